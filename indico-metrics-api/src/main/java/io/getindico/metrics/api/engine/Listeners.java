package io.getindico.metrics.api.engine;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners when the content of a scrape has changed, on a worker of the engine and never twice at a time. */
final class Listeners implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
    private static final MetricSnapshots NOTHING = new MetricSnapshots();

    private final Threads threads;
    private final Supplier<MetricSnapshots> content;
    private final List<Listener> all = new CopyOnWriteArrayList<>();
    private final AtomicBoolean telling = new AtomicBoolean();

    /**
     * Creates an empty list.
     *
     * @param content what a scrape would show; the same object while nothing has changed
     */
    Listeners(Threads threads, Supplier<MetricSnapshots> content) {
        this.threads = threads;
        this.content = content;
    }

    Subscription add(Consumer<MetricSnapshots> consumer) {
        Listener listener = new Listener(consumer);
        all.add(listener);
        tell();
        return () -> {
            all.remove(listener);
            listener.end();
        };
    }

    /** Tells the listeners soon. A change that comes while they are being told waits for the next call. */
    void tell() {
        if (all.isEmpty() || !telling.compareAndSet(false, true)) {
            return;
        }
        boolean isStarted = threads.start(() -> {
            try {
                MetricSnapshots now = content.get();
                all.forEach(listener -> listener.tell(now));
            } finally {
                telling.set(false);
            }
        });
        if (!isStarted) {
            telling.set(false);
        }
    }

    /** Tells the listeners that nothing is left, and removes them. */
    @Override
    public void close() {
        for (Listener listener : all) {
            listener.tell(NOTHING);
            listener.end();
        }
        all.clear();
    }

    private static final class Listener {
        private final Consumer<MetricSnapshots> consumer;
        private @Nullable MetricSnapshots told;
        private boolean ended;

        Listener(Consumer<MetricSnapshots> consumer) {
            this.consumer = consumer;
        }

        synchronized void tell(MetricSnapshots now) {
            // Snapshots do not override equals, so this compares their identity.
            if (ended || now.equals(told)) {
                return;
            }
            told = now;
            try {
                consumer.accept(now);
            } catch (RuntimeException | Error e) {
                LOG.error("a listener of Indico's metrics failed", e);
            }
        }

        synchronized void end() {
            ended = true;
        }
    }
}
