package io.getindico.metrics.api;

import static java.util.stream.Collectors.toCollection;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.when;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.Select;
import org.jooq.SelectFromStep;
import org.jooq.SelectGroupByStep;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * One statement that feeds metric families: rows, what they are grouped by, and the value of each family.
 *
 * <pre>{@code
 * FamilyQuery.from(ROOMS.join(LOCATIONS).on(LOCATIONS.ID.eq(ROOMS.LOCATION_ID)))
 *         .where(ROOMS.IS_DELETED.isFalse())
 *         .by(LOCATION, LOCATIONS.NAME, LOCATIONS.ID)
 *         .value(ROOMS_BY_LOCATION, countRows())
 *         .value(SEATS, sum(ROOMS.CAPACITY))
 *         .value(ALL_ROOMS, countRows())
 * }</pre>
 *
 * <p>A family may have fewer labels than the query groups by: its values are merged. The engine skips, refreshes and fails
 * each query by itself, and asks only for the values of families that are on.
 *
 * <p>A family may be fed by several queries. Where a {@link #constant} label tells their parts apart, a part is absent
 * while its query does not run; otherwise the whole family is.
 *
 * <p>Mutable and not thread-safe; each method returns this query.
 *
 * @since 0.1.0
 */
public final class FamilyQuery {
    private final @Nullable Table<?> from;
    private final List<CommonTableExpression<?>> tableExpressions = new ArrayList<>();
    private final List<Condition> conditions = new ArrayList<>();
    private final Map<Label, Grouping> groupings = new LinkedHashMap<>();
    private final Map<Label, String> constants = new LinkedHashMap<>();
    private final Map<MetricFamily, Value> values = new LinkedHashMap<>();
    private @Nullable String since;

    private FamilyQuery(@Nullable Table<?> from) {
        this.from = from;
    }

    /** What a label's values come from; only an open label has an id, which orders its values. */
    record Grouping(Label label, Field<?> field, @Nullable Field<?> id) {}

    /**
     * Begins a query.
     *
     * @param table a table, a join or a subquery
     * @return a query without values
     */
    public static FamilyQuery from(Table<?> table) {
        return new FamilyQuery(table);
    }

    /**
     * Begins a query that reads no table itself: its values are subqueries or facts about the server.
     *
     * @return a query without values
     */
    public static FamilyQuery withoutFrom() {
        return new FamilyQuery(null);
    }

    /**
     * Adds table expressions, recursive or not. One that no value in use refers to is not sent, and the tables that it
     * reads are not needed.
     *
     * @param more each may refer to those before it
     * @return this
     */
    public FamilyQuery with(CommonTableExpression<?>... more) {
        tableExpressions.addAll(List.of(more));
        return this;
    }

    /**
     * Restricts the rows.
     *
     * @param more conditions that all must be true
     * @return this
     */
    public FamilyQuery where(Condition... more) {
        conditions.addAll(List.of(more));
        return this;
    }

    /**
     * Groups by a closed label.
     *
     * @param label a closed label
     * @param field gives its values: an enum constant stands for its name in lower case, anything else for its
     *     {@code toString()}; NULL and what is not declared become {@code unknown}
     * @return this
     * @throws IllegalArgumentException if the label is open or bound already, or the query has a value already
     */
    public FamilyQuery by(Label label, Field<?> field) {
        if (!label.isClosed()) {
            throw new IllegalArgumentException(
                    "label '" + label.name() + "' is open: give the id that orders its values as well");
        }
        return add(new Grouping(label, field, null));
    }

    /**
     * Groups by a closed label that has a word for each outcome of a condition.
     *
     * @param label a closed label
     * @param condition of a row
     * @param whenTrue the label's value where the condition is true
     * @param otherwise the label's value where it is false or unknown
     * @return this
     * @throws IllegalArgumentException if the label is open or bound already, or the query has a value already
     */
    public FamilyQuery by(Label label, Condition condition, String whenTrue, String otherwise) {
        return by(label, when(condition, inline(whenTrue)).otherwise(inline(otherwise)));
    }

    /**
     * Groups by an open label, of which PostgreSQL gives the 50 values with the lowest ids, and the rest as one.
     *
     * @param label an open label
     * @param field gives its values; NULL becomes {@code unknown}
     * @param id orders the values: each by its lowest one
     * @return this
     * @throws IllegalArgumentException if the label is closed or bound already, or the query has a value already
     */
    public FamilyQuery by(Label label, Field<?> field, Field<?> id) {
        if (label.isClosed()) {
            throw new IllegalArgumentException("label '" + label.name() + "' is closed: it needs no id");
        }
        return add(new Grouping(label, field, id));
    }

    private FamilyQuery add(Grouping grouping) {
        claim(grouping.label());
        if (!values.isEmpty()) {
            // A value accepted before might not merge over it.
            throw new IllegalArgumentException("label '" + grouping.label().name() + "': call by() before value()");
        }
        groupings.put(grouping.label(), grouping);
        return this;
    }

    /**
     * Gives a label the same value in all rows of this query, which tells its part of a family from those of other
     * queries.
     *
     * @param label a label
     * @param value text, or an enum constant for its name in lower case; one of those declared where the label is closed
     * @return this
     * @throws IllegalArgumentException if the label is closed and does not declare the value, or is bound already
     */
    public FamilyQuery constant(Label label, Object value) {
        String text = text(value);
        if (label.isClosed() && !label.values().contains(text)) {
            throw new IllegalArgumentException(
                    "label '" + label.name() + "': got the constant '" + text + "', expected one of " + label.values());
        }
        claim(label);
        constants.put(label, text);
        return this;
    }

    private void claim(Label label) {
        if (groupings.containsKey(label) || constants.containsKey(label)) {
            throw new IllegalArgumentException("label '" + label.name() + "' is bound twice");
        }
    }

    /**
     * Feeds a family. Its labels must be bound before.
     *
     * @param family a family of the collector
     * @param value what it is for each group of rows
     * @return this
     * @throws IllegalArgumentException if a label of the family is not bound, the family has a value already, or a value
     *     cannot be merged over the labels that the family lacks
     */
    public FamilyQuery value(MetricFamily family, Value value) {
        if (values.containsKey(family)) {
            throw new IllegalArgumentException("metric '" + family + "' has two values in one query");
        }
        for (Label label : family.labels()) {
            if (!groupings.containsKey(label) && !constants.containsKey(label)) {
                throw new IllegalArgumentException("metric '" + family + "': its label '" + label.name()
                        + "' is not bound; call by() or constant() before value()");
            }
        }
        if (value.isScalar() && !groupings.isEmpty()) {
            throw new IllegalArgumentException(
                    "metric '" + family + "': a scalar needs a query that groups by nothing");
        }
        if (value.isDistinct() && !family.labels().containsAll(groupings.keySet())) {
            throw new IllegalArgumentException(
                    "metric '" + family + "': a distinct count cannot be added up over labels"
                            + " that the family lacks; give it a query of its own");
        }
        values.put(family, value);
        return this;
    }

    /**
     * Declares which release of Indico brought the tables or columns that the query reads. On an older one it is skipped
     * for that reason, and nobody is asked to mend what is missing.
     *
     * @param release such as {@code 3.3.6}
     * @return this
     * @throws IllegalArgumentException if that is no release
     */
    public FamilyQuery since(String release) {
        if (!release.matches("[0-9]{1,4}(\\.[0-9]{1,4}){1,2}")) {
            throw new IllegalArgumentException("release '" + release + "': expected a version such as 3.3.6");
        }
        this.since = release;
        return this;
    }

    /**
     * The families that the query feeds.
     *
     * @return in the order of their values
     */
    public Set<MetricFamily> families() {
        return values.keySet();
    }

    /**
     * The value that the query has for a family.
     *
     * @param family one of {@link #families()}
     * @return the value
     */
    public Value value(MetricFamily family) {
        Value value = values.get(family);
        if (value == null) {
            throw new IllegalArgumentException("metric '" + family + "' has no value in this query");
        }
        return value;
    }

    /**
     * The labels of a family that have the same value in all rows of the query.
     *
     * @param family one of {@link #families()}
     * @return values by label, in no order
     */
    public Map<Label, String> constants(MetricFamily family) {
        Map<Label, String> own = new LinkedHashMap<>(constants);
        own.keySet().retainAll(family.labels());
        return own;
    }

    /**
     * The release of Indico that the query needs.
     *
     * @return nothing where every supported one will do
     */
    public Optional<String> since() {
        return Optional.ofNullable(since);
    }

    /**
     * The statement for some of the families: it selects nothing for the others, and groups by no label that only they
     * have.
     *
     * @param wanted which families
     * @return a statement, and how to read its rows
     * @throws IllegalArgumentException if the query feeds none of them
     */
    public Plan plan(Predicate<MetricFamily> wanted) {
        Map<MetricFamily, Value> chosen = new LinkedHashMap<>(values);
        chosen.keySet().removeIf(wanted.negate());
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("the query feeds none of the metrics wanted");
        }
        Set<Label> carried = chosen.keySet().stream()
                .flatMap(family -> family.labels().stream())
                .collect(toCollection(LinkedHashSet::new));
        List<Grouping> kept = groupings.values().stream()
                .filter(grouping -> carried.contains(grouping.label()))
                .toList();
        List<CommonTableExpression<?>> used =
                new TableExpressions(tableExpressions).usedBy(select(List.of(), kept, chosen.values()));
        return new Plan(select(used, kept, chosen.values()), chosen, kept);
    }

    private Condition condition() {
        return conditions.stream().reduce(DSL.noCondition(), Condition::and);
    }

    private Select<?> select(List<CommonTableExpression<?>> with, List<Grouping> kept, Collection<Value> chosen) {
        if (kept.stream().anyMatch(grouping -> grouping.id() != null)) {
            return new BoundedSelect(from, condition(), kept, List.copyOf(chosen)).statement(with);
        }
        List<Field<?>> fields = new ArrayList<>();
        kept.forEach(grouping -> fields.add(grouping.field()));
        chosen.forEach(value -> fields.add(value.ofRows()));
        return grouped(with, fields, from, condition(), kept.size());
    }

    /** By position, since PostgreSQL takes two expressions with parameters for different ones. */
    static Select<?> grouped(
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
                with.isEmpty() ? DSL.select(fields) : DSL.withRecursive(with).select(fields);
        SelectGroupByStep<?> rows = (from == null ? select : select.from(from)).where(condition);
        return positions.isEmpty() ? rows : rows.groupBy(positions);
    }

    static String text(Object value) {
        return value instanceof Enum<?> constant ? constant.name().toLowerCase(Locale.ROOT) : value.toString();
    }

    /**
     * A statement for some of a query's families, and how to read its rows.
     *
     * @since 0.1.0
     */
    public final class Plan {
        private final Select<?> select;
        private final Map<MetricFamily, Value> chosen;
        private final Map<Label, Integer> columns = new LinkedHashMap<>();
        private final int firstValue;

        private Plan(Select<?> select, Map<MetricFamily, Value> chosen, List<Grouping> kept) {
            this.select = select;
            this.chosen = chosen;
            int next = 0;
            for (Grouping grouping : kept) {
                columns.put(grouping.label(), next);
                next += grouping.id() == null ? 1 : BoundedSelect.COLUMNS;
            }
            this.firstValue = next;
        }

        /**
         * The statement.
         *
         * @return to be sent as it is
         */
        public Select<?> select() {
            return select;
        }

        /**
         * Gives the values of all rows, family by family. Values of one series may come several times, to be merged.
         *
         * @param rows what {@link #select()} gave
         * @param sink takes them
         * @throws IllegalStateException if a query that groups by nothing gave another number of rows than one
         */
        public void read(Result<?> rows, Sink sink) {
            if (columns.isEmpty() && rows.size() != 1) {
                throw new IllegalStateException(
                        "a query that groups by nothing gave " + rows.size() + " rows, expected one");
            }
            int column = firstValue;
            for (MetricFamily family : chosen.keySet()) {
                for (Record row : rows) {
                    Object read = row.get(column);
                    if (read != null) {
                        sink.take(family, Value.number(read), labelValues(family, row));
                    }
                }
                column++;
            }
        }

        private @Nullable Object[] labelValues(MetricFamily family, Record row) {
            List<Label> labels = family.labels();
            @Nullable Object[] labelValues = new Object[labels.size()];
            for (int i = 0; i < labelValues.length; i++) {
                Label label = labels.get(i);
                Integer column = columns.get(label);
                labelValues[i] = column == null ? constants.get(label) : labelValue(label, row, column);
            }
            return labelValues;
        }

        private @Nullable Object labelValue(Label label, Record row, int column) {
            boolean isRest = !label.isClosed() && Boolean.TRUE.equals(row.get(column + BoundedSelect.IS_REST));
            return isRest ? BoundedSelect.REST : row.get(column);
        }
    }

    /**
     * Takes the values that a query read.
     *
     * @since 0.1.0
     */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes one value.
         *
         * @param family whose it is
         * @param value the value
         * @param labelValues one for each label of the family; null for what is unknown
         */
        void take(MetricFamily family, double value, @Nullable Object[] labelValues);
    }
}
