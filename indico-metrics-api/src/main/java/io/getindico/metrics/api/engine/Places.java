package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Places for connections, of which there are never more. A connection whose opening does not end, since its answer was
 * lost on the way, loses its place when the server has surely given up on the login.
 */
final class Places {
    /** PostgreSQL allows one minute, unless it is told otherwise. */
    static final Duration LONGEST_LOGIN = Duration.ofMinutes(3);

    private final TimeSource time;
    private final Semaphore free;
    private final Set<Place> taken = ConcurrentHashMap.newKeySet();

    Places(int number, TimeSource time) {
        this.time = time;
        this.free = new Semaphore(number, true);
    }

    /** Returns a place for the connections of one control, or null where none was free in time. */
    @Nullable
    Place take(RunControl control, Duration patience) {
        takeBack();
        try {
            if (free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                Place place = new Place(control);
                taken.add(place);
                return place;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    /** Takes places back from those that hang. */
    void takeBack() {
        for (Place place : taken) {
            Moment since = place.control.connectingSince();
            if (since != null && time.now().isAtLeast(LONGEST_LOGIN, since)) {
                place.release();
            }
        }
    }

    /** One place. */
    final class Place {
        private final RunControl control;

        private Place(RunControl control) {
            this.control = control;
        }

        /** Once; more often does no harm. */
        void release() {
            if (taken.remove(this)) {
                free.release();
            }
        }
    }
}
