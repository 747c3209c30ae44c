package io.getindico.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.GoldenData;
import io.getindico.metrics.testing.IndicoDatabase;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Prometheus gets the same text from a registry of Micrometer as from the client's own. */
class MicrometerPrometheusTest {
    private static final GoldenData DATA = GoldenData.of(IndicoRelease.V3_3_12);
    private static final Pattern EMPTY_LABEL = Pattern.compile("\\w+=\"\",?");

    @Test
    void theExpositionIsThatOfTheClient() throws Exception {
        try (IndicoDatabase database = IndicoDatabase.create(DATA.release())) {
            DATA.loadInto(database);
            PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            try (IndicoMetrics metrics = IndicoMetrics.builder(database.dataSource())
                            .discoverCollectors()
                            .profile(Profile.FULL)
                            .clock(Clock.fixed(DATA.cases().get(0).now(), ZoneOffset.UTC))
                            .allCollectorMetrics(true)
                            .label("instance_name", "golden")
                            .refreshByTimer()
                            .build();
                    IndicoMeterBinder binder = new IndicoMeterBinder(metrics)) {
                binder.bindTo(registry);
                Await.until(
                        "all collectors were read",
                        () -> metrics.status().collectors().stream()
                                .allMatch(collector -> collector.outcome() != Outcome.NEVER_RUN));
                Await.until("the registry follows", () -> nativeLines(metrics).equals(lines(registry.scrape())));
                assertThat(lines(registry.scrape())).hasSizeGreaterThan(500);
            }
            assertThat(registry.scrape()).isEmpty();
        }
    }

    private static Set<String> nativeLines(IndicoMetrics metrics) {
        return lines(
                ExpositionText.of(metrics.scrape(name -> true, Duration.ZERO).metrics()));
    }

    private static Set<String> lines(String text) {
        Set<String> lines = new TreeSet<>();
        text.lines()
                .map(line ->
                        line.startsWith("#") ? line : EMPTY_LABEL.matcher(line).replaceAll(""))
                .forEach(lines::add);
        return lines;
    }
}
