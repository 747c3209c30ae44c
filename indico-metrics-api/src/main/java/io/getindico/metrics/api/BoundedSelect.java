package io.getindico.metrics.api;

import static org.jooq.impl.DSL.asterisk;
import static org.jooq.impl.DSL.denseRank;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.FamilyQuery.Grouping;
import java.util.ArrayList;
import java.util.List;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Select;
import org.jooq.SelectFieldOrAsterisk;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;

/**
 * A statement that groups by open labels. PostgreSQL ranks the label values by their lowest ids and merges those beyond
 * the limit, so that ten thousand values never leave the server. It groups the rows first, then the groups.
 */
final class BoundedSelect {
    /** An open label has two columns: its value, and whether the group is beyond the limit. */
    static final int COLUMNS = 2;

    static final int IS_REST = 1;

    private final @Nullable Table<?> from;
    private final Condition condition;
    private final List<Grouping> groupings;
    private final List<Value> values;

    BoundedSelect(@Nullable Table<?> from, Condition condition, List<Grouping> groupings, List<Value> values) {
        this.from = from;
        this.condition = condition;
        this.groupings = groupings;
        this.values = values;
    }

    Select<?> statement(List<CommonTableExpression<?>> with) {
        Table<?> groups = groups().asTable("groups");
        Table<?> dated = select(list(asterisk(), firsts())).from(groups).asTable("dated");
        Table<?> ranked = select(list(asterisk(), ranks())).from(dated).asTable("ranked");
        List<Field<?>> fields = new ArrayList<>();
        for (int i = 0; i < groupings.size(); i++) {
            Field<?> label = column("label", i, groupings.get(i).field());
            if (groupings.get(i).id() == null) {
                fields.add(label);
            } else {
                Condition isKept = rank(i).le(inline(groupings.get(i).label().maxValues()));
                fields.add(when(isKept, label));
                fields.add(field(isKept.not()));
            }
        }
        int labels = fields.size();
        for (int i = 0; i < values.size(); i++) {
            Value value = values.get(i);
            fields.add(value.ofGroups(column("value", i, inner(value))));
        }
        return FamilyQuery.grouped(with, fields, ranked, noCondition(), labels);
    }

    /** Groups the rows. A distinct count is not counted yet: its expression is one more column to group by. */
    private Select<?> groups() {
        List<Field<?>> grouped = new ArrayList<>();
        List<Field<?>> aggregated = new ArrayList<>();
        for (int i = 0; i < groupings.size(); i++) {
            Grouping grouping = groupings.get(i);
            grouped.add(grouping.field().as("label" + i));
            if (grouping.id() != null) {
                aggregated.add(min(grouping.id()).as("id" + i));
            }
        }
        for (int i = 0; i < values.size(); i++) {
            Value value = values.get(i);
            (value.isDistinct() ? grouped : aggregated).add(inner(value).as("value" + i));
        }
        List<Field<?>> fields = new ArrayList<>(grouped);
        fields.addAll(aggregated);
        return FamilyQuery.grouped(List.of(), fields, from, condition, grouped.size());
    }

    private static Field<?> inner(Value value) {
        return value.isDistinct() ? value.distinct() : value.ofRows();
    }

    private List<Field<?>> firsts() {
        List<Field<?>> firsts = new ArrayList<>();
        for (int i = 0; i < groupings.size(); i++) {
            Field<?> id = groupings.get(i).id();
            if (id != null) {
                Field<?> label = column("label", i, groupings.get(i).field());
                firsts.add(min(column("id", i, id)).over().partitionBy(label).as("first" + i));
            }
        }
        return firsts;
    }

    private List<Field<?>> ranks() {
        List<Field<?>> ranks = new ArrayList<>();
        for (int i = 0; i < groupings.size(); i++) {
            Field<?> id = groupings.get(i).id();
            if (id != null) {
                Field<?> label = column("label", i, groupings.get(i).field());
                ranks.add(denseRank()
                        .over()
                        .orderBy(column("first", i, id), label)
                        .as("rank" + i));
            }
        }
        return ranks;
    }

    private static Field<Integer> rank(int i) {
        return field(name("rank" + i), Integer.class);
    }

    private static Field<?> column(String role, int i, Field<?> like) {
        return field(name(role + i), like.getDataType());
    }

    private static List<SelectFieldOrAsterisk> list(SelectFieldOrAsterisk first, List<Field<?>> rest) {
        List<SelectFieldOrAsterisk> all = new ArrayList<>();
        all.add(first);
        all.addAll(rest);
        return all;
    }
}
