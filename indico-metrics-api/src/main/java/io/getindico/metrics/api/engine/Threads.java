package io.getindico.metrics.api.engine;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's daemon threads: workers that may block, and a timer that must not. Idle ones end after some seconds. */
final class Threads implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ExecutorService workers;
    private final ScheduledThreadPoolExecutor timer;
    private final Duration patience;

    Threads() {
        this(IDLE, PATIENCE);
    }

    /**
     * Prepares.
     *
     * @param idle after this time without a task a thread ends
     * @param patience how long {@link #close} waits for tasks to end before it interrupts them
     */
    Threads(Duration idle, Duration patience) {
        this(idle, patience, named("worker"));
    }

    Threads(Duration idle, Duration patience, ThreadFactory workerFactory) {
        this.patience = patience;
        workers = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, idle.toMillis(), TimeUnit.MILLISECONDS, new SynchronousQueue<>(), workerFactory);
        timer = new ScheduledThreadPoolExecutor(1, named("timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(idle.toMillis(), TimeUnit.MILLISECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    private static ThreadFactory named(String role) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "indico-metrics-" + role + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Runs a task that may block, and whose end nobody waits for. Where {@link #start} would not run it, it is dropped. */
    @Override
    public void execute(Runnable task) {
        start(task);
    }

    /** Runs a task that may block. Returns false where it will not run: after {@link #close}, or for want of a thread. */
    boolean start(Runnable task) {
        try {
            workers.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        } catch (OutOfMemoryError e) {
            // So Java calls it when the system has no thread to give.
            LOG.error("a task of the engine was dropped for want of a thread: {}", e.toString());
            return false;
        }
    }

    /** Runs a task that does not block, again and again until what is returned is run. After {@link #close} it is dropped. */
    Runnable every(Duration period, Runnable task) {
        long nanos = period.toNanos();
        Runnable guarded = () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                // Thrown on, it would end the repetition without a word.
                LOG.error("a timed task of the engine failed", e);
            }
        };
        try {
            // Where no thread can be had, this throws before the task is queued for one that comes later.
            timer.prestartCoreThread();
            Future<?> scheduled = timer.scheduleWithFixedDelay(guarded, nanos, nanos, TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException e) {
            if (!timer.isShutdown()) {
                throw e;
            }
            return () -> {};
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        workers.shutdown();
        try {
            if (!workers.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                workers.shutdownNow();
            }
            // Its tasks do not block, so that it ends at once: after close() no thread is left.
            var unused = timer.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
