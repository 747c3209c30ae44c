package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ConnectGateTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ManualTime time = new ManualTime();
    private final ConnectGate gate = new ConnectGate(time.source());

    private boolean mayConnect() {
        return gate.mayConnect(PATIENCE);
    }

    private void attemptFails(DatabaseError reason) {
        assertThat(mayConnect()).isTrue();
        gate.close(reason);
        gate.attemptEnded();
    }

    private void attemptSucceeds() {
        assertThat(mayConnect()).isTrue();
        gate.open();
        gate.attemptEnded();
    }

    /** No attempt a nanosecond before, one then. */
    private void assertPause(int seconds) {
        time.advance(Duration.ofSeconds(seconds).minusNanos(1));
        assertThat(mayConnect()).isFalse();
        time.advance(Duration.ofNanos(1));
    }

    /** Another thread that wants to connect. */
    private final class Other {
        private final CompletableFuture<Boolean> answer = new CompletableFuture<>();
        private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
        private final Thread thread = new Thread(this::run);

        Other() {
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            answer.complete(mayConnect());
            try {
                work.take().run();
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts it", e);
            }
        }

        void waits() {
            Eventually.until("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
            assertThat(answer).isNotDone();
        }

        void begins() {
            assertThat(answer).succeedsWithin(PATIENCE).isEqualTo(true);
        }

        void goesAway() {
            assertThat(answer).succeedsWithin(PATIENCE).isEqualTo(false);
        }

        void does(Runnable task) {
            work.add(task);
        }
    }

    @Test
    void manyThreadsMayConnectWhileTheDatabaseIsReachable() {
        attemptSucceeds();
        assertThat(mayConnect()).isTrue();
        assertThat(mayConnect()).isTrue();
    }

    @Test
    void allThreadsWaitForTheFirstAttempt() {
        Other first = new Other();
        first.begins();
        Other second = new Other();
        Other third = new Other();
        second.waits();
        third.waits();
        first.does(gate::open);
        second.begins();
        third.begins();
    }

    @Test
    void aThreadThatWaitedForAFailedAttemptPauses() {
        Other first = new Other();
        first.begins();
        Other second = new Other();
        second.waits();
        first.does(() -> gate.close(DatabaseError.UNREACHABLE));
        second.goesAway();
    }

    @Test
    void anAttemptWithoutAnAnswerIsFollowedByTheNext() {
        Other first = new Other();
        first.begins();
        Other second = new Other();
        second.waits();
        first.does(gate::attemptEnded);
        second.begins();
    }

    @Test
    void onlyOneThreadTriesWhileTheDatabaseIsDown() {
        attemptFails(DatabaseError.UNREACHABLE);
        time.advance(Duration.ofMinutes(1));
        Other first = new Other();
        first.begins();
        Other second = new Other();
        second.waits();
        first.does(() -> gate.close(DatabaseError.UNREACHABLE));
        second.goesAway();
    }

    @Test
    void resultsOfOthersDoNotEndAnAttempt() {
        attemptSucceeds();
        gate.close(DatabaseError.UNREACHABLE);
        time.advance(Duration.ofSeconds(1));
        Other first = new Other();
        first.begins();
        gate.attemptEnded();
        gate.close(DatabaseError.UNREACHABLE);
        time.advance(Duration.ofMinutes(1));
        assertThat(gate.mayConnect(Duration.ZERO)).isFalse();
    }

    @Test
    void aThreadWaitsAsLongAsItsPatienceLasts() {
        new Other().begins();
        assertThat(gate.mayConnect(Duration.ofMillis(5))).isFalse();
    }

    @Test
    void aThreadThatIsInterruptedWhileWaitingDoesNotConnect() {
        new Other().begins();
        Thread.currentThread().interrupt();
        assertThat(mayConnect()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = "AUTH", mode = Mode.EXCLUDE)
    void pausesGrowToFifteenSeconds(DatabaseError reason) {
        attemptFails(reason);
        for (int seconds : new int[] {1, 2, 4, 8, 15, 15, 15}) {
            assertPause(seconds);
            attemptFails(reason);
        }
    }

    @Test
    void pausesAfterARefusedLoginGrowToFiveMinutes() {
        attemptFails(DatabaseError.AUTH);
        for (int seconds : new int[] {15, 30, 60, 120, 240, 300, 300}) {
            assertPause(seconds);
            attemptFails(DatabaseError.AUTH);
        }
    }

    @Test
    void aPauseBeginsWhenTheAttemptFails() {
        attemptFails(DatabaseError.UNREACHABLE);
        time.advance(Duration.ofSeconds(1));
        assertThat(mayConnect()).isTrue();
        time.advance(Duration.ofSeconds(30));
        gate.close(DatabaseError.UNREACHABLE);
        gate.attemptEnded();
        assertPause(2);
        assertThat(mayConnect()).isTrue();
    }

    @Test
    void anotherErrorResetsThePause() {
        attemptFails(DatabaseError.UNREACHABLE);
        assertPause(1);
        attemptFails(DatabaseError.UNREACHABLE);
        assertPause(2);
        attemptFails(DatabaseError.STARTING);
        assertPause(1);
        attemptFails(DatabaseError.AUTH);
        assertPause(15);
        attemptFails(DatabaseError.UNREACHABLE);
        assertPause(1);
        assertThat(mayConnect()).isTrue();
    }

    @Test
    void otherErrorsDoNotResetThePauseAfterRefusals() {
        for (int seconds : new int[] {15, 30, 60, 120, 240, 300, 300}) {
            attemptFails(DatabaseError.AUTH);
            assertPause(seconds);
            attemptFails(DatabaseError.UNREACHABLE);
            assertPause(1);
        }
        attemptSucceeds();
        attemptFails(DatabaseError.AUTH);
        assertPause(15);
        assertThat(mayConnect()).isTrue();
    }

    @Test
    void aThreadThatMayConnectGetsTheSameAnswerAgain() {
        assertThat(mayConnect()).isTrue();
        assertThat(mayConnect()).isTrue();
        new Other().waits();
    }

    @Test
    void anotherThreadReplacesAnAttemptThatHangs() {
        new Other().begins();
        time.advance(ConnectionSlots.LONGEST_LOGIN.minusNanos(1));
        assertThat(gate.mayConnect(Duration.ZERO)).isFalse();
        time.advance(Duration.ofNanos(1));
        assertThat(gate.mayConnect(Duration.ZERO)).isTrue();
    }

    @Test
    void aContactResetsThePauses() {
        attemptFails(DatabaseError.UNREACHABLE);
        assertPause(1);
        attemptFails(DatabaseError.UNREACHABLE);
        assertPause(2);
        attemptSucceeds();
        assertThat(mayConnect()).isTrue();
        attemptFails(DatabaseError.UNREACHABLE);
        assertPause(1);
        assertThat(mayConnect()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"P-10D", "P10D"})
    void aStepOfTheClockDoesNotChangeThePauses(Duration step) {
        attemptFails(DatabaseError.AUTH);
        time.stepClock(step);
        assertPause(15);
        assertThat(mayConnect()).isTrue();
    }
}
