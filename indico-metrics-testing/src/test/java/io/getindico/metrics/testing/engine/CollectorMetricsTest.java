package io.getindico.metrics.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How many series each collector costs. */
class CollectorMetricsTest extends EngineTest {
    private final TestCollector working = TestCollector.sql("working", "SELECT 1");
    private final TestCollector failing = TestCollector.sql("z_failing", "SELECT 1 / 0");

    /** For each collector, the names of the engine's own families that have a series for it. */
    private static Map<String, String> names(Exposition scrape) {
        Map<String, String> names = new TreeMap<>();
        scrape.text()
                .lines()
                .filter(line -> line.startsWith("indico_collector_"))
                .forEach(line -> names.merge(
                        line.replaceAll(".*collector=\"(\\w+)\".*", "$1"),
                        line.replaceAll("indico_collector_(\\w+)\\{.*", "$1"),
                        (a, b) -> a + " " + b));
        return names;
    }

    @Test
    void eachCollectorHasFiveMetricsAndOneMoreForEachReasonOfAFailure() {
        IndicoMetrics metrics = open(engine(working, failing).allCollectorMetrics(false));
        assertThat(names(scrape(metrics)))
                .isEqualTo(Map.of(
                        "working", "duration_seconds failures_total last_success_timestamp_seconds success ttl_seconds",
                        "z_failing", "duration_seconds failing failures_total success ttl_seconds"));
        assertThat(metrics.families())
                .extracting(Object::toString)
                .doesNotContain(
                        "indico_collector_rows_read",
                        "indico_collector_buffers_read",
                        "indico_collector_core_ratio",
                        "indico_collector_last_attempt_timestamp_seconds");
    }

    @Test
    void allShowsTheOtherMetricsToo() {
        IndicoMetrics metrics = open(engine(working).allCollectorMetrics(true));
        assertThat(names(scrape(metrics)))
                .isEqualTo(Map.of(
                        "working",
                        "buffers_read core_ratio duration_seconds failures_total last_attempt_timestamp_seconds"
                                + " last_success_timestamp_seconds rows_read success ttl_seconds"));
    }

    @Test
    void failuresAreReportedFromTheFirstScrapeOn() {
        IndicoMetrics metrics = open(engine(working));
        assertThat(glance(metrics).failures("working"))
                .as("before it was tried")
                .isZero();
        scrape(metrics);
        assertThat(scrape(metrics).failures("working")).isZero();
    }
}
