package io.getindico.metrics.api;

import static org.jooq.impl.DSL.cast;
import static org.jooq.impl.DSL.ceil;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.floor;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.lateral;
import static org.jooq.impl.DSL.least;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.FamilyQuery.Changes;
import io.getindico.metrics.api.GroupedSelect.Grouping;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Select;
import org.jooq.Table;
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

    /** The step of rows that count from an unknown instant on. */
    private static final int UNDATED = -1;

    private static final Label STEP = Label.closed("step", "step");

    private final FamilyQuery query;
    private final Claim claim;
    private final Map<MetricFamily, Claim> claims = new LinkedHashMap<>();
    private Step step = Step.DAY;
    private @Nullable Bound begin;
    private @Nullable Bound end;

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
        /** The first step at which the row counts, or no longer counts. NULL if the instant is NULL. */
        Field<Integer> step(Instant first, Duration length, int steps) {
            if (instant == null) {
                return inline(null, SQLDataType.INTEGER);
            }
            // A double holds an instant of our time exactly to the microsecond.
            Field<Double> seconds = function(name("date_part"), SQLDataType.DOUBLE, inline("epoch"), instant)
                    .minus(inline(seconds(first)));
            Field<Double> exact = seconds.div(inline((double) length.toSeconds()));
            Field<Double> next = isAt ? ceil(exact) : floor(exact).plus(inline(1.0));
            // GREATEST and LEAST ignore NULL.
            Field<Double> within = least(greatest(next, inline(0.0)), inline((double) steps));
            return when(instant.isNotNull(), cast(within, SQLDataType.INTEGER));
        }

        /** The double that PostgreSQL computes for the same instant. */
        private static double seconds(Instant instant) {
            return BigDecimal.valueOf(instant.getEpochSecond())
                    .add(BigDecimal.valueOf(instant.getNano(), 9))
                    .doubleValue();
        }
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
     * The statement for the changes of some of the families.
     *
     * @param wanted which families to select
     * @param first the instant of the first value; all earlier changes fall on it
     * @param steps how many values are wanted, from 1 on
     * @return a statement, and how to read its rows
     * @throws IllegalArgumentException if the query has a value that is neither a count nor a sum
     * @throws IllegalStateException if the history does not say from when on a row counts
     */
    public Plan plan(Predicate<MetricFamily> wanted, Instant first, int steps) {
        if (begin == null) {
            throw new IllegalStateException("a history of " + families()
                    + " does not say from when on a row counts: call from(), after() or undated()");
        }
        Field<Integer> begins = coalesce(begin.step(first, step.duration(), steps), inline(UNDATED));
        Field<Integer> ends = end == null ? inline(null, SQLDataType.INTEGER) : end.step(first, step.duration(), steps);
        Field<Integer> changeStep = field(name("change", "step"), SQLDataType.INTEGER);
        Field<Integer> sign = field(name("change", "sign"), SQLDataType.INTEGER);
        Field<Integer> other = field(name("change", "other"), SQLDataType.INTEGER);
        // Each change carries the other one, because PostgreSQL would compute the steps again for each condition.
        Table<?> changes = lateral(DSL.values(row(begins, inline(1), ends), row(ends, inline(-1), begins))
                .as("change", "step", "sign", "other"));
        // A row that ends before it begins would count as -1 in between. A row that counts at no step stays, because
        // the past begins with the first date.
        Condition isInOrder = other.isNull()
                .or(sign.eq(inline(1)).and(changeStep.le(other)))
                .or(sign.eq(inline(-1)).and(other.le(changeStep)));
        FamilyQuery.Plan plan = query.plan(
                wanted,
                new Changes(
                        changes,
                        changeStep.lt(inline(steps)).and(isInOrder),
                        new Grouping(STEP, changeStep, null),
                        sign));
        return new Plan(plan);
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
         * @return from 0 on; -1 for what counts from an unknown instant on
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
