package io.getindico.metrics.exporter;

import io.getindico.metrics.exporter.http.Target;
import io.getindico.metrics.exporter.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instance that is served, and after a reload its successor. The successor takes over when it has values, so that no
 * scrape lacks any. Only {@link #target} may be called by other threads.
 */
final class Succession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);

    /** Longer than a read of the heavy collectors takes. Then the successor takes over in any case. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Function<Settings, Instance> factory;
    private final InstantSource clock;
    private volatile Instance serving;
    private @Nullable Instance successor;
    private Instant latest = Instant.MAX;
    private @Nullable Instance retired;

    Succession(Settings settings, Function<Settings, Instance> factory, InstantSource clock) {
        this.factory = factory;
        this.clock = clock;
        this.serving = factory.apply(settings);
    }

    Target target() {
        return serving.target();
    }

    /** What the settings change. {@link Change#accept} or {@link Change#close} must follow. */
    Change prepare(Settings settings) {
        Instance newest = successor == null ? serving : successor;
        if (newest.isAsIn(settings)) {
            return new Change(newest);
        }
        return new Change(serving.isAsIn(settings) ? serving : factory.apply(settings));
    }

    /** The instance that the settings need: the one that is served, the successor, or another one. */
    final class Change implements AutoCloseable {
        private final Instance wanted;

        private Change(Instance wanted) {
            this.wanted = wanted;
        }

        private boolean isNew() {
            return !wanted.equals(serving) && !wanted.equals(successor);
        }

        void accept() {
            if (successor != null && !wanted.equals(successor)) {
                successor.close();
                successor = null;
            }
            if (isNew()) {
                successor = wanted;
                latest = clock.instant().plus(PATIENCE);
            }
        }

        /** Drops it. */
        @Override
        public void close() {
            if (isNew()) {
                wanted.close();
            }
        }
    }

    /** Does what is due. Call it about once a second. */
    void tick() {
        if (retired != null) {
            // It was still served a second ago. By now no request begins to use it.
            retired.close();
            retired = null;
        }
        Instance next = successor;
        if (next != null) {
            boolean isComplete = next.target().readiness().isComplete();
            if (isComplete || clock.instant().isAfter(latest)) {
                retired = serving;
                serving = next;
                successor = null;
                LOG.info("the new settings are in force{}", isComplete ? "" : ", without any values yet");
            } else {
                next.warmUp();
            }
        }
        if (!serving.target().readiness().hasValues()) {
            serving.warmUp();
        }
    }

    void interrupt() {
        serving.interrupt();
    }

    @Override
    public void close() {
        serving.close();
        if (successor != null) {
            successor.close();
        }
        if (retired != null) {
            retired.close();
        }
    }
}
