package io.getindico.metrics.api;

import static java.util.stream.Collectors.toCollection;
import static org.jooq.impl.DSL.asterisk;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.trueCondition;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.GroupedSelect.Grouping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * One statement that feeds metric families. It defines the rows, how they are grouped, and the value of each family.
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
 * <p>A family may have fewer labels than the query groups by; its values are then merged. The engine skips, refreshes
 * and fails each query independently, and selects only the values of enabled families.
 *
 * <p>Several queries may feed one family. If a {@link #constant} label distinguishes their parts, a query that does not
 * run removes only its own part. Otherwise the whole family is absent.
 *
 * <p>Mutable and not thread-safe; each method returns this query.
 *
 * @since 0.1.0
 */
public final class FamilyQuery {
    private static final Label STEP = Label.closed("step", "step");

    private final @Nullable Table<?> from;
    private final List<CommonTableExpression<?>> tableExpressions = new ArrayList<>();
    private final List<Condition> conditions = new ArrayList<>();
    private final Map<Label, Grouping> groupings = new LinkedHashMap<>();
    private final Map<Label, String> constants = new LinkedHashMap<>();
    private final Map<MetricFamily, Value> values = new LinkedHashMap<>();
    private @Nullable String since;
    private @Nullable Refusal refusal;

    private FamilyQuery(@Nullable Table<?> from) {
        this.from = from;
    }

    /**
     * The changes of a history.
     *
     * @param range restricts the rows
     * @param begins the step from which a row counts
     * @param ends the step from which it no longer counts; null if it counts forever
     * @param steps the number of steps
     */
    record Changes(
            Condition range,
            Field<Integer> begins,
            @Nullable Field<Integer> ends,
            int steps) {}

    /** A condition under which the values would be wrong, and what to tell the operator. */
    private record Refusal(Condition condition, String reason) {}

    /**
     * Starts a query.
     *
     * @param table a table, a join or a subquery
     * @return a query without values
     */
    public static FamilyQuery from(Table<?> table) {
        return new FamilyQuery(table);
    }

    /**
     * Starts a query without a FROM clause. Its values are subqueries or expressions about the server.
     *
     * @return a query without values
     */
    public static FamilyQuery withoutFrom() {
        return new FamilyQuery(null);
    }

    /**
     * Adds common table expressions, recursive or not. An expression that no selected value refers to is left out of
     * the statement, and the query does not require its tables.
     *
     * @param more each may refer to earlier ones
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
     * @param field the label's value: an enum constant becomes its name in lower case, any other value its {@code
     *     toString()}; NULL and undeclared values become {@code unknown}
     * @return this
     * @throws IllegalArgumentException if the label is open or already bound, or the query already has a value
     */
    public FamilyQuery by(Label label, Field<?> field) {
        if (!label.isClosed()) {
            throw new IllegalArgumentException(
                    "label '" + label.name() + "' is open: also pass the id that orders its values");
        }
        return add(new Grouping(label, field, null));
    }

    /**
     * Groups by a closed label with one value for each outcome of a condition.
     *
     * @param label a closed label
     * @param condition on a row
     * @param whenTrue the label's value if the condition is true
     * @param otherwise the label's value if it is false or unknown
     * @return this
     * @throws IllegalArgumentException if the label is open or already bound, or the query already has a value
     */
    public FamilyQuery by(Label label, Condition condition, String whenTrue, String otherwise) {
        return by(label, when(condition, inline(whenTrue)).otherwise(inline(otherwise)));
    }

    /**
     * Groups by an open label. PostgreSQL returns the values with the lowest ids, as many as the label's limit, and merges
     * the rest into one.
     *
     * @param label an open label
     * @param field the label's value; NULL becomes {@code unknown}
     * @param id orders the values; the lowest id of a value counts
     * @return this
     * @throws IllegalArgumentException if the label is closed or already bound, or the query already has a value
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
            // An earlier value may not be mergeable over this label.
            throw new IllegalArgumentException("label '" + grouping.label().name() + "': call by() before value()");
        }
        groupings.put(grouping.label(), grouping);
        return this;
    }

    /**
     * Gives a label the same value in all rows of this query. This distinguishes its part of a family from the parts of
     * other queries.
     *
     * @param label a label
     * @param value a text, or an enum constant, which becomes its name in lower case; if the label is closed, one of
     *     its values
     * @return this
     * @throws IllegalArgumentException if the label is closed and does not declare the value, or is already bound
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
     * Feeds a family. Bind its labels first, several open ones in the family's order.
     *
     * @param family a family of the collector
     * @param value how to compute the value for each group of rows
     * @return this
     * @throws IllegalArgumentException if a label of the family is not bound, its open labels are not the first open ones
     *     of the query in the same order, the family already has a value, or the value cannot be merged over labels that
     *     the family does not have
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
        checkOpenLabels(family);
        if (value.isScalar() && !groupings.isEmpty()) {
            throw new IllegalArgumentException("metric '" + family + "': a scalar needs a query without by()");
        }
        if (value.isDistinct() && !family.labels().containsAll(groupings.keySet())) {
            throw new IllegalArgumentException("metric '" + family + "': a distinct count cannot be summed over labels"
                    + " that the family does not have; use a separate query");
        }
        values.put(family, value);
        return this;
    }

    /** Each open label is limited together with those before it, so a family cannot leave out an earlier one. */
    private void checkOpenLabels(MetricFamily family) {
        List<Label> open =
                family.labels().stream().filter(label -> !label.isClosed()).toList();
        boolean isConstant = open.size() == 1 && constants.containsKey(open.get(0));
        List<Label> grouped = groupings.keySet().stream()
                .filter(label -> !label.isClosed())
                .limit(open.size())
                .toList();
        if (!isConstant && !grouped.equals(open)) {
            throw new IllegalArgumentException("metric '" + family + "': its open labels " + open
                    + " must be the first open ones that by() binds, in this order; got " + grouped);
        }
    }

    /**
     * Declares the Indico release that added the tables or columns that the query reads. On an older release the query
     * is skipped with the reason {@code release}, and no operator is asked to fix missing tables or columns.
     *
     * @param release a version such as {@code 3.3.6}
     * @return this
     * @throws IllegalArgumentException if the text is not a version
     */
    public FamilyQuery since(String release) {
        if (!release.matches("[0-9]{1,4}(\\.[0-9]{1,4}){1,2}")) {
            throw new IllegalArgumentException("release '" + release + "': expected a version such as 3.3.6");
        }
        this.since = release;
        return this;
    }

    /**
     * Makes the query fail if its values would be wrong, for example because it reads only the newest rows of a table
     * and these do not cover a time window.
     *
     * @param condition on the database, not on a row: it refers to subqueries only. The query fails if it is true, and
     *     not if it is false or unknown
     * @param reason what is wrong, for the operator
     * @return this
     * @throws IllegalStateException if the query already has such a condition
     */
    public FamilyQuery failIf(Condition condition, String reason) {
        if (refusal != null) {
            throw new IllegalStateException("failIf() was already called; join the conditions");
        }
        this.refusal = new Refusal(condition, reason);
        return this;
    }

    /** {@return the families that the query feeds, in the order of their values} */
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
     * @return values by label, in no particular order
     */
    public Map<Label, String> constants(MetricFamily family) {
        Map<Label, String> own = new LinkedHashMap<>(constants);
        own.keySet().retainAll(family.labels());
        return own;
    }

    /** {@return the release of Indico that the query needs; empty if it works on every supported release} */
    public Optional<String> since() {
        return Optional.ofNullable(since);
    }

    /**
     * The statement for some of the families. It selects no values of the other families and does not group by labels
     * that only those have.
     *
     * @param wanted which families to select
     * @return a statement, and how to read its rows
     * @throws IllegalArgumentException if the query feeds none of them
     */
    public Plan plan(Predicate<MetricFamily> wanted) {
        Map<MetricFamily, Value> chosen = chosen(wanted);
        List<Grouping> kept = kept(chosen);
        Select<?> rows = rows(from, List.of(), kept, List.copyOf(chosen.values()));
        return new Plan(refusal == null ? rows : checked(rows, refusal.condition()), chosen, kept, 0);
    }

    /**
     * The statement for the changes of some of the families. Its first column is the step of a change, and its rows are
     * in the order of the steps.
     */
    Plan plan(Predicate<MetricFamily> wanted, Changes changes) {
        if (from == null || refusal != null) {
            throw new IllegalArgumentException("a history needs a query with a table and without failIf()");
        }
        Map<MetricFamily, Value> chosen = chosen(wanted);
        List<Grouping> kept = kept(chosen);
        // This refuses values that do not add up, such as the latest one.
        chosen.values().forEach(Value::ofRow);
        Select<?> rows = changes.ends() == null
                ? begun(from, kept, List.copyOf(chosen.values()), changes)
                : begunAndEnded(from, kept, List.copyOf(chosen.values()), changes, changes.ends());
        Select<?> ordered = select(asterisk())
                .from(rows.asTable("changes", columnNames(rows)))
                .orderBy(inline(1));
        return new Plan(ordered, chosen, kept, 1);
    }

    private Select<?> begun(Table<?> table, List<Grouping> kept, List<Value> selected, Changes changes) {
        Condition isWanted = changes.range().and(changes.begins().lt(inline(changes.steps())));
        return rows(table, List.of(isWanted), withStep(changes.begins(), kept), selected);
    }

    /** Each row is two changes. */
    private Select<?> begunAndEnded(
            Table<?> table, List<Grouping> kept, List<Value> selected, Changes changes, Field<Integer> ends) {
        List<Field<?>> columns = new ArrayList<>(List.of(changes.begins().as("begins"), ends.as("ends")));
        List<Grouping> groups = new ArrayList<>();
        for (Grouping grouping : kept) {
            String label = "label" + groups.size();
            columns.add(grouping.field().as(label));
            Field<?> id = grouping.id();
            if (id != null) {
                columns.add(id.as("id_of_" + label));
                id = field(name("counted", "id_of_" + label), id.getDataType());
            }
            groups.add(new Grouping(
                    grouping.label(),
                    field(name("counted", label), grouping.field().getDataType()),
                    id));
        }
        Field<Integer> sign = field(name("change", "sign"), SQLDataType.INTEGER);
        List<Value> signed = new ArrayList<>();
        for (Value value : selected) {
            String column = "added" + signed.size();
            columns.add(value.ofRow().as(column));
            signed.add(Value.changes(field(name("counted", column)), sign));
        }
        // PostgreSQL would compute the steps again wherever they stand. OFFSET makes it compute them once for each row.
        Table<?> counted = select(columns)
                .from(table)
                .where(condition(List.of(changes.range())))
                .offset(inline(0))
                .asTable("counted");
        Field<Integer> begins = field(name("counted", "begins"), SQLDataType.INTEGER);
        Field<Integer> end = field(name("counted", "ends"), SQLDataType.INTEGER);
        Field<Integer> step = when(sign.eq(inline(1)), begins).otherwise(end);
        Table<?> signs = DSL.values(row(inline(1)), row(inline(-1))).as("change", "sign");
        // A row that ends before it begins would count as -1 in between. One that counts at no step stays, because the
        // past begins with the first date.
        Condition isWanted = begins.le(end).and(step.lt(inline(changes.steps())));
        return withTableExpressions(
                new GroupedSelect(counted.crossJoin(signs), isWanted, withStep(step, groups), signed));
    }

    private static List<Grouping> withStep(Field<Integer> step, List<Grouping> others) {
        List<Grouping> all = new ArrayList<>(List.of(new Grouping(STEP, step, null)));
        all.addAll(others);
        return all;
    }

    private Map<MetricFamily, Value> chosen(Predicate<MetricFamily> wanted) {
        Map<MetricFamily, Value> chosen = new LinkedHashMap<>(values);
        chosen.keySet().removeIf(wanted.negate());
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("the query feeds none of the requested metrics");
        }
        return chosen;
    }

    /** The groupings by labels that one of the families has. */
    private List<Grouping> kept(Map<MetricFamily, Value> chosen) {
        Set<Label> carried = chosen.keySet().stream()
                .flatMap(family -> family.labels().stream())
                .collect(toCollection(LinkedHashSet::new));
        return groupings.values().stream()
                .filter(grouping -> carried.contains(grouping.label()))
                .toList();
    }

    private Select<?> rows(@Nullable Table<?> table, List<Condition> more, List<Grouping> kept, List<Value> selected) {
        return withTableExpressions(new GroupedSelect(table, condition(more), kept, selected));
    }

    private Condition condition(List<Condition> more) {
        return Stream.concat(conditions.stream(), more.stream()).reduce(noCondition(), Condition::and);
    }

    private Select<?> withTableExpressions(GroupedSelect select) {
        List<CommonTableExpression<?>> used =
                new TableExpressions(tableExpressions).usedBy(select.statement(List.of()));
        return select.statement(used);
    }

    private static String[] columnNames(Select<?> rows) {
        return IntStream.range(0, rows.getSelect().size())
                .mapToObj(i -> "column" + i)
                .toArray(String[]::new);
    }

    /** Adds the condition as the last column. If there are no rows, the statement returns one row with NULL values. */
    private static Select<?> checked(Select<?> rows, Condition condition) {
        Table<?> read = rows.asTable("read", columnNames(rows));
        Table<?> check = select(field(condition).as("is_refused")).asTable("check");
        List<Field<?>> fields = new ArrayList<>(List.of(read.fields()));
        fields.addAll(List.of(check.fields()));
        return select(fields).from(check.leftJoin(read).on(trueCondition()));
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

        private Plan(Select<?> select, Map<MetricFamily, Value> chosen, List<Grouping> kept, int firstColumn) {
            this.select = select;
            this.chosen = chosen;
            int next = firstColumn;
            for (Grouping grouping : kept) {
                columns.put(grouping.label(), next);
                next += grouping.columns();
            }
            this.firstValue = next;
        }

        /** {@return the statement, to be sent unchanged} */
        public Select<?> select() {
            return select;
        }

        /**
         * Why the rows must not be read.
         *
         * @param rows the result of {@link #select()}
         * @return the reason given to {@link FamilyQuery#failIf} if its condition is true, otherwise empty
         */
        public Optional<String> refusal(Result<?> rows) {
            Refusal declared = refusal;
            if (declared == null || rows.isEmpty()) {
                return Optional.empty();
            }
            boolean isRefused =
                    Boolean.TRUE.equals(rows.get(0).get(rows.fieldsRow().size() - 1));
            return isRefused ? Optional.of(declared.reason()) : Optional.empty();
        }

        /**
         * Passes the values of all rows to a sink, family by family. A series may get several values, which the sink
         * merges.
         *
         * @param rows the result of {@link #select()}
         * @param sink takes the values
         * @throws IllegalStateException if a query without grouping did not return exactly one row
         */
        public void read(Result<?> rows, Sink sink) {
            if (columns.isEmpty() && rows.size() != 1) {
                throw new IllegalStateException("a query without by() returned " + rows.size() + " rows, expected one");
            }
            int column = firstValue;
            for (MetricFamily family : chosen.keySet()) {
                for (Record row : rows) {
                    read(family, row, column, sink);
                }
                column++;
            }
        }

        /** Passes the values of one row to a sink. */
        void read(Record row, Sink sink) {
            int column = firstValue;
            for (MetricFamily family : chosen.keySet()) {
                read(family, row, column++, sink);
            }
        }

        private void read(MetricFamily family, Record row, int column, Sink sink) {
            Object read = row.get(column);
            if (read != null) {
                sink.take(family, Value.number(read), labelValues(family, row));
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
            boolean isRest = !label.isClosed() && Boolean.TRUE.equals(row.get(column + 1));
            return isRest ? Label.OTHER : row.get(column);
        }
    }

    /**
     * Takes the values that a query returned.
     *
     * @since 0.1.0
     */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes one value.
         *
         * @param family the family that the value belongs to
         * @param value the value
         * @param labelValues one for each label of the family; null for unknown
         */
        void take(MetricFamily family, double value, @Nullable Object[] labelValues);
    }
}
