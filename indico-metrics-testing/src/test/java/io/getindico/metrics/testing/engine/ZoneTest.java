package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.field;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The time zone in which room booking is read. */
class ZoneTest extends EngineTest {
    private final TestCollector first = readingTheTime("first");
    private final TestCollector second = readingTheTime("second");
    private final TestCollector other = TestCollector.sql("other", "SELECT 1");

    /** Returns the wall-clock time as if it were UTC, and the instant to which PostgreSQL converts it in the zone. */
    private static TestCollector readingTheTime(String name) {
        MetricFamily wall = TestCollector.family(name + "_wall");
        MetricFamily instant = TestCollector.family(name + "_instant");
        return TestCollector.of(
                name,
                List.of(wall, instant),
                context -> List.of(FamilyQuery.withoutFrom()
                        .value(wall, scalar(field("extract(epoch FROM {0})", BigDecimal.class, context.localNow())))
                        .value(
                                instant,
                                scalar(field(
                                        "extract(epoch FROM ({0} AT TIME ZONE {1}))",
                                        BigDecimal.class, context.localNow(), context.zone())))));
    }

    private void setRootZone(String zone) {
        ownDatabase().dsl().update(CATEGORIES).set(CATEGORIES.TIMEZONE, zone).execute();
    }

    private void assertZone(IndicoMetrics metrics, String localTime, String labels) {
        Exposition scrape = scrape(metrics);
        double wall = LocalDateTime.parse(localTime).toEpochSecond(ZoneOffset.UTC);
        for (String reader : List.of("first", "second")) {
            assertThat(scrape.value("test_" + reader + "_wall")).isEqualTo(wall);
            assertThat(scrape.value("test_" + reader + "_instant")).isEqualTo(clock.epochSeconds());
        }
        assertThat(scrape.labels("indico_zone_info")).isEqualTo(labels);
    }

    @Test
    void theRootCategorysIsUsed() {
        assertZone(open(first, second), "2026-06-15T14:00", "origin=\"root category\",zone=\"Europe/Zurich\"");
    }

    @Test
    void theSettingComesFirst() {
        IndicoMetrics metrics = open(engine(first, second).zone(ZoneId.of("America/New_York")));
        assertZone(metrics, "2026-06-15T08:00", "origin=\"setting\",zone=\"America/New_York\"");
    }

    @ParameterizedTest
    @CsvSource({
        "+05:30,     2026-06-15T17:30",
        "-03:30,     2026-06-15T08:30",
        "GMT+2,      2026-06-15T14:00",
        "UTC-11:00,  2026-06-15T01:00",
        "Etc/GMT+4,  2026-06-15T08:00",
        "Z,          2026-06-15T12:00",
        "Asia/Tokyo, 2026-06-15T21:00",
    })
    void postgresqlReadsEachZoneAsJavaDoes(String zone, String localTime) {
        IndicoMetrics metrics = open(engine(first, second).zone(ZoneId.of(zone)));
        assertZone(metrics, localTime, "origin=\"setting\",zone=\"" + ZoneId.of(zone) + "\"");
    }

    @Test
    void aChangeOfTheRootCategoryIsNoticed() {
        setRootZone("Asia/Tokyo");
        IndicoMetrics metrics = open(first, second);
        assertZone(metrics, "2026-06-15T21:00", "origin=\"root category\",zone=\"Asia/Tokyo\"");
        database().dsl().update(CATEGORIES).set(CATEGORIES.TIMEZONE, "UTC").execute();
        clock.advance(Duration.ofMinutes(10));
        assertZone(metrics, "2026-06-15T12:10", "origin=\"root category\",zone=\"UTC\"");
    }

    @Test
    void aZoneThatJavaDoesNotKnowFailsTheQueriesThatNeedIt() {
        setRootZone("Mars/Olympus");
        Exposition scrape = scrape(open(first, other));
        assertThat(scrape.failures("first", "query")).isEqualTo(1);
        assertThat(scrape.value("test_other")).isEqualTo(1);
        assertThat(scrape.family("indico_zone_info")).isEmpty();
    }

    @Test
    void noneIsUtc() {
        setRootZone("");
        assertZone(open(first, second), "2026-06-15T12:00", "origin=\"default\",zone=\"Z\"");
    }

    @Test
    void aZoneThatNoQueryNeedsIsNotReported() {
        assertThat(scrape(open(other)).family("indico_zone_info")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localNow", "zone"})
    void onlyQueriesThatUseItNeedTheRightToReadIt(String what) {
        Login login = closing(new Login(ownDatabase()));
        login.sql("REVOKE SELECT ON categories.categories FROM %s");
        MetricFamily family = TestCollector.family("asking");
        TestCollector asking = TestCollector.of(
                "asking",
                family,
                context -> List.of(FamilyQuery.withoutFrom()
                        .value(
                                family,
                                scalar(field(
                                        "length({0}::text)",
                                        Integer.class, what.equals("zone") ? context.zone() : context.localNow())))));
        IndicoMetrics metrics = open(engine(login.dataSource(), asking, other));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.skipped("asking", "privilege_missing")).isEqualTo(1);
        assertThat(detail(metrics))
                .isEqualTo("the login may not read columns categories.categories.id, categories.categories.timezone");
        assertThat(scrape.value("test_other")).isEqualTo(1);
        login.sql("GRANT SELECT (id, timezone) ON categories.categories TO %s");
        clock.advance(FaultTest.TTL);
        assertThat(scrape(metrics).value("test_asking")).isGreaterThan(10);
    }

    private static String detail(IndicoMetrics metrics) {
        CollectorStatus asking = metrics.status().collectors().get(0);
        return asking.queries().get(0).detail();
    }

    @Test
    void aZoneThatTheHostHasSetNeedsNoRight() {
        Login login = closing(new Login(ownDatabase()));
        login.sql("REVOKE SELECT ON categories.categories FROM %s");
        IndicoMetrics metrics = open(engine(login.dataSource(), first, second).zone(ZoneId.of("Asia/Tokyo")));
        assertZone(metrics, "2026-06-15T21:00", "origin=\"setting\",zone=\"Asia/Tokyo\"");
    }

    @Test
    void aQueryOfTheSameCollectorThatDoesNotAskForItIsNotSkipped() {
        Login login = closing(new Login(ownDatabase()));
        login.sql("REVOKE SELECT ON categories.categories FROM %s");
        MetricFamily asking = TestCollector.family("asking");
        MetricFamily plain = TestCollector.family("plain");
        TestCollector both = TestCollector.of(
                "both",
                List.of(asking, plain),
                context -> List.of(
                        FamilyQuery.withoutFrom()
                                .value(asking, scalar(field("length({0})", Integer.class, context.zone()))),
                        TestCollector.sql(plain, "SELECT 7")));
        Exposition scrape = scrape(open(engine(login.dataSource(), both)));
        assertThat(scrape.value("test_plain")).isEqualTo(7);
        assertThat(scrape.value("test_asking")).isNull();
        assertThat(scrape.success("both")).isEqualTo(1);
        assertThat(scrape.skipped("both", "privilege_missing")).isEqualTo(1);
    }
}
