package io.getindico.metrics.exporter.http;

import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/** Shows whether the settings were accepted when they were read last. The start counts as the first time. */
public final class Reloads {
    public static final String SUCCESSFUL = "indico_exporter_config_last_reload_successful";
    public static final String SUCCESS_TIMESTAMP = "indico_exporter_config_last_reload_success_timestamp_seconds";

    private final Gauge successful;
    private final Gauge timestamp;
    private final Clock clock;
    private final AtomicLong attempts = new AtomicLong();

    Reloads(PrometheusRegistry registry, Clock clock) {
        this.clock = clock;
        this.successful = Gauge.builder()
                .name(SUCCESSFUL)
                .help("Whether the settings were accepted when they were read last.")
                .register(registry);
        this.timestamp = Gauge.builder()
                .name(SUCCESS_TIMESTAMP)
                .help("When settings were read and accepted last.")
                .register(registry);
        ended(true);
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
