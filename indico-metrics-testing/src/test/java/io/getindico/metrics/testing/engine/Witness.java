package io.getindico.metrics.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.FailureReason;
import io.getindico.metrics.api.engine.IndicoMetrics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scrapes during a fault, logs what each scrape returned, and checks the promises that always hold: the answer comes
 * within the wait limit, no value is shown that was not read or is too old, the gauges agree with each other and with
 * what happened, and at most three sessions are on the server.
 */
final class Witness {
    private static final Logger LOG = LoggerFactory.getLogger(Witness.class);

    /** For a busy machine, and for the probe: a scrape waits for it even if it does not wait for values. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private static final double LONGEST_BUDGET = 120;

    private final IndicoMetrics metrics;
    private final ManualClock clock;
    private final SessionWatch sessions;
    private final Map<String, Set<Double>> truth = new HashMap<>();
    private Map<String, Double> failuresBefore = Map.of();

    Witness(IndicoMetrics metrics, ManualClock clock, SessionWatch sessions) {
        this.metrics = metrics;
        this.clock = clock;
        this.sessions = sessions;
    }

    /** From now on this value can be read, in addition to the earlier ones. */
    Witness readable(String gauge, double value) {
        truth.computeIfAbsent(gauge, key -> new HashSet<>()).add(value);
        return this;
    }

    /** From now on only this value can be read. */
    void onlyReadable(String gauge, double value) {
        truth.remove(gauge);
        readable(gauge, value);
    }

    Exposition scrape(String when) {
        return scrape(when, FaultTest.WAIT_LIMIT);
    }

    Exposition scrape(String when, Duration waitLimit) {
        long before = System.nanoTime();
        Exposition scrape =
                Exposition.of(metrics.scrape(name -> true, waitLimit).metrics());
        Duration took = Duration.ofNanos(System.nanoTime() - before);
        LOG.info("{}, after {} ms: {}", when, took.toMillis(), summary(scrape));
        assertThat(took).as("answered within the wait limit").isLessThan(waitLimit.plus(MARGIN));
        truth.forEach((gauge, values) -> assertThat(scrape.value(gauge))
                .as("%s of %s", gauge, values)
                .satisfiesAnyOf(
                        value -> assertThat(value).isNull(),
                        value -> assertThat(values).contains(value)));
        if (scrape.isUp()) {
            assertThat(scrape.databaseErrors()).isIn("", "conflict");
        }
        metrics.status().collectors().forEach(collector -> check(scrape, collector));
        checkFailures(scrape);
        assertThat(sessions.most()).as("sessions at most").isLessThanOrEqualTo(3);
        return scrape;
    }

    private void check(Exposition scrape, CollectorStatus collector) {
        Double success = scrape.success(collector.name());
        Double attempt = time(scrape, collector, "attempt");
        Double read = time(scrape, collector, "success");
        if (success == null) {
            return;
        }
        if (success == 1) {
            assertThat(read).as(collector.name()).isEqualTo(attempt);
        } else if (read != null) {
            assertThat(read).as(collector.name()).isLessThan(attempt);
        }
        collector.families().forEach(family -> {
            if (scrape.value(family.name()) != null) {
                double ttl = collector.ttl().toSeconds();
                double limit = family.isTimeDependent() ? ttl : 2 * ttl + LONGEST_BUDGET;
                assertThat(clock.epochSeconds() - Objects.requireNonNull(read))
                        .as("age of " + family.name())
                        .isLessThanOrEqualTo(limit);
            }
        });
    }

    private static @Nullable Double time(Exposition scrape, CollectorStatus collector, String what) {
        return scrape.value(
                "indico_collector_last_" + what + "_timestamp_seconds{collector=\"" + collector.name() + "\"}");
    }

    private void checkFailures(Exposition scrape) {
        Map<String, Double> failures = scrape.family("indico_collector_failures_total");
        failuresBefore.forEach(
                (series, count) -> assertThat(failures.get(series)).as(series).isGreaterThanOrEqualTo(count));
        failuresBefore = failures;
    }

    /** Scrapes and advances the clock until all collectors succeed again. Returns how long that took. */
    Duration recovers(Duration step, Duration limit) {
        Duration passed = Duration.ZERO;
        Exposition scrape = scrape("at once");
        while (!isWell(scrape)) {
            assertThat(passed).as("recovery: %s", summary(scrape)).isLessThan(limit);
            // The clock is quicker than what goes on in the background.
            Await.until("what was begun has ended", () -> sessions.now().isEmpty());
            clock.advance(step);
            passed = passed.plus(step);
            scrape = scrape("after, " + passed.toSeconds() + " s later");
            if (scrape.isUp()) {
                // Every query without a connection is now due. The clock waits until all of them are read.
                Await.until("what had no connection is read", () -> {
                    scrape("in the background");
                    return !lacksConnection();
                });
                scrape = scrape("after the background");
            }
        }
        LOG.info("recovered after {} s", passed.toSeconds());
        return passed;
    }

    private boolean lacksConnection() {
        return metrics.status().collectors().stream()
                .anyMatch(collector -> collector.failureReasons().contains(FailureReason.CONNECTION));
    }

    static boolean isWell(Exposition scrape) {
        Collection<Double> successes = scrape.family("indico_collector_success").values();
        return scrape.isUp() && !successes.isEmpty() && successes.stream().allMatch(success -> success == 1);
    }

    /** How many sessions waited for a lock at once, at most. */
    int mostWaiting() {
        return sessions.mostWaiting();
    }

    static void tell(String what, Object measured) {
        LOG.info(what, measured);
    }

    private String summary(Exposition scrape) {
        return "up %s%s | %s"
                .formatted(
                        scrape.isUp() ? 1 : 0,
                        scrape.databaseErrors().isEmpty() ? "" : " " + scrape.databaseErrors(),
                        metrics.status().collectors().stream()
                                .map(collector -> summary(scrape, collector))
                                .collect(Collectors.joining(", ")));
    }

    private static String summary(Exposition scrape, CollectorStatus collector) {
        Double success = scrape.success(collector.name());
        return collector.name()
                + (success == null ? " not tried" : success == 1 ? " ok" : " failed " + collector.failureReasons())
                + collector.families().stream()
                        .map(family -> " " + scrape.value(family.name()))
                        .collect(Collectors.joining());
    }
}
