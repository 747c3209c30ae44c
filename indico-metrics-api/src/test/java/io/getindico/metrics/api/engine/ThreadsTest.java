package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThreadsTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    private final Set<Thread> before = Thread.getAllStackTraces().keySet();
    private final Threads threads = new Threads(SHORT, SHORT);

    /** The engine's threads that this test began. */
    private List<Thread> running() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("indico-metrics-"))
                .filter(thread -> !before.contains(thread))
                .toList();
    }

    private Thread workerOf(Runnable task) {
        CompletableFuture<Thread> worker = new CompletableFuture<>();
        threads.execute(() -> {
            worker.complete(Thread.currentThread());
            task.run();
        });
        return worker.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static void sleepUntilInterrupted(AtomicBoolean interrupted) {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            interrupted.set(true);
        }
    }

    @AfterEach
    void end() {
        threads.close();
        Eventually.until("all threads are gone", () -> running().isEmpty());
    }

    @Test
    void startsNoThreadBeforeTheFirstTask() {
        assertThat(running()).isEmpty();
    }

    @Test
    void theyAreNamedAndDoNotKeepTheProcessAlive() {
        assertThat(workerOf(() -> {}))
                .returns(true, Thread::isDaemon)
                .extracting(Thread::getName)
                .asString()
                .matches("indico-metrics-worker-\\d+");
        CompletableFuture<Thread> timer = new CompletableFuture<>();
        Runnable end = threads.every(SHORT, () -> timer.complete(Thread.currentThread()));
        assertThat(timer.orTimeout(20, TimeUnit.SECONDS).join())
                .returns(true, Thread::isDaemon)
                .extracting(Thread::getName)
                .isEqualTo("indico-metrics-timer-1");
        end.run();
    }

    @Test
    void idleThreadsEnd() {
        workerOf(() -> {});
        threads.every(Duration.ofDays(1), () -> {}).run();
        Eventually.until("idle threads have ended", () -> running().isEmpty());
    }

    @Test
    void aBlockingTaskDoesNotDelayTheOthers() {
        CountDownLatch latch = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        workerOf(() -> sleepUntilInterrupted(interrupted));
        threads.execute(latch::countDown);
        assertThatCode(() -> assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue())
                .doesNotThrowAnyException();
    }

    @Test
    void aPeriodicTaskEndsWhenItIsCancelled() {
        AtomicInteger runs = new AtomicInteger();
        Runnable end = threads.every(Duration.ofMillis(1), runs::incrementAndGet);
        Eventually.until("it has run three times", () -> runs.get() >= 3);
        end.run();
        Eventually.until("its thread is gone", () -> running().isEmpty());
        int last = runs.get();
        workerOf(() -> {});
        assertThat(runs).hasValue(last);
    }

    @Test
    void withoutAThreadATaskIsDroppedAndTheNextOneRuns() {
        ScarceThreads factory = new ScarceThreads();
        Threads scarce = new Threads(SHORT, SHORT, factory);
        assertThat(scarce.start(() -> {})).isFalse();
        scarce.execute(() -> {});
        factory.areThereAgain();
        CountDownLatch ran = new CountDownLatch(1);
        assertThat(scarce.start(ran::countDown)).isTrue();
        assertThatCode(() -> assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue())
                .doesNotThrowAnyException();
        scarce.close();
    }

    @Test
    void anErrorDoesNotEndAPeriodicTask() {
        AtomicInteger runs = new AtomicInteger();
        Runnable end = threads.every(Duration.ofMillis(1), () -> {
            runs.incrementAndGet();
            throw new StackOverflowError();
        });
        Eventually.until("it has run three times", () -> runs.get() >= 3);
        end.run();
    }

    @Test
    void closingLetsATaskEnd() {
        CountDownLatch latch = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        Threads patient = new Threads(SHORT, Duration.ofSeconds(20));
        patient.execute(() -> {
            try {
                latch.await();
                ended.set(true);
            } catch (InterruptedException e) {
                ended.set(false);
            }
        });
        threads.execute(latch::countDown);
        patient.close();
        assertThat(ended).isTrue();
    }

    @Test
    void closingInterruptsATaskThatDoesNotEnd() {
        AtomicBoolean interrupted = new AtomicBoolean();
        workerOf(() -> sleepUntilInterrupted(interrupted));
        threads.close();
        Eventually.until("it was interrupted", interrupted::get);
    }

    @Test
    void closingWhileInterruptedDoesNotWait() {
        AtomicBoolean interrupted = new AtomicBoolean();
        Threads patient = new Threads(SHORT, Duration.ofMinutes(5));
        patient.execute(() -> sleepUntilInterrupted(interrupted));
        Thread.currentThread().interrupt();
        patient.close();
        assertThat(Thread.interrupted()).isTrue();
        Eventually.until("it was interrupted", interrupted::get);
    }

    @Test
    void dropsTasksSilentlyAfterClose() {
        threads.close();
        AtomicBoolean ran = new AtomicBoolean();
        threads.execute(() -> ran.set(true));
        assertThat(threads.start(() -> ran.set(true))).isFalse();
        threads.every(Duration.ofNanos(1), () -> ran.set(true)).run();
        assertThat(running()).isEmpty();
        assertThat(ran).isFalse();
    }
}
