package io.getindico.metrics.testing;

import io.getindico.metrics.api.MetricCollector;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jooq.DSLContext;
import org.jooq.ExecuteListener;
import org.jspecify.annotations.Nullable;

/** Makes a collector's first statement last, and cancels it on the server, as the engine does at the end of a budget. */
final class CancelledRun {
    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final Duration END_LIMIT = Duration.ofSeconds(2);
    private static final int PAUSE_MILLIS = 10;
    private static final String LONG = "SELECT pg_sleep(60); ";

    private final CompletableFuture<DirectRun> collecting;
    private final DSLContext dsl;
    private final int process;

    private CancelledRun(CompletableFuture<DirectRun> collecting, DSLContext dsl, int process) {
        this.collecting = collecting;
        this.dsl = dsl;
        this.process = process;
    }

    /** What is wrong with how a collector takes it, or null. One that sends no statement has nothing to be cancelled. */
    static @Nullable String flaw(MetricCollector collector, IndicoDatabase database)
            throws SQLException, InterruptedException {
        AtomicBoolean delayed = new AtomicBoolean();
        ExecuteListener delay = ExecuteListener.onRenderEnd(statement -> {
            if (delayed.compareAndSet(false, true)) {
                statement.sql(LONG + statement.sql());
            }
        });
        try (DirectRun run = DirectRun.on(database, delay)) {
            int process = run.serverProcess();
            CompletableFuture<DirectRun> collecting =
                    CompletableFuture.supplyAsync(() -> run.collect(collector), CancelledRun::start);
            if (!new CancelledRun(collecting, database.dsl(), process).cancel()) {
                run.abort();
                return "runs on " + END_LIMIT.toSeconds()
                        + " s after its statement was cancelled; let the exception out";
            }
            return delayed.get() && !collecting.isCompletedExceptionally()
                    ? "ends as if its statement had not been cancelled; let the exception out, or what was not read"
                            + " becomes a value"
                    : null;
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "indico-metrics-cancelled-run");
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns whether the run ended. */
    private boolean cancel() throws InterruptedException {
        long begin = System.nanoTime();
        while (!collecting.isDone() && !isAsleep() && isWithin(START_LIMIT, begin)) {
            Thread.sleep(PAUSE_MILLIS);
        }
        begin = System.nanoTime();
        while (!collecting.isDone() && isWithin(END_LIMIT, begin)) {
            // Again and again, as the engine does: one that comes between two statements meets nothing.
            dsl.fetch("SELECT pg_cancel_backend(?)", process);
            Thread.sleep(PAUSE_MILLIS);
        }
        return collecting.isDone();
    }

    private boolean isAsleep() {
        return !dsl.fetch("SELECT FROM pg_stat_activity WHERE pid = ? AND wait_event = 'PgSleep'", process)
                .isEmpty();
    }

    private static boolean isWithin(Duration limit, long begin) {
        return System.nanoTime() - begin < limit.toNanos();
    }
}
