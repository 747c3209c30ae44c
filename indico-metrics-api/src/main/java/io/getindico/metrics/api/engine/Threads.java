package io.getindico.metrics.api.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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

/** The engine's daemon threads: workers that may block, and a timer that must not. Idle ones end after seconds. */
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
     * Creates the thread pools; threads start on demand.
     *
     * @param idle how long a thread stays alive without a task
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

    /** Runs a task that may block and that nobody waits for. Drops it if {@link #start} would not run it. */
    @Override
    public void execute(Runnable task) {
        start(task);
    }

    /** Runs a task that may block. Returns false after {@link #close}, or if no thread can be started. */
    boolean start(Runnable task) {
        try {
            workers.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        } catch (OutOfMemoryError e) {
            // Java throws this if the operating system cannot start another thread.
            LOG.error("a task of the engine was dropped because no thread could be started: {}", e.toString());
            return false;
        }
    }

    /** Like {@link #start}. The future completes when the task has ended or was not started, never with an exception. */
    CompletableFuture<Void> run(Runnable task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean isStarted = start(() -> {
            try {
                task.run();
            } finally {
                done.complete(null);
            }
        });
        if (!isStarted) {
            done.complete(null);
        }
        return done;
    }

    /** Runs a non-blocking task periodically until the returned handle is run. Drops it after {@link #close}. */
    Runnable every(Duration period, Runnable task) {
        long nanos = period.toNanos();
        Runnable guarded = () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                // If it were thrown, the executor would silently stop the repetition.
                LOG.error("a timed task of the engine failed", e);
            }
        };
        try {
            // If no thread can be started, this throws before the task is queued.
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
            // The timer's tasks do not block, so it ends at once, and no thread is left after close().
            var unused = timer.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
