package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Limits the number of open connections. If the answer to a login is lost, opening the connection may never end. Such a
 * connection loses its slot once the server must have given up the login.
 */
final class ConnectionSlots {
    /** PostgreSQL's own limit, {@code authentication_timeout}, is one minute by default. */
    static final Duration LONGEST_LOGIN = Duration.ofMinutes(3);

    private final TimeSource time;
    private final Semaphore free;
    private final Set<Slot> taken = ConcurrentHashMap.newKeySet();

    ConnectionSlots(int number, TimeSource time) {
        this.time = time;
        this.free = new Semaphore(number, true);
    }

    /** Returns a slot for the connections of one run, or null if none became free in time. */
    @Nullable
    Slot acquire(RunControl control, Duration patience) {
        reclaim();
        try {
            if (free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                Slot slot = new Slot(control);
                taken.add(slot);
                return slot;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    /** Frees the slots of connections that hang while being opened. */
    void reclaim() {
        for (Slot slot : taken) {
            Moment since = slot.control.connectingSince();
            if (since != null && time.now().isAtLeast(LONGEST_LOGIN, since)) {
                slot.release();
            }
        }
    }

    /** The right to open one connection at a time. */
    final class Slot {
        private final RunControl control;

        private Slot(RunControl control) {
            this.control = control;
        }

        /** Frees the slot. Further calls have no effect. */
        void release() {
            if (taken.remove(this)) {
                free.release();
            }
        }
    }
}
