package io.getindico.metrics.api;

import static java.util.stream.Collectors.toSet;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jooq.CommonTableExpression;
import org.jooq.SQLDialect;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.VisitContext;
import org.jooq.VisitListener;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;

/** The table expressions of a query. A statement gets only those that it refers to. */
record TableExpressions(List<CommonTableExpression<?>> all) {
    /** Returns the expressions that a statement refers to, directly or through another expression. */
    List<CommonTableExpression<?>> usedBy(Select<?> select) {
        if (all.isEmpty()) {
            return all;
        }
        Set<String> used = namesIn(select);
        // An expression may refer to earlier ones; a recursive one also refers to itself.
        for (int i = all.size() - 1; i >= 0; i--) {
            if (used.contains(all.get(i).getName())) {
                used.addAll(namesIn(DSL.withRecursive(all.get(i)).select(DSL.inline(1))));
            }
        }
        return all.stream().filter(one -> used.contains(one.getName())).toList();
    }

    private Set<String> namesIn(Select<?> statement) {
        Set<String> names = all.stream().map(Table::getName).collect(toSet());
        Set<String> found = new HashSet<>();
        DefaultConfiguration configuration = new DefaultConfiguration();
        configuration.set(SQLDialect.POSTGRES);
        configuration.set(VisitListener.onVisitStart((VisitContext context) -> {
            if (context.queryPart() instanceof Table<?> table
                    && table.getSchema() == null
                    && names.contains(table.getName())) {
                found.add(table.getName());
            }
        }));
        var unused = DSL.using(configuration).render(statement);
        return found;
    }
}
