package io.getindico.metrics.api.engine;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The watch over one run's locks: every second a look whether another session waits for one of them. */
final class LockWatch {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** Without a look that succeeded for so many rounds, a migration may wait unseen. */
    private static final int BLIND_AFTER = 50;

    private final ControlSession session;
    private final RunControl run;
    private final AtomicInteger roundsUnseen = new AtomicInteger();
    private long lookedNanos = System.nanoTime();

    LockWatch(ControlSession session, RunControl run) {
        this.session = session;
        this.run = run;
    }

    /** One round of many, a tenth of a second apart; they are counted, and not timed, since the process may have slept. */
    void round() {
        if (run.backendPid() == 0) {
            roundsUnseen.set(0);
            return;
        }
        roundsUnseen.incrementAndGet();
        long now = System.nanoTime();
        // Who comes while another one looks does so in the next round, or of two refreshes one would never be looked
        // at.
        if (now - lookedNanos >= PERIOD.toNanos() && session.giveWay(run, () -> roundsUnseen.set(0))) {
            lookedNanos = now;
        }
    }

    boolean isBlind() {
        return roundsUnseen.get() >= BLIND_AFTER;
    }
}
