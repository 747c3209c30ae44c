package io.getindico.metrics.exporter.http;

import io.getindico.metrics.api.MetricFamily;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/** Shows whether the settings were accepted when they were read last. The start counts as the first time. */
public final class Reloads {
    public static final MetricFamily SUCCESSFUL = MetricFamily.gauge("indico_exporter_config_last_reload_successful")
            .help("Whether the settings were accepted when they were read last.")
            .build();

    static final MetricFamily SUCCESS_TIMESTAMP = MetricFamily.gauge(
                    "indico_exporter_config_last_reload_success_timestamp_seconds")
            .unit("seconds")
            .help("When settings were read and accepted last.")
            .build();

    private final Gauge successful;
    private final Gauge timestamp;
    private final Clock clock;
    private final AtomicLong attempts = new AtomicLong();

    Reloads(PrometheusRegistry registry, Clock clock) {
        this.clock = clock;
        this.successful = gauge(SUCCESSFUL, registry);
        this.timestamp = gauge(SUCCESS_TIMESTAMP, registry);
        ended(true);
    }

    private static Gauge gauge(MetricFamily family, PrometheusRegistry registry) {
        return Gauge.builder().name(family.name()).help(family.help()).register(registry);
    }

    public void ended(boolean isAccepted) {
        successful.set(isAccepted ? 1 : 0);
        if (isAccepted) {
            timestamp.set(clock.millis() / 1000.0);
        }
        attempts.incrementAndGet();
    }

    long attempts() {
        return attempts.get();
    }
}
