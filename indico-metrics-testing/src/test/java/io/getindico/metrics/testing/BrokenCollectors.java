package io.getindico.metrics.testing;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static org.jooq.impl.DSL.falseCondition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectCount;
import static org.jooq.impl.DSL.table;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.CommonTableExpression;
import org.jooq.impl.DSL;

/** One for each flaw that the contract finds, which differs from a good one in nothing else. */
final class BrokenCollectors {
    private BrokenCollectors() {}

    static Stream<Broken> all() {
        return Stream.of(
                alone(new Silent(), "givesASeriesOfEachFamily", "declares indico_test_square"),
                among(new Undeclared(), "givesASeriesOfEachFamily", "is not among the families()"),
                among(new Changing(), "givesASeriesOfEachFamily", "queries() returned different queries"),
                among(new Random(), "twoRunsOnUnchangedDataAgree", "expected:"),
                among(new NullRatio(), "anEmptyDatabaseGivesValues", "division by zero"),
                among(new Valueless(), "anEmptyDatabaseGivesValues", "has no value where there are no rows"),
                among(new NotANumber(), "aFreshlyPreparedDatabaseGivesValues", "a value is not a number"),
                alone(
                        new Picky(),
                        "anOlderReleaseGivesValuesOrIsTooOldByDeclaration",
                        "Indico 3.2.9: [indico_test_registered_users]: column users.users.created_dt is missing"),
                alone(
                        new TooLate(),
                        "aReleaseThatIsTooOldByDeclarationLacksSomething",
                        "Indico 3.2.9 has everything that the query reads, but since() says 3.3"),
                among(new Writing(), "runsOnTheReadOnlyConnectionOfTheEngine", "read-only transaction"),
                among(new Locking(), "runsOnTheReadOnlyConnectionOfTheEngine", "read-only transaction"),
                among(new Committing(), "runsOnTheReadOnlyConnectionOfTheEngine", "may not begin or end a transaction"),
                among(new Peeping(), "eachQueryRunsUnderJustItsRights", "permission denied for schema roombooking"),
                among(new Peeping(), "givesTheSameUnderTheRoleOfGrants", "under the role of"),
                among(new Covert(), "eachQueryIsSkippedWithoutOneOfItsTables", "without roombooking.locations"),
                alone(new Entangled(), "aFamilyThatIsOffChangesNoOther", "without indico_test_counted"),
                alone(
                        new Clocked(),
                        "whatDependsOnTheClockIsDeclaredTimeDependent",
                        "indico_test_rooms_by_protection changes with the clock"),
                alone(
                        new WallClocked(),
                        "whatDependsOnTheClockIsDeclaredTimeDependent",
                        "indico_test_rooms_by_protection changes with the clock"),
                alone(
                        new ClockedBySet(),
                        "whatDependsOnTheClockIsDeclaredTimeDependent",
                        "indico_test_rooms_by_protection changes with the clock"),
                alone(new Loose(), "closedLabelsKeepToTheirDeclaredValues", "whose label 'mode' is unknown"),
                alone(new Uncombined(), "closedLabelsKeepToTheirDeclaredValues", "whose label 'other' is unknown"),
                alone(new Boundless(), "openLabelsAreBounded", "can give 1071 series"),
                alone(new Unconventional(), "namesUnitsAndHelpFollowTheConventions", "'minutes' is not a base unit"),
                alone(
                        new Dateless(),
                        "historiesAreOfOwnGaugesAndSayFromWhenOnARowCounts",
                        "does not say from when on a row counts"),
                alone(
                        new Forgetful(),
                        "anExactPastEndsWithThePresent",
                        "series of exact histories, with the value of the past and that of a scrape"),
                alone(
                        new Hasty(),
                        "thePastOfAnOlderReleaseIsReadOrSkipped",
                        "column users.users.created_dt is missing"),
                alone(new InNoList(), "isFoundByTheServiceLoader", "add the line"));
    }

    private static Broken alone(MetricCollector collector, String test, String message) {
        return new Broken(collector, test, message, true);
    }

    /** Collectors that the engine refuses, or that fail on every database. */
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
            return collector.getClass().getSimpleName() + " " + test;
        }
    }

    /** A good one with a query more. */
    abstract static class WithMore extends GoodCollector {
        abstract List<MetricFamily> moreFamilies();

        abstract FamilyQuery more(CollectionContext context);

        @Override
        public List<MetricFamily> families() {
            List<MetricFamily> all = new ArrayList<>(super.families());
            all.addAll(moreFamilies());
            return all;
        }

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            List<FamilyQuery> all = new ArrayList<>(super.queries(context));
            all.add(more(context));
            return all;
        }
    }

    /** A good one with a family more, whose value a query without FROM gives. */
    abstract static class WithScalar extends WithMore {
        private static final MetricFamily SCALAR =
                MetricFamily.gauge("indico_test_scalar").help("A number.").build();

        private final String sql;

        WithScalar(String sql) {
            this.sql = sql;
        }

        @Override
        List<MetricFamily> moreFamilies() {
            return List.of(SCALAR);
        }

        @Override
        FamilyQuery more(CollectionContext context) {
            return FamilyQuery.withoutFrom().value(SCALAR, scalar(field(sql, Double.class)));
        }
    }

    public static final class Silent extends GoodCollector {
        @Override
        public List<MetricFamily> families() {
            List<MetricFamily> all = new ArrayList<>(super.families());
            all.add(MetricFamily.gauge("indico_test_square").help("Nothing.").build());
            return all;
        }
    }

    public static final class Undeclared extends GoodCollector {
        @Override
        public List<MetricFamily> families() {
            return List.of(ALL, BY_PROTECTION, BEGUN, REGISTERED, OBJECTS);
        }
    }

    public static final class Changing extends GoodCollector {
        private boolean isChanged;

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            isChanged = !isChanged;
            return isChanged ? super.queries(context) : List.of(byLocation(), rooms(context));
        }
    }

    public static final class Random extends WithScalar {
        public Random() {
            super("random()");
        }
    }

    public static final class NullRatio extends WithScalar {
        public NullRatio() {
            super("(SELECT 1 / count(*) FROM roombooking.rooms)");
        }
    }

    public static final class NotANumber extends WithScalar {
        public NotANumber() {
            super("(SELECT CASE count(*) WHEN 0 THEN 'NaN'::float8 ELSE 1 END FROM roombooking.rooms)");
        }
    }

    public static final class Picky extends GoodCollector {
        @Override
        FamilyQuery registered() {
            return super.registered().since("3.2");
        }
    }

    public static final class TooLate extends GoodCollector {
        @Override
        FamilyQuery byLocation() {
            return super.byLocation().since("3.3");
        }
    }

    public static final class Writing extends WithScalar {
        public Writing() {
            super("nextval('users.groups_id_seq')");
        }
    }

    public static final class Locking extends WithScalar {
        public Locking() {
            super("(SELECT count(*) FROM (SELECT 1 FROM roombooking.rooms FOR SHARE) AS locked)");
        }
    }

    public static final class Committing extends WithScalar {
        public Committing() {
            super("1; COMMIT; SELECT 1");
        }
    }

    public static final class Peeping extends WithScalar {
        public Peeping() {
            super("(SELECT count(*) FROM roombooking.equipment_types)");
        }
    }

    public static final class Covert extends WithScalar {
        public Covert() {
            super("(SELECT count(*) FROM roombooking.locations)");
        }
    }

    /** One family has a table expression by jOOQ's name, the other by words: that one is not seen. */
    public static final class Entangled extends WithMore {
        private static final MetricFamily COUNTED =
                MetricFamily.gauge("indico_test_counted").help("Rooms.").build();
        private static final MetricFamily RECOUNTED =
                MetricFamily.gauge("indico_test_recounted").help("Rooms.").build();

        @Override
        List<MetricFamily> moreFamilies() {
            return List.of(COUNTED, RECOUNTED);
        }

        @Override
        FamilyQuery more(CollectionContext context) {
            CommonTableExpression<?> counted =
                    DSL.name("counted").fields("n").as(selectCount().from(ROOMS));
            return FamilyQuery.withoutFrom()
                    .with(counted)
                    .value(
                            COUNTED,
                            scalar(field(select(DSL.field("n", Integer.class)).from(table(DSL.name("counted"))))))
                    .value(RECOUNTED, scalar(field("(SELECT n FROM counted)", Integer.class)));
        }
    }

    public static final class Clocked extends GoodCollector {
        @Override
        FamilyQuery rooms(CollectionContext context) {
            return super.rooms(context).where(inline(context.now()).isNotNull());
        }
    }

    public static final class WallClocked extends GoodCollector {
        @Override
        FamilyQuery rooms(CollectionContext context) {
            return super.rooms(context).where(context.localNow().isNotNull());
        }
    }

    public static final class ClockedBySet extends GoodCollector {
        @Override
        FamilyQuery rooms(CollectionContext context) {
            IdSet users =
                    IdSet.of("new_users", USERS.ID, USERS, inline(context.now()).isNull());
            return super.rooms(context).where(users.doesNotContain(ROOMS.OWNER_ID));
        }
    }

    public static final class Loose extends GoodCollector {
        @Override
        FamilyQuery rooms(CollectionContext context) {
            return FamilyQuery.from(ROOMS)
                    .by(MODE, ROOMS.IS_DELETED.isTrue(), "public", "secret")
                    .value(BY_PROTECTION, countRows())
                    .value(ALL, countRows());
        }
    }

    abstract static class WithTuples extends WithMore {
        static final Label ONE = Label.closed("one", "a", "b");
        static final Label OTHER = Label.closed("other", "a", "b");
        static final MetricFamily TUPLES = MetricFamily.gauge("indico_test_tuples")
                .help("Tuples.")
                .labels(ONE, OTHER)
                .combination("a", "a")
                .combination("a", "b")
                .combination("b", "b")
                .build();

        @Override
        List<MetricFamily> moreFamilies() {
            return List.of(TUPLES);
        }
    }

    public static final class Uncombined extends WithTuples {
        @Override
        FamilyQuery more(CollectionContext context) {
            return FamilyQuery.from(ROOMS)
                    .by(ONE, ROOMS.IS_DELETED.isTrue(), "a", "b")
                    .constant(OTHER, "a")
                    .value(TUPLES, countRows());
        }
    }

    public static final class Valueless extends WithTuples {
        @Override
        FamilyQuery more(CollectionContext context) {
            return FamilyQuery.from(ROOMS)
                    .constant(ONE, "b")
                    .constant(OTHER, "a")
                    .value(TUPLES, countRows());
        }
    }

    public static final class Boundless extends WithMore {
        private static final Label ONE = Label.open("one");
        private static final Label OTHER = Label.closed(
                "other", IntStream.range(0, 20).mapToObj(i -> "value_" + i).toArray(String[]::new));
        private static final MetricFamily SQUARE = MetricFamily.gauge("indico_test_square")
                .help("Many values for each value of an open label.")
                .labels(ONE, OTHER)
                .build();

        @Override
        public List<MetricFamily> families() {
            return moreFamilies();
        }

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            return List.of(more(context));
        }

        @Override
        List<MetricFamily> moreFamilies() {
            return List.of(SQUARE);
        }

        @Override
        FamilyQuery more(CollectionContext context) {
            return FamilyQuery.from(ROOMS)
                    .by(ONE, ROOMS.BUILDING, ROOMS.ID)
                    .constant(OTHER, "value_1")
                    .value(SQUARE, countRows());
        }
    }

    public static final class Unconventional extends WithMore {
        private static final MetricFamily MINUTES =
                MetricFamily.gauge("indico_test_minutes").help("Minutes.").build();

        @Override
        List<MetricFamily> moreFamilies() {
            return List.of(MINUTES);
        }

        @Override
        FamilyQuery more(CollectionContext context) {
            return FamilyQuery.from(EVENTS).value(MINUTES, countRows());
        }
    }

    /** Says what counts, but not since when. */
    public static final class Dateless extends GoodCollector {
        @Override
        public List<FamilyHistory> histories(CollectionContext context) {
            return List.of(FamilyHistory.exact(rooms(context), "Rooms are built once."));
        }
    }

    /** Calls a past exact that ends with no rooms. */
    public static final class Forgetful extends GoodCollector {
        @Override
        public List<FamilyHistory> histories(CollectionContext context) {
            return List.of(FamilyHistory.exact(rooms(context).where(falseCondition()), "There are no rooms.")
                    .undated());
        }
    }

    /** Needs a column that the oldest release does not have, and does not say so. */
    public static final class Hasty extends GoodCollector {
        @Override
        public List<FamilyHistory> histories(CollectionContext context) {
            return List.of(FamilyHistory.nearExact(
                            FamilyQuery.from(USERS).value(REGISTERED, countRows()),
                            "Users that were deleted are missing.")
                    .from(USERS.CREATED_DT));
        }
    }

    public static final class InNoList extends GoodCollector {}
}
