package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.DerivedRows;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.IdSet.Contents;
import io.getindico.metrics.api.engine.Requirements.ReadFunction;
import io.getindico.metrics.api.engine.Requirements.Relation;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jooq.SQLDialect;
import org.jooq.Schema;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.VisitContext;
import org.jooq.VisitListener;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import org.jooq.impl.QOM;
import org.jspecify.annotations.Nullable;

/**
 * Renders statements without a database, to find out which tables, columns, sets and functions they read. A list written by hand
 * would become outdated.
 */
final class QueryRecorder implements Bindings {
    private final @Nullable ZoneId zone;
    private final DefaultConfiguration configuration = new DefaultConfiguration();
    private final Set<Relation> tables = new HashSet<>();
    private final Map<Class<?>, Relation> byClass = new HashMap<>();
    private final Set<TableField<?, ?>> fields = new HashSet<>();
    private final Set<IdSet> asked = new HashSet<>();
    private final SortedMap<String, Set<String>> sets = new TreeMap<>();
    private final SortedMap<String, ReadFunction> functions = new TreeMap<>();
    private final SortedMap<String, Set<String>> definitions = new TreeMap<>();
    private boolean isZoneUsed;

    /**
     * Creates a recorder.
     *
     * @param zone the zone that the host has set; null if it is read from the database
     */
    QueryRecorder(@Nullable ZoneId zone) {
        this.zone = zone;
        configuration.set(SQLDialect.POSTGRES);
        configuration.set(JooqSettings.get());
        configuration.set(VisitListener.onVisitStart(this::visit));
        bindTo(configuration);
    }

    /** Records what a statement reads, and returns its text. */
    String record(Select<?> statement) {
        return DSL.using(configuration).renderInlined(statement);
    }

    @Override
    public Contents contents(IdSet set) {
        if (asked.add(set)) {
            sets.computeIfAbsent(set.name(), name -> new HashSet<>()).add(record(set.statement()));
        }
        return Contents.EMPTY;
    }

    @Override
    public ZoneId zone() {
        if (zone == null && !isZoneUsed) {
            isZoneUsed = true;
            record(IndicoZone.query());
        }
        return zone == null ? ZoneOffset.UTC : zone;
    }

    @Override
    public boolean isCalled(DerivedRows rows) {
        if (definitions.computeIfAbsent(rows.name(), name -> new HashSet<>()).add(rows.definition())) {
            QueryRecorder own = new QueryRecorder(null);
            var unused = own.record(rows.select());
            if (own.isZoneUsed || !own.sets.isEmpty() || !own.functions.isEmpty()) {
                throw new IllegalArgumentException("the derived rows '" + rows.name()
                        + "' use a set, the zone or other derived rows, which a function cannot get");
            }
            functions.put(rows.name(), new ReadFunction(rows, own.requirements().columns()));
        }
        return true;
    }

    private void visit(VisitContext context) {
        if (context.queryPart() instanceof TableField<?, ?> field) {
            fields.add(field);
        } else if (context.queryPart() instanceof Table<?> table
                && table.getSchema() != null
                && !(table instanceof QOM.TableAlias<?>)) {
            Relation relation = relation(table, table.getSchema());
            tables.add(relation);
            byClass.put(table.getClass(), relation);
        }
    }

    /** The statements of the sets that are used, by name. A name has several statements if different sets share it. */
    SortedMap<String, Set<String>> sets() {
        return sets;
    }

    /** The definitions of the functions that may be called, by name. */
    SortedMap<String, Set<String>> definitions() {
        return definitions;
    }

    Requirements requirements() {
        SortedMap<Relation, SortedSet<String>> columns = new TreeMap<>();
        tables.forEach(relation -> columns.put(relation, new TreeSet<>()));
        for (TableField<?, ?> field : fields) {
            Relation relation = relation(field.getTable());
            if (relation != null) {
                columns.computeIfAbsent(relation, key -> new TreeSet<>()).add(field.getName());
            }
        }
        return new Requirements(columns, functions);
    }

    /** Returns the table of a field. An alias does not know its table, but has the same generated class. */
    private @Nullable Relation relation(@Nullable Table<?> table) {
        if (table == null) {
            return null;
        }
        Schema schema = table.getSchema();
        return schema == null ? byClass.get(table.getClass()) : relation(table, schema);
    }

    private static Relation relation(Table<?> table, Schema schema) {
        return new Relation(schema.getName(), table.getName());
    }
}
