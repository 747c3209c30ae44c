package io.getindico.metrics.collectors.internal.events;

import java.time.Duration;
import java.time.Instant;
import org.jooq.Condition;
import org.jooq.Field;

/**
 * Rolling windows that end or begin at the instant of a refresh.
 *
 * @since 0.1.0
 */
public final class Windows {
    private Windows() {}

    /**
     * Whether a time lies in the window that ends now. The lower bound is exclusive, the upper one inclusive.
     *
     * @param time a time in UTC
     * @param now the instant of the refresh
     * @param window how long the window is
     * @return true, false, or unknown for NULL
     */
    public static Condition last(Field<Instant> time, Instant now, Duration window) {
        return time.gt(now.minus(window)).and(time.le(now));
    }

    /**
     * Whether a time lies in the window that begins now. The lower bound is exclusive, the upper one inclusive.
     *
     * @param time a time in UTC
     * @param now the instant of the refresh
     * @param window how long the window is
     * @return true, false, or unknown for NULL
     */
    public static Condition next(Field<Instant> time, Instant now, Duration window) {
        return time.gt(now).and(time.le(now.plus(window)));
    }
}
