package io.getindico.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.micrometer.core.instrument.Clock;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OtlpTest {
    @Test
    void pushesFollowTheRefreshes() throws Exception {
        ChangingCollector collector = new ChangingCollector();
        collector.series = Map.of("a", 1, "b", 2);
        try (OtlpReceiver receiver = new OtlpReceiver();
                IndicoMetrics metrics = IndicoMetrics.builder(new NoDatabase().dataSource())
                        .collectors(collector)
                        .ttl(RefreshClass.STANDARD, Duration.ofNanos(1))
                        .refreshByTimer()
                        .build()) {
            IndicoMeterBinder binder = new IndicoMeterBinder(metrics);
            OtlpMeterRegistry registry = new OtlpMeterRegistry(config(receiver.url()), Clock.SYSTEM);
            // Without any meter, nothing would be pushed.
            registry.counter("the.hosts.own");
            try {
                binder.bindTo(registry);
                Await.until("the series are pushed", () -> receiver.last().containsKey("indico.changing{kind=b}"));
                assertThat(receiver.last())
                        .containsEntry("indico.changing{kind=a}", 1.0)
                        .containsEntry("indico.changing{kind=b}", 2.0)
                        .containsEntry("indico.up{}", 0.0)
                        .containsEntry("indico.collector.failures{collector=changing}", 0.0);
                collector.series = Map.of("a", 3);
                Await.until(
                        "the change is pushed",
                        () -> Double.valueOf(3).equals(receiver.last().get("indico.changing{kind=a}")));
                assertThat(receiver.last()).doesNotContainKey("indico.changing{kind=b}");
                binder.close();
                Await.until(
                        "nothing is left",
                        () -> receiver.last().keySet().stream().noneMatch(name -> name.startsWith("indico.")));
            } finally {
                registry.close();
            }
        }
    }

    private static OtlpConfig config(String url) {
        return new OtlpConfig() {
            @Override
            public @Nullable String get(String key) {
                return null;
            }

            @Override
            public String url() {
                return url;
            }

            @Override
            public Duration step() {
                return Duration.ofMillis(200);
            }
        };
    }
}
