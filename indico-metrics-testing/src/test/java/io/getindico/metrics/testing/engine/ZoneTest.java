package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In which zone room booking is read. */
class ZoneTest extends EngineTest {
    private final List<LocalDateTime> local = Collections.synchronizedList(new ArrayList<>());
    private final TestCollector first = readingTheTime("first");
    private final TestCollector second = readingTheTime("second");

    private TestCollector readingTheTime(String name) {
        return TestCollector.gauge(name, context -> {
            local.add(context.localNow());
            return local.size();
        });
    }

    private void setRootZone(String zone) {
        ownDatabase().dsl().update(CATEGORIES).set(CATEGORIES.TIMEZONE, zone).execute();
    }

    private void assertZone(IndicoMetrics metrics, String localTime, String labels) {
        local.clear();
        Exposition scrape = scrape(metrics);
        assertThat(local).hasSize(2).containsOnly(LocalDateTime.parse(localTime));
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
    void oneThatJavaDoesNotKnowFailsThoseThatNeedIt() {
        setRootZone("Mars/Olympus");
        IndicoMetrics metrics = open(first, TestCollector.sql("other", "SELECT 1"));
        Exposition scrape = scrape(metrics);
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
    void whereNobodyAsksForItNoneIsTold() {
        assertThat(scrape(open(TestCollector.sql("other", "SELECT 1"))).family("indico_zone_info"))
                .isEmpty();
    }
}
