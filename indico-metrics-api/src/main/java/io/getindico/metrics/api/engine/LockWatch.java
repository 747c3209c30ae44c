package io.getindico.metrics.api.engine;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Watches the locks of one run: checks every second whether another session waits for one of them. */
final class LockWatch {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** After this many ticks without a successful check, a migration may be waiting unnoticed. */
    private static final int BLIND_AFTER = 50;

    private final ControlSession session;
    private final RunControl run;
    private final AtomicInteger ticksUnchecked = new AtomicInteger();
    private long checkedNanos = System.nanoTime();

    LockWatch(ControlSession session, RunControl run) {
        this.session = session;
        this.run = run;
    }

    /** Called every tenth of a second. Ticks are counted, not timed, because the process may have been suspended. */
    void tick() {
        if (run.backendPid() == 0) {
            ticksUnchecked.set(0);
            return;
        }
        ticksUnchecked.incrementAndGet();
        long now = System.nanoTime();
        // If another check is already running, retry on the next tick. After a whole period, the check of a concurrent
        // refresh could be running again, and this refresh would never be checked.
        if (now - checkedNanos >= PERIOD.toNanos() && session.yieldToWaiter(run, () -> ticksUnchecked.set(0))) {
            checkedNanos = now;
        }
    }

    boolean isBlind() {
        return ticksUnchecked.get() >= BLIND_AFTER;
    }
}
