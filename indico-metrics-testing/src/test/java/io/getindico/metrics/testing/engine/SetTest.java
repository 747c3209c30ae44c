package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.jooq.indico.tables.News.NEWS;
import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static io.getindico.metrics.testing.engine.TestCollector.count;
import static io.getindico.metrics.testing.engine.TestCollector.family;
import static io.getindico.metrics.testing.engine.TestCollector.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Duration;
import java.util.List;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A set of ids is read before the first query that uses it, once per transaction, for all queries. */
class SetTest extends EngineTest {
    private static final Duration TTL = Duration.ofSeconds(285);
    private static final int HUGE = Integer.MAX_VALUE;

    private final IdSet titled = IdSet.of("titled", NEWS.ID, NEWS, NEWS.TITLE.ne("none"));
    private final TestCollector first = in("first", titled);
    private final TestCollector second = in("second", titled);
    private final TestCollector other = count("other", USERS);

    /** News of the ids 1 to 3, of which the second has no title, and locations of the ids 1 to 4. */
    @BeforeEach
    void newsAndLocations() {
        ownDatabase();
        IndicoRows rows = IndicoRows.into(database().dsl());
        for (int i = 1; i <= 3; i++) {
            rows.row(NEWS).with(NEWS.TITLE, i == 2 ? "none" : "News").insert();
        }
        for (int i = 1; i <= 4; i++) {
            rows.row(LOCATIONS).insert();
        }
    }

    /** Counts the locations whose id is in a set. */
    private static TestCollector in(String name, IdSet set) {
        return count(name, LOCATIONS, set.contains(LOCATIONS.ID));
    }

    private static String reading(String set) {
        return "\"set_config\"('indico_metrics." + set + "'";
    }

    private static CollectorStatus status(IndicoMetrics metrics, String name) {
        return metrics.status().collectors().stream()
                .filter(collector -> collector.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void twoCollectorsShareOneReadingInEachRefresh() {
        StatementLog log = new StatementLog(database().dataSource());
        IndicoMetrics metrics = open(engine(log, first, second, other));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.value("test_first")).isEqualTo(2);
        assertThat(scrape.value("test_second")).isEqualTo(2);
        assertThat(log.containing(reading("titled"))).hasSize(1);
        database().dsl().update(NEWS).set(NEWS.TITLE, "News").execute();
        clock.advance(TTL);
        assertThat(scrape(metrics).value("test_second")).isEqualTo(3);
        assertThat(log.containing(reading("titled"))).hasSize(2);
    }

    @Test
    void queriesOfOneCollectorShareItTooAndOnlyTheSetsAskedForAreRead() {
        IdSet untitled = IdSet.of("untitled", NEWS.ID, NEWS, NEWS.TITLE.eq("none"));
        MetricFamily inside = family("inside");
        MetricFamily outside = family("outside");
        MetricFamily others = family("others");
        TestCollector three = TestCollector.of(
                "three",
                List.of(inside, outside, others),
                context -> List.of(
                        count(inside, LOCATIONS, titled.contains(LOCATIONS.ID)),
                        count(outside, LOCATIONS, titled.doesNotContain(LOCATIONS.ID)),
                        count(others, LOCATIONS, untitled.contains(LOCATIONS.ID))));
        StatementLog log = new StatementLog(database().dataSource());
        IndicoMetrics metrics = open(engine(log, three));
        Exposition some = scrape(metrics, "test_inside", "test_outside");
        assertThat(some.value("test_inside")).isEqualTo(2);
        assertThat(some.value("test_outside")).isEqualTo(2);
        assertThat(log.containing(reading("titled"))).hasSize(1);
        assertThat(log.containing(reading("untitled"))).isEmpty();
        assertThat(scrape(metrics).value("test_others")).isEqualTo(1);
        assertThat(log.containing(reading("untitled"))).hasSize(1);
        assertThat(log.containing(reading("titled")))
                .as("what asks it is not due")
                .hasSize(1);
    }

    @Test
    void aSetMayUseAnother() {
        IdSet alsoLocations = IdSet.of("also_locations", LOCATIONS.ID, LOCATIONS, titled.contains(LOCATIONS.ID));
        StatementLog log = new StatementLog(database().dataSource());
        TestCollector users = count("users", USERS, alsoLocations.doesNotContain(USERS.ID));
        IndicoMetrics metrics = open(engine(log, users, in("locations", alsoLocations)));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.value("test_locations")).isEqualTo(2);
        assertThat(scrape.value("test_users")).isEqualTo(1);
        assertThat(log.containing(reading("titled"))).hasSize(1);
        assertThat(log.containing(reading("also_locations"))).hasSize(1);
        assertThat(status(metrics, "users").queries().get(0).columns())
                .containsOnlyKeys("indico.news", "roombooking.locations", "users.users");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE indico.news RENAME TO old",
                "ALTER TABLE indico.news RENAME COLUMN title TO headline",
                "REVOKE SELECT ON indico.news FROM %s"
            })
    void aSetThatCannotBeReadSkipsTheQueriesThatUseIt(String statement) {
        Login login = closing(new Login(database()));
        login.sql(statement);
        IndicoMetrics metrics = open(engine(login.dataSource(), first, second, other));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.family("indico_collector_skipped")).hasSize(2);
        assertThat(scrape.success("first")).isNull();
        assertThat(scrape.value("test_first")).isNull();
        assertThat(scrape.value("test_second")).isNull();
        assertThat(scrape.value("test_other")).isEqualTo(1);
        assertThat(scrape.success("other")).isEqualTo(1);
    }

    @Test
    void aLockedTableFailsAllUsersOfItsSetAfterOneWait() {
        IndicoMetrics metrics = open(
                engine(first, second, other).lockTimeout(Duration.ofMillis(700)).queryBudget(STANDARD, LONG));
        database().dsl().connection(connection -> {
            connection.setAutoCommit(false);
            connection.createStatement().execute("LOCK TABLE indico.news IN ACCESS EXCLUSIVE MODE");
            Exposition scrape = scrape(metrics);
            assertThat(scrape.failures("first", "timeout")).isEqualTo(1);
            assertThat(scrape.failures("second", "timeout")).isEqualTo(1);
            assertThat(scrape.value("test_other")).isEqualTo(1);
            assertThat(scrape.isUp()).isTrue();
            connection.rollback();
        });
        clock.advance(TTL);
        Exposition after = scrape(metrics);
        assertThat(after.value("test_first")).isEqualTo(2);
        assertThat(after.value("test_second")).isEqualTo(2);
    }

    @Test
    void aSetThatFailsIsReadOnlyOnce() {
        IdSet broken = IdSet.of("broken", NEWS.ID, NEWS, condition("1 / (id - id) = 1"));
        StatementLog log = new StatementLog(database().dataSource());
        Exposition scrape = scrape(open(engine(log, in("first", broken), in("second", broken), other)));
        assertThat(scrape.failures("first", "query")).isEqualTo(1);
        assertThat(scrape.failures("second", "query")).isEqualTo(1);
        assertThat(scrape.value("test_other")).isEqualTo(1);
        assertThat(log.containing(reading("broken"))).hasSize(1);
    }

    @Test
    void aSetSurvivesTheRollbackOfTheQueryThatReadIt() {
        TestCollector failing =
                count("failing", LOCATIONS, titled.contains(LOCATIONS.ID), condition("1 / (id - id) = 1"));
        StatementLog log = new StatementLog(database().dataSource());
        Exposition scrape = scrape(open(engine(log, failing, second)));
        assertThat(scrape.failures("failing", "query")).isEqualTo(1);
        assertThat(scrape.value("test_second")).isEqualTo(2);
        assertThat(log.containing(reading("titled"))).hasSize(1);
    }

    @Test
    void aLostSessionLosesTheSetWhichIsReadAgain() {
        MetricFamily lost = family("lost");
        TestCollector losing = TestCollector.of(
                "losing",
                lost,
                context -> List.of(sql(lost, "SELECT pg_terminate_backend(pg_backend_pid())::int")
                        .where(titled.doesNotContain(inline(7)))));
        StatementLog log = new StatementLog(database().dataSource());
        Exposition scrape = scrape(open(engine(log, losing, second)));
        assertThat(scrape.failures("losing", "connection")).isEqualTo(1);
        assertThat(scrape.value("test_second")).isEqualTo(2);
        assertThat(log.containing(reading("titled"))).hasSize(2);
    }

    /** Whose ids are too high for bits, and listed. */
    @Test
    void idsOfAnySizeAreFound() {
        IndicoRows rows = IndicoRows.into(database().dsl());
        rows.row(NEWS).with(NEWS.ID, HUGE).insert();
        rows.row(LOCATIONS).with(LOCATIONS.ID, HUGE).insert();
        rows.row(LOCATIONS).with(LOCATIONS.ID, HUGE - 1).insert();
        MetricFamily inside = family("inside");
        MetricFamily outside = family("outside");
        TestCollector both = TestCollector.of(
                "both",
                List.of(inside, outside),
                context -> List.of(FamilyQuery.from(LOCATIONS)
                        .value(inside, countRows().where(titled.contains(LOCATIONS.ID)))
                        .value(outside, countRows().where(titled.doesNotContain(LOCATIONS.ID)))));
        Exposition scrape = scrape(open(both));
        assertThat(scrape.value("test_inside"))
                .as("1, 3 and the highest of all")
                .isEqualTo(3);
        assertThat(scrape.value("test_outside")).isEqualTo(3);
    }

    @Test
    void anEmptySetContainsNothing() {
        IdSet none = IdSet.of("none", NEWS.ID, NEWS, DSL.falseCondition());
        Exposition scrape =
                scrape(open(in("inside", none), count("outside", LOCATIONS, none.doesNotContain(LOCATIONS.ID))));
        assertThat(scrape.value("test_inside")).isZero();
        assertThat(scrape.value("test_outside")).isEqualTo(4);
    }

    @Test
    void itsRowsFeedAFamilyWithoutAStatementOfTheirOwn() {
        IdSet counted = IdSet.counted("counted", NEWS.ID, NEWS, noCondition());
        MetricFamily rows = family("rows");
        TestCollector collector = TestCollector.of(
                "rows", rows, context -> List.of(FamilyQuery.withoutFrom().value(rows, scalar(counted.rows()))));
        StatementLog log = new StatementLog(database().dataSource());
        assertThat(scrape(open(engine(log, collector))).value("test_rows")).isEqualTo(3);
        assertThat(log.containing("\"indico\".\"news\"")).hasSize(1);
    }

    /** PostgreSQL plans only the form that it runs, but may be asked for both. */
    @Test
    void aQueryMayHaveASecondFormForASetThatIsNotDistinct() {
        IdSet ids = IdSet.counted(
                "ids",
                DSL.field("id", Integer.class),
                DSL.table(
                                "(SELECT id FROM indico.news UNION ALL SELECT 1 WHERE (SELECT count(*) FROM indico.news) > 3)")
                        .as("ids"),
                noCondition());
        MetricFamily form = family("form");
        TestCollector collector = TestCollector.of(
                "form",
                form,
                context -> List.of(FamilyQuery.withoutFrom()
                        .value(
                                form,
                                scalar(when(ids.isDistinct(), inline(1))
                                        .otherwise(DSL.field(DSL.selectCount().from(LOCATIONS)))))));
        IndicoMetrics metrics = open(collector);
        assertThat(scrape(metrics).value("test_form")).isEqualTo(1);
        assertThat(status(metrics, "form").queries().get(0).columns())
                .as("the second form's too")
                .containsKey("roombooking.locations");
        IndicoRows.into(database().dsl()).row(NEWS).insert();
        clock.advance(TTL);
        assertThat(scrape(metrics).value("test_form")).isEqualTo(4);
    }

    @Test
    void twoSetsOfOneNameAreAFlawOfTheSecond() {
        IdSet another = IdSet.of("titled", USERS.ID, USERS, noCondition());
        IndicoMetrics metrics = open(first, in("second", another));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.value("test_first")).isEqualTo(2);
        assertThat(scrape.failures("second", "collector_bug")).isEqualTo(1);
        assertThat(status(metrics, "second").queries().get(0).detail())
                .isEqualTo("two different sets are named 'titled'; rename one of them");
    }

    @Test
    void equalDefinitionsAreOneSet() {
        IdSet again = IdSet.of("titled", NEWS.ID, NEWS, NEWS.TITLE.ne("none"));
        StatementLog log = new StatementLog(database().dataSource());
        assertThat(scrape(open(engine(log, first, in("second", again)))).value("test_second"))
                .isEqualTo(2);
        assertThat(log.containing(reading("titled"))).hasSize(1);
    }
}
