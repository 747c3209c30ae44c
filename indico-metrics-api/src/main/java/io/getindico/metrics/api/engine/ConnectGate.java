package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may connect while the database is down or has never been reached: only one attempt runs at a time, with a
 * pause after each. A rejected login is retried less and less often, so that the account is not locked.
 */
final class ConnectGate {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    private static final Duration FIRST_PAUSE_AFTER_REFUSAL = Duration.ofSeconds(15);
    private static final Duration LONGEST_PAUSE_AFTER_REFUSAL = Duration.ofMinutes(5);

    private final TimeSource time;
    private boolean isOpen;
    private @Nullable DatabaseError lastError;
    private Duration pause = Duration.ZERO;
    private Duration pauseAfterRefusal = Duration.ZERO;
    private @Nullable Moment lastFailure;
    private @Nullable Thread attempting;
    private @Nullable Moment attemptBegan;

    ConnectGate(TimeSource time) {
        this.time = time;
    }

    /**
     * Whether the caller may connect. If another thread is trying, the caller waits for the outcome, but no longer than
     * the given patience, and may connect if that attempt succeeds. A caller that gets true must call {@link
     * #attemptEnded} on the same thread. Until then, the method is reentrant.
     */
    synchronized boolean mayConnect(Duration patience) {
        if (attempting == Thread.currentThread()) {
            return true;
        }
        awaitAttempt(patience);
        if (isOpen) {
            return true;
        }
        Moment failed = lastFailure;
        if (isAttempted() || (failed != null && !time.now().isAtLeast(pause, failed))) {
            return false;
        }
        attempting = Thread.currentThread();
        attemptBegan = time.now();
        return true;
    }

    /** Ignores an attempt that hangs for too long. */
    private boolean isAttempted() {
        return attempting != null
                && attemptBegan != null
                && !time.now().isAtLeast(ConnectionSlots.LONGEST_LOGIN, attemptBegan);
    }

    private synchronized void awaitAttempt(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (!isOpen && isAttempted()) {
                long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                if (millis <= 0) {
                    return;
                }
                wait(millis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the attempt that {@link #mayConnect} allowed, whatever its outcome. */
    synchronized void attemptEnded() {
        if (attempting == Thread.currentThread()) {
            endAttempt();
        }
    }

    private synchronized void endAttempt() {
        attempting = null;
        notifyAll();
    }

    /** Lets everyone connect. Ends a running attempt, even one of another thread. */
    synchronized void open() {
        isOpen = true;
        lastError = null;
        pause = Duration.ZERO;
        pauseAfterRefusal = Duration.ZERO;
        endAttempt();
    }

    /** Begins a pause, and ends the caller's attempt. */
    synchronized void close(DatabaseError reason) {
        if (reason == DatabaseError.AUTH) {
            // Other errors in between, for example from a second host, do not reset the pause after a rejected login.
            pauseAfterRefusal = longer(pauseAfterRefusal, FIRST_PAUSE_AFTER_REFUSAL, LONGEST_PAUSE_AFTER_REFUSAL);
            pause = pauseAfterRefusal;
        } else {
            pause = longer(lastError == reason ? pause : Duration.ZERO, FIRST_PAUSE, LONGEST_PAUSE);
        }
        isOpen = false;
        lastError = reason;
        lastFailure = time.now();
        attemptEnded();
    }

    private static Duration longer(Duration before, Duration first, Duration longest) {
        Duration next = before.isZero() ? first : before.multipliedBy(2);
        return next.compareTo(longest) > 0 ? longest : next;
    }
}
