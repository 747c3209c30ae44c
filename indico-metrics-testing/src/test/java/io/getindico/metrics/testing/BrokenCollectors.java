package io.getindico.metrics.testing;

import static io.getindico.metrics.api.RowCounts.countRows;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static org.jooq.impl.DSL.sum;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Samples;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jooq.exception.DataAccessException;

/** One for each flaw that the contract finds, which differs from a good one in nothing else. */
final class BrokenCollectors {
    private BrokenCollectors() {}

    static Stream<Broken> all() {
        return Stream.of(
                alone(
                        new Silent(),
                        "givesSamplesOfEveryDeclaredFamilyAndOfNoOther",
                        "declares indico_test_rooms_by_location"),
                among(new Undeclared(), "givesSamplesOfEveryDeclaredFamilyAndOfNoOther", "not in families()"),
                alone(new Remembering(), "twoRunsOnUnchangedDataAgree", "expected:"),
                among(new NullSum(), "anEmptyDatabaseGivesValues", "NullPointerException"),
                among(new Valueless(), "aFreshlyPreparedDatabaseGivesValues", "has no value where there are no rows"),
                among(new NotANumber(), "anEmptyDatabaseGivesValues", "a value that is no number"),
                alone(new Picky(), "anOlderReleaseGivesValuesOrLacksTablesOrColumns", "Indico 3.2.9"),
                among(new Writing(), "nothingIsWritten", "it wrote, or locked rows"),
                among(new Locking(), "nothingIsWritten", "it wrote, or locked rows"),
                among(new Committing(), "runsOnTheReadOnlyConnectionOfTheEngine", "FAILED"),
                among(
                        new Talkative(),
                        "sendsNoMoreStatementsThanDeclared",
                        "sent 3 statements, and maxStatements() is 2"),
                alone(new Loose(), "closedLabelsKeepToTheirDeclaredValues", "has no series [secret]"),
                alone(new Uncombined(), "closedLabelsKeepToTheirDeclaredValues", "has no series [b, a]"),
                alone(new Boundless(), "openLabelsAreBounded", "can give 2601 series"),
                alone(new Unordered(), "openLabelsComeInAnOrderOfTheirOwn", "order by id"),
                alone(new Unconventional(), "namesUnitsAndHelpFollowTheConventions", "'minutes' is not a base unit"),
                alone(new InNoList(), "isFoundByTheServiceLoader", "add the line"),
                alone(
                        new Swallowing(),
                        "endsWhenItsStatementIsCancelled",
                        "as if its statement had not been cancelled"),
                alone(new Obstinate(), "endsWhenItsStatementIsCancelled", "runs on 2 s after"));
    }

    private static Broken alone(MetricCollector collector, String test, String message) {
        return new Broken(collector, test, message, true);
    }

    /** Such as what the engine refuses, or what fails on each database. */
    private static Broken among(MetricCollector collector, String test, String message) {
        return new Broken(collector, test, message, false);
    }

    /**
     * A flaw.
     *
     * @param collector which has it
     * @param test which finds it
     * @param message what it says
     * @param isAlone whether all others pass
     */
    record Broken(MetricCollector collector, String test, String message, boolean isAlone) {
        @Override
        public String toString() {
            return collector.getClass().getSimpleName();
        }
    }

    public static final class Silent extends GoodCollector {
        @Override
        void byLocation(CollectionContext context, Samples samples) {}
    }

    public static final class Undeclared extends GoodCollector {
        @Override
        public List<MetricFamily> families() {
            return List.of(ALL, BY_PROTECTION);
        }
    }

    public static final class Remembering extends GoodCollector {
        private int runs;

        @Override
        void all(CollectionContext context, Samples samples) {
            runs++;
            samples.set(ALL, runs);
        }
    }

    public static final class NullSum extends GoodCollector {
        @Override
        void all(CollectionContext context, Samples samples) {
            var seats = context.dsl().select(sum(ROOMS.CAPACITY)).from(ROOMS).fetchSingle();
            samples.set(ALL, seats.value1().longValueExact());
        }
    }

    public static final class Valueless extends GoodCollector {
        @Override
        void all(CollectionContext context, Samples samples) {
            context.dsl().select(LOCATIONS.ID).from(LOCATIONS).limit(1).forEach(row -> samples.set(ALL, row.value1()));
        }
    }

    public static final class NotANumber extends GoodCollector {
        @Override
        void all(CollectionContext context, Samples samples) {
            samples.set(ALL, 0.0 / context.dsl().fetchCount(ROOMS));
        }
    }

    public static final class Picky extends GoodCollector {
        @Override
        void all(CollectionContext context, Samples samples) {
            String table = context.dsl()
                    .fetchSingle("SELECT to_regclass('indico.receipt_templates')")
                    .get(0, String.class);
            samples.set(ALL, table.length());
        }
    }

    public static final class Writing extends GoodCollector {
        @Override
        void all(CollectionContext context, Samples samples) {
            samples.set(
                    ALL, context.dsl().update(ROOMS).set(ROOMS.IS_DELETED, true).execute());
        }
    }

    public static final class Locking extends GoodCollector {
        @Override
        void all(CollectionContext context, Samples samples) {
            samples.set(
                    ALL,
                    context.dsl()
                            .select(ROOMS.ID)
                            .from(ROOMS)
                            .forShare()
                            .fetch()
                            .size());
        }
    }

    public static final class Committing extends GoodCollector {
        @Override
        void all(CollectionContext context, Samples samples) {
            super.all(context, samples);
            context.dsl().connection(connection -> connection.commit());
        }
    }

    public static final class Talkative extends GoodCollector {
        @Override
        public int maxStatements() {
            return 2;
        }
    }

    public static final class Loose extends GoodCollector {
        @Override
        void byProtection(CollectionContext context, Samples samples) {
            samples.set(BY_PROTECTION, 1, "secret");
        }
    }

    public static final class Uncombined extends GoodCollector {
        private static final MetricFamily TUPLES = MetricFamily.gauge("indico_test_tuples")
                .help("Tuples.")
                .labels(Label.closed("one", "a", "b"), Label.closed("other", "a", "b"))
                .combination("a", "a")
                .combination("a", "b")
                .build();

        @Override
        public List<MetricFamily> families() {
            return List.of(ALL, BY_PROTECTION, BY_LOCATION, TUPLES);
        }

        @Override
        void all(CollectionContext context, Samples samples) {
            super.all(context, samples);
            samples.set(TUPLES, 1, "a", "b");
            samples.set(TUPLES, 1, "b", "a");
        }
    }

    public static final class Boundless extends GoodCollector {
        private static final MetricFamily SQUARE = MetricFamily.gauge("indico_test_square")
                .help("Two labels that are both open.")
                .labels(Label.open("one"), Label.open("other"))
                .build();

        @Override
        public List<MetricFamily> families() {
            return List.of(SQUARE);
        }

        @Override
        public void collect(CollectionContext context, Samples samples) {
            samples.set(SQUARE, context.dsl().fetchCount(EVENTS), "a", "b");
        }
    }

    public static final class Unordered extends GoodCollector {
        @Override
        void byLocation(CollectionContext context, Samples samples) {
            context.dsl()
                    .select(LOCATIONS.NAME, countRows())
                    .from(LOCATIONS)
                    .groupBy(LOCATIONS.NAME)
                    .forEach(row -> samples.set(BY_LOCATION, row.value2(), row.value1()));
        }
    }

    public static final class Unconventional extends GoodCollector {
        private static final MetricFamily MINUTES =
                MetricFamily.gauge("indico_test_minutes").help("Minutes.").build();

        @Override
        public List<MetricFamily> families() {
            return List.of(MINUTES);
        }

        @Override
        public void collect(CollectionContext context, Samples samples) {
            samples.set(MINUTES, context.dsl().fetchCount(EVENTS));
        }
    }

    public static final class InNoList extends GoodCollector {}

    public static final class Swallowing extends GoodCollector {
        @Override
        public void collect(CollectionContext context, Samples samples) {
            try {
                super.collect(context, samples);
            } catch (DataAccessException e) {
                samples.set(ALL, 0);
            }
        }
    }

    public static final class Obstinate extends GoodCollector {
        @Override
        public void collect(CollectionContext context, Samples samples) {
            try {
                super.collect(context, samples);
            } catch (DataAccessException e) {
                LockSupport.parkNanos(4_000_000_000L);
                throw e;
            }
        }
    }
}
