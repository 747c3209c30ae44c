package io.getindico.metrics.api;

import static org.jooq.impl.DSL.asterisk;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.denseRank;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Select;
import org.jooq.SelectFieldOrAsterisk;
import org.jooq.SelectFromStep;
import org.jooq.SelectGroupByStep;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * A statement that groups rows by labels and computes values for each group. With open labels, it groups twice. The
 * first pass groups the rows by the values of the labels. The second pass ranks these groups by their lowest ids and
 * merges those beyond the limit, so that PostgreSQL never sends thousands of values. With two open labels, the
 * statement ranks the values of the first, and the combinations of both. So the number of groups is at most about twice
 * the limit, not its square. If a row is {@code other} in one label, it is {@code other} in the next one too.
 */
record GroupedSelect(@Nullable Table<?> from, Condition condition, List<Grouping> groupings, List<Value> values) {
    /** The source of a label's values. Only an open label has an id, which orders the values. */
    record Grouping(Label label, Field<?> field, @Nullable Field<?> id) {
        boolean isOpen() {
            return id != null;
        }

        /** An open label has a second column: whether the group is beyond the limit. */
        int columns() {
            return isOpen() ? 2 : 1;
        }
    }

    Select<?> statement(List<CommonTableExpression<?>> with) {
        if (groupings.stream().anyMatch(Grouping::isOpen)) {
            return bounded(with);
        }
        List<Field<?>> fields = new ArrayList<>();
        groupings.forEach(grouping -> fields.add(grouping.field()));
        values.forEach(value -> fields.add(value.ofRows()));
        return grouped(with, fields, from, condition, groupings.size());
    }

    /** Groups by position, because PostgreSQL treats two equal expressions with parameters as different. */
    private static Select<?> grouped(
            List<CommonTableExpression<?>> with,
            List<Field<?>> fields,
            @Nullable Table<?> from,
            Condition condition,
            int groupedFields) {
        List<Field<Integer>> positions = new ArrayList<>();
        for (int i = 1; i <= groupedFields; i++) {
            positions.add(inline(i));
        }
        SelectFromStep<?> select =
                with.isEmpty() ? select(fields) : DSL.withRecursive(with).select(fields);
        SelectGroupByStep<?> rows = (from == null ? select : select.from(from)).where(condition);
        return positions.isEmpty() ? rows : rows.groupBy(positions);
    }

    private Select<?> bounded(List<CommonTableExpression<?>> with) {
        Table<?> groups = groups().asTable("groups");
        Table<?> withFirstIds = select(withOpen(
                        i -> min(id("id", i)).over().partitionBy(openUpTo(i)).as("first" + i)))
                .from(groups)
                .asTable("with_first_ids");
        Table<?> ranked = select(withOpen(i -> denseRank()
                        .over()
                        .orderBy(Stream.concat(Stream.of(id("first", i)), openUpTo(i).stream())
                                .toList())
                        .as("rank" + i)))
                .from(withFirstIds)
                .asTable("ranked");
        List<Field<?>> fields = new ArrayList<>();
        Condition isKept = noCondition();
        for (int i = 0; i < groupings.size(); i++) {
            if (groupings.get(i).isOpen()) {
                isKept = isKept.and(field(name("rank" + i), Integer.class)
                        .le(inline(groupings.get(i).label().maxValues())));
                if (isText(label(i))) {
                    // A value named "other" joins the merged group here, because distinct counts cannot be merged
                    // later.
                    isKept = isKept.and(text(i).isDistinctFrom(inline(Label.OTHER)));
                    fields.add(when(isKept, coalesce(text(i), inline(Label.UNKNOWN))));
                } else {
                    fields.add(when(isKept, label(i)));
                }
                fields.add(field(isKept.not()));
            } else {
                fields.add(label(i));
            }
        }
        int labels = fields.size();
        for (int i = 0; i < values.size(); i++) {
            Value value = values.get(i);
            fields.add(value.ofGroups(column("value", i, inner(value))));
        }
        return grouped(with, fields, ranked, noCondition(), labels);
    }

    /**
     * Groups the rows. The expression of a distinct count becomes one more column to group by; the second pass counts
     * it.
     */
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
        int groupedFields = grouped.size();
        grouped.addAll(aggregated);
        return grouped(List.of(), grouped, from, condition, groupedFields);
    }

    private static Field<?> inner(Value value) {
        return value.isDistinct() ? value.distinct() : value.ofRows();
    }

    /** Adds a column for each open label to all columns so far. */
    private List<SelectFieldOrAsterisk> withOpen(IntFunction<Field<?>> column) {
        List<SelectFieldOrAsterisk> columns = new ArrayList<>(List.of(asterisk()));
        IntStream.range(0, groupings.size())
                .filter(i -> groupings.get(i).isOpen())
                .mapToObj(column)
                .forEach(columns::add);
        return columns;
    }

    private Field<?> label(int i) {
        return column("label", i, groupings.get(i).field());
    }

    private static boolean isText(Field<?> field) {
        return field.getType() == String.class;
    }

    private Field<String> text(int i) {
        return label(i).coerce(String.class);
    }

    /** The open labels up to this position, which is included. */
    private List<Field<?>> openUpTo(int last) {
        return IntStream.rangeClosed(0, last)
                .filter(i -> groupings.get(i).isOpen())
                .<Field<?>>mapToObj(this::label)
                .toList();
    }

    private Field<?> id(String role, int i) {
        return column(role, i, Objects.requireNonNull(groupings.get(i).id()));
    }

    private static Field<?> column(String role, int i, Field<?> like) {
        return field(name(role + i), like.getDataType());
    }
}
