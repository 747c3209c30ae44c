package io.getindico.metrics.api;

import static org.jooq.impl.DSL.cast;
import static org.jooq.impl.DSL.ceil;
import static org.jooq.impl.DSL.floor;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.least;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;

import io.getindico.metrics.api.FamilyQuery.Changes;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record2;
import org.jooq.Select;
import org.jooq.TableField;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * The past of metric families, as far as Indico's rows record it. A row of the query counts from one instant to
 * another. The value of a family in the past is that of the rows that counted then.
 *
 * <pre>{@code
 * FamilyHistory.approximate(
 *                 FamilyQuery.from(REQUESTS).by(STATE, REQUESTS.STATE).value(BY_STATE, countRows()),
 *                 "Every request has its present state from the beginning.")
 *         .from(REQUESTS.CREATED_DT)
 * }</pre>
 *
 * <p>One statement reads all changes in one pass over the rows. A history can count rows and sum columns, with any
 * labels and conditions; it has no distinct counts, minimums or maximums.
 *
 * <p>Mutable and not thread-safe; each method returns this history.
 *
 * @since 0.1.0
 */
public final class FamilyHistory {
    /** How well the past can be known. */
    public enum Exactness {
        /** The values are those that the exporter would have read. */
        EXACT,
        /** They differ in rare cases. */
        NEAR_EXACT,
        /** They show the trend. */
        APPROXIMATE;

        /** {@return the word for people: exact, near-exact or approximate} */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** How far apart the values of the past are. */
    public enum Step {
        /** For what grows or shrinks slowly; one value at midnight UTC. */
        DAY(Duration.ofDays(1)),
        /** For what changes within a day; one value at each full hour. */
        HOUR(Duration.ofHours(1));

        private final Duration duration;

        Step(Duration duration) {
            this.duration = duration;
        }

        /** {@return a day or an hour} */
        public Duration duration() {
            return duration;
        }
    }

    /** The step of rows that count from an unknown instant on. It comes before all others. */
    public static final int UNDATED = -1_000_000;

    private static final int LONGEST = 366;

    private final FamilyQuery query;
    private final Claim claim;
    private final Map<MetricFamily, Claim> claims = new LinkedHashMap<>();
    private Step step = Step.DAY;
    private @Nullable Bound begin;
    private @Nullable Bound end;
    private final Map<MetricFamily, Duration> lengths = new LinkedHashMap<>();
    private @Nullable Parts parts;

    private FamilyHistory(FamilyQuery query, Exactness exactness, String why) {
        this.query = query;
        this.claim = new Claim(exactness, why);
    }

    /** How well a family's past can be known, and why. */
    private record Claim(Exactness exactness, String why) {
        Claim {
            if (why.isBlank()) {
                throw new IllegalArgumentException(
                        "a history does not say why it is " + exactness.label() + "; expected a sentence");
            }
        }
    }

    /** An instant from which a row counts, or no longer counts; isAt says whether this is so at the instant itself. */
    private record Bound(@Nullable Field<Instant> instant, boolean isAt) {
        /** The first step at which the row counts. GREATEST ignores NULL, so an instant that is NULL is undated. */
        Field<Integer> begin(Instant first, Duration length, int steps) {
            return instant == null
                    ? inline(UNDATED)
                    : cast(
                            least(greatest(step(instant, first, length), inline((double) UNDATED)), inline((double)
                                    steps)),
                            SQLDataType.INTEGER);
        }

        /** The first step at which the row no longer counts. If the instant is NULL, this is beyond the last step. */
        Field<Integer> end(Instant first, Duration length, int steps) {
            return instant == null
                    ? inline(steps)
                    : cast(
                            greatest(least(step(instant, first, length), inline((double) steps)), inline(0.0)),
                            SQLDataType.INTEGER);
        }

        private Field<Double> step(Field<Instant> at, Instant first, Duration length) {
            // A double holds an instant of our time exactly to the microsecond.
            Field<Double> seconds = function(name("date_part"), SQLDataType.DOUBLE, inline("epoch"), at)
                    .minus(inline(seconds(first)));
            Field<Double> exact = seconds.div(inline((double) length.toSeconds()));
            return isAt ? ceil(exact) : floor(exact).plus(inline(1.0));
        }

        /** The double that PostgreSQL computes for the same instant. */
        private static double seconds(Instant instant) {
            return BigDecimal.valueOf(instant.getEpochSecond())
                    .add(BigDecimal.valueOf(instant.getNano(), 9))
                    .doubleValue();
        }
    }

    /** Which rows a part of a pass reads: the table of the ids, and the id of a row of the query. */
    private record Parts(TableField<?, Integer> ids, Field<Integer> id) {
        Condition within(IdRange range) {
            Condition condition = DSL.noCondition();
            if (range.from() != null) {
                condition = condition.and(id.ge(inline(range.from())));
            }
            return range.until() == null ? condition : condition.and(id.lt(inline(range.until())));
        }
    }

    /**
     * A range of ids.
     *
     * @param from the first one; null if the range has no beginning
     * @param until the first one beyond the range; null if it has no end
     * @since 0.1.0
     */
    public record IdRange(@Nullable Integer from, @Nullable Integer until) {
        /** All ids. */
        public static final IdRange ALL = new IdRange(null, null);
    }

    /**
     * Declares a past that is exactly what the exporter would have read.
     *
     * @param query which rows count and how, without regard to time
     * @param why one sentence for the operator
     * @return a history that still needs {@link #from} or {@link #after}
     */
    public static FamilyHistory exact(FamilyQuery query, String why) {
        return new FamilyHistory(query, Exactness.EXACT, why);
    }

    /**
     * Declares a past that differs in rare cases from what the exporter would have read.
     *
     * @param query which rows count and how, without regard to time
     * @param why one sentence for the operator: what is not known
     * @return a history that still needs {@link #from} or {@link #after}
     */
    public static FamilyHistory nearExact(FamilyQuery query, String why) {
        return new FamilyHistory(query, Exactness.NEAR_EXACT, why);
    }

    /**
     * Declares a past that shows the trend.
     *
     * @param query which rows count and how, without regard to time
     * @param why one sentence for the operator: what is not known
     * @return a history that still needs {@link #from} or {@link #after}
     */
    public static FamilyHistory approximate(FamilyQuery query, String why) {
        return new FamilyHistory(query, Exactness.APPROXIMATE, why);
    }

    /**
     * Declares that the past of one of the families is less exact than that of the others.
     *
     * @param family one of {@link #families()}
     * @param exactness how well its past can be known
     * @param why one sentence for the operator
     * @return this
     * @throws IllegalArgumentException if the query does not feed the family
     */
    public FamilyHistory except(MetricFamily family, Exactness exactness, String why) {
        if (!families().contains(family)) {
            throw new IllegalArgumentException("metric '" + family + "' is not one of " + families());
        }
        claims.put(family, new Claim(exactness, why));
        return this;
    }

    /**
     * A row counts from this instant on.
     *
     * @param instant an expression in UTC or with a zone; if it is NULL, the row counts from the first value of the
     *     history on
     * @return this
     */
    public FamilyHistory from(Field<Instant> instant) {
        this.begin = new Bound(instant, true);
        return this;
    }

    /**
     * A row counts after this instant, and not yet at the instant itself.
     *
     * @param instant as for {@link #from}
     * @return this
     */
    public FamilyHistory after(Field<Instant> instant) {
        this.begin = new Bound(instant, false);
        return this;
    }

    /**
     * Nothing says from when on a row counts, so only the last value is known. Use it for a part of a family whose other
     * parts are dated.
     *
     * @return this
     */
    public FamilyHistory undated() {
        this.begin = new Bound(null, true);
        return this;
    }

    /**
     * A row counts until this instant, and no longer at the instant itself.
     *
     * @param instant an expression in UTC or with a zone; NULL if the row still counts, as without this method
     * @return this
     */
    public FamilyHistory until(Field<Instant> instant) {
        this.end = new Bound(instant, true);
        return this;
    }

    /**
     * A row counts until this instant inclusive.
     *
     * @param instant as for {@link #until}
     * @return this
     */
    public FamilyHistory through(Field<Instant> instant) {
        this.end = new Bound(instant, false);
        return this;
    }

    /**
     * One of the families counts a row only for some time, such as those of the last 7 days. The other families may count
     * it longer, so one pass feeds them all.
     *
     * @param family one of {@link #families()}
     * @param length a multiple of the step, at most 366 steps
     * @return this
     * @throws IllegalArgumentException if the query does not feed the family
     */
    public FamilyHistory lasting(MetricFamily family, Duration length) {
        if (!families().contains(family)) {
            throw new IllegalArgumentException("metric '" + family + "' is not one of " + families());
        }
        lengths.put(family, length);
        return this;
    }

    /**
     * Allows the engine to read the rows in several statements, each with a range of ids, and to add up the changes. Declare
     * it for large tables. What a row counts for must not depend on rows with other ids.
     *
     * @param id the primary key of a table; each row of the query has exactly one id
     * @return this
     */
    public FamilyHistory inPartsOf(TableField<?, Integer> id) {
        return inPartsOf(id, id);
    }

    /**
     * Like {@link #inPartsOf(TableField)}, if the query has the ids under another name.
     *
     * @param ids the primary key of a table
     * @param id the same ids in the query
     * @return this
     */
    public FamilyHistory inPartsOf(TableField<?, Integer> ids, Field<Integer> id) {
        this.parts = new Parts(ids, id);
        return this;
    }

    /**
     * Asks for a value at each full hour, for what changes within a day. One value at midnight would not represent the
     * day.
     *
     * @return this
     */
    public FamilyHistory hourly() {
        this.step = Step.HOUR;
        return this;
    }

    /** {@return the families whose past this is} */
    public Set<MetricFamily> families() {
        return query.families();
    }

    /** {@return the query: which rows count and how} */
    public FamilyQuery query() {
        return query;
    }

    /**
     * How well the past of a family can be known.
     *
     * @param family one of {@link #families()}
     * @return as declared
     */
    public Exactness exactness(MetricFamily family) {
        return claims.getOrDefault(family, claim).exactness();
    }

    /**
     * Why the past of a family is as exact as it is.
     *
     * @param family one of {@link #families()}
     * @return one sentence
     */
    public String why(MetricFamily family) {
        return claims.getOrDefault(family, claim).why();
    }

    /** {@return how far apart the values are; a day unless declared} */
    public Step step() {
        return step;
    }

    /**
     * For how many steps a family counts a row.
     *
     * @param family one of {@link #families()}
     * @return as declared by {@link #lasting}; empty if the family counts a row as long as the others
     */
    public Optional<Integer> lasting(MetricFamily family) {
        return Optional.ofNullable(lengths.get(family)).map(length -> (int) length.dividedBy(step.duration()));
    }

    /** {@return the statement for the lowest and the highest id, if the rows may be read in parts} */
    public Optional<Select<Record2<Integer, Integer>>> ids() {
        return Optional.ofNullable(parts)
                .map(given -> select(min(given.ids()), max(given.ids()))
                        .from(given.ids().getTable()));
    }

    /**
     * The statement for the changes of some of the families.
     *
     * @param wanted which families to select
     * @param first the instant of the first value
     * @param steps how many values are wanted, from 1 on
     * @param range which rows to read; all of them if the history does not allow parts
     * @return a statement, and how to read its rows
     * @throws IllegalArgumentException if the query has a value that is neither a count nor a sum
     * @throws IllegalStateException if the history does not say from when on a row counts, or declares a length that
     *     does not fit
     */
    public Plan plan(Predicate<MetricFamily> wanted, Instant first, int steps, IdRange range) {
        if (begin == null) {
            throw new IllegalStateException("a history of " + families()
                    + " does not say from when on a row counts: call from(), after() or undated()");
        }
        Condition isInRange = parts == null ? DSL.noCondition() : parts.within(range);
        checkLengths();
        Changes changes = new Changes(
                isInRange,
                begin.begin(first, step.duration(), steps),
                end == null ? null : end.end(first, step.duration(), steps),
                steps);
        FamilyQuery.Plan plan = query.plan(wanted, changes);
        return new Plan(plan);
    }

    private void checkLengths() {
        for (MetricFamily family : lengths.keySet()) {
            Duration length = lengths.get(family);
            int own = lasting(family).orElse(0);
            if (end != null
                    || own < 1
                    || own > LONGEST
                    || !step.duration().multipliedBy(own).equals(length)) {
                throw new IllegalStateException("a history lets " + family + " count a row for " + length
                        + "; expected a multiple of " + step.duration() + ", at most " + LONGEST
                        + " times, and neither until() nor through()");
            }
        }
    }

    /**
     * A statement for the changes of some families, and how to read its rows, which are in the order of time.
     *
     * @since 0.1.0
     */
    public static final class Plan {
        private final FamilyQuery.Plan plan;

        private Plan(FamilyQuery.Plan plan) {
            this.plan = plan;
        }

        /** {@return the statement, to be sent unchanged} */
        public Select<?> select() {
            return plan.select();
        }

        /**
         * The step of a row.
         *
         * @param row a row of {@link #select()}
         * @return from 0 on; below 0 for what began before the first value; {@link #UNDATED} for what counts from an
         *     unknown instant on
         */
        public int step(Record row) {
            return Objects.requireNonNull(row.get(0, Integer.class));
        }

        /**
         * Passes the changes of a row to a sink.
         *
         * @param row a row of {@link #select()}
         * @param sink takes by how much each value changes
         */
        public void read(Record row, FamilyQuery.Sink sink) {
            plan.read(row, sink);
        }
    }
}
