package io.getindico.metrics.micrometer;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that pass it wait while it is shut. It is open at first. */
final class Gate {
    private final Set<Thread> passed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile CountDownLatch latch = new CountDownLatch(0);

    void shut() {
        latch = new CountDownLatch(1);
    }

    void open() {
        latch.countDown();
    }

    boolean isAnyWaiting() {
        return waiting.get() > 0;
    }

    /** The threads that have come so far, including those that wait. */
    Set<Thread> threads() {
        return passed;
    }

    void pass() {
        passed.add(Thread.currentThread());
        waiting.incrementAndGet();
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            waiting.decrementAndGet();
        }
    }
}
