package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.Requirements.Relation;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DatabaseContactTest {
    private static final DatabaseFacts INDICO = TestFacts.ofIndico().build();

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ManualTime time = new ManualTime();
    private final DatabaseContact contact = new DatabaseContact(time.source());
    private final ConnectGate gate = contact.gate();

    private boolean isUp() {
        return contact.view().isUp(time.now());
    }

    private boolean mayConnect() {
        return gate.mayConnect(PATIENCE);
    }

    private void attemptFails(DatabaseError reason) {
        assertThat(mayConnect()).isTrue();
        contact.failed(reason, "no");
        gate.attemptEnded();
    }

    private void attemptSucceeds() {
        assertThat(mayConnect()).isTrue();
        contact.reached(INDICO, time.now());
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

    @Nested
    class Up {
        @Test
        void beforeTheFirstContactItIsDownWithoutAnError() {
            assertThat(isUp()).isFalse();
            assertThat(contact.view().error()).isNull();
            assertThat(contact.view().detail()).isEqualTo("not asked yet");
        }

        @Test
        void aContactCountsForFifteenSeconds() {
            attemptSucceeds();
            assertThat(isUp()).isTrue();
            time.advance(Duration.ofSeconds(15));
            assertThat(isUp()).isTrue();
            time.advance(Duration.ofNanos(1));
            assertThat(isUp()).isFalse();
            assertThat(contact.view().error()).isNull();
        }

        @Test
        void anErrorEndsItAtOnceAndTheNextContactBringsItBack() {
            attemptSucceeds();
            attemptFails(DatabaseError.STARTING);
            assertThat(isUp()).isFalse();
            assertThat(contact.view().error()).isEqualTo(DatabaseError.STARTING);
            assertThat(contact.view().detail()).isEqualTo("no");
            time.advance(Duration.ofSeconds(1));
            attemptSucceeds();
            assertThat(isUp()).isTrue();
            assertThat(contact.view().error()).isNull();
            assertThat(contact.view().detail()).isEqualTo("reached");
        }

        @ParameterizedTest
        @ValueSource(strings = {"P-10D", "P10D"})
        void aStepOfTheClockChangesNothing(Duration step) {
            attemptSucceeds();
            time.stepClock(step);
            assertThat(isUp()).isTrue();
            time.advance(Duration.ofSeconds(15).plusNanos(1));
            assertThat(isUp()).isFalse();
        }

        @Test
        void anAnswerThatIsNoticedLateIsAsOldAsItsQuestion() {
            Moment asked = time.now();
            time.advance(Duration.ofSeconds(16));
            contact.reached(INDICO, asked);
            assertThat(isUp()).isFalse();
            contact.reached(INDICO, time.now());
            assertThat(isUp()).isTrue();
        }

        /** Of two refreshes the one that began first may be the last to hear of the database. */
        @ParameterizedTest
        @ValueSource(strings = {"PT-1H", "PT1H"})
        void aLateAnswerMakesANewerContactNoOlder(Duration step) {
            Moment asked = time.now();
            time.advance(step);
            contact.reached(INDICO, time.now());
            contact.reached(INDICO, asked);
            assertThat(isUp()).isTrue();
        }

        @Test
        void anyOtherAnswerKeepsItFresh() {
            attemptSucceeds();
            time.advance(Duration.ofSeconds(14));
            contact.answered(time.now());
            time.advance(Duration.ofSeconds(15));
            assertThat(isUp()).isTrue();
            time.advance(Duration.ofNanos(1));
            assertThat(isUp()).isFalse();
        }

        @Test
        void anotherAnswerIsNoContactWhereThereIsNone() {
            contact.answered(time.now());
            assertThat(isUp()).isFalse();
            attemptFails(DatabaseError.STARTING);
            contact.answered(time.now());
            assertThat(contact.view().error()).isEqualTo(DatabaseError.STARTING);
            assertThat(isUp()).isFalse();
        }

        @Test
        void aContactAfterTheClockOfAHostWasSetBackIsTheNewerOne() {
            attemptSucceeds();
            time.advance(Duration.ofHours(-1));
            attemptSucceeds();
            assertThat(isUp()).isTrue();
        }

        @Test
        void anotherDatabaseIsNoContact() {
            contact.reached(
                    TestFacts.ofIndico()
                            .without(new Relation("events", "events"))
                            .build(),
                    time.now());
            assertThat(isUp()).isFalse();
            assertThat(contact.view().error()).isEqualTo(DatabaseError.NOT_INDICO);
            assertThat(contact.view().detail())
                    .startsWith("this database is not Indico's: looked for the tables ")
                    .endsWith(" and did not find events.events");
            assertThat(contact.view().revisions()).isEmpty();
        }

        @Test
        void aContactTellsRevisionsAndWarnings() {
            attemptSucceeds();
            assertThat(contact.view().revisions()).containsEntry("alembic_version", "5d05eda06776");
            assertThat(contact.view().loginWarnings()).isEmpty();
            contact.login(List.of("the login is a superuser"));
            attemptSucceeds();
            assertThat(contact.view().loginWarnings()).containsExactly("the login is a superuser");
            assertThat(contact.isLoginKnown()).isTrue();
            attemptFails(DatabaseError.STARTING);
            assertThat(contact.isLoginKnown()).isFalse();
        }
    }

    @Nested
    class Attempts {
        @Test
        void manyMayConnectWhileItIsThere() {
            attemptSucceeds();
            assertThat(mayConnect()).isTrue();
            assertThat(mayConnect()).isTrue();
        }

        @Test
        void theFirstOfAllIsOneForAllWhoAsk() {
            Other first = new Other();
            first.begins();
            Other second = new Other();
            Other third = new Other();
            second.waits();
            third.waits();
            first.does(() -> contact.reached(INDICO, time.now()));
            second.begins();
            third.begins();
        }

        @Test
        void whoWaitedForOneThatFailedPauses() {
            Other first = new Other();
            first.begins();
            Other second = new Other();
            second.waits();
            first.does(() -> contact.failed(DatabaseError.UNREACHABLE, "no"));
            second.goesAway();
        }

        @Test
        void afterOneThatEndedWithoutAnAnswerTheNextBegins() {
            Other first = new Other();
            first.begins();
            Other second = new Other();
            second.waits();
            first.does(gate::attemptEnded);
            second.begins();
        }

        @Test
        void whileItIsAwayThereIsOneAtATime() {
            attemptFails(DatabaseError.UNREACHABLE);
            time.advance(Duration.ofMinutes(1));
            Other first = new Other();
            first.begins();
            Other second = new Other();
            second.waits();
            first.does(() -> contact.failed(DatabaseError.UNREACHABLE, "no"));
            second.goesAway();
        }

        @Test
        void whatOthersSayDoesNotEndAnAttempt() {
            attemptSucceeds();
            contact.failed(DatabaseError.UNREACHABLE, "a connection broke");
            time.advance(Duration.ofSeconds(1));
            Other first = new Other();
            first.begins();
            gate.attemptEnded();
            contact.failed(DatabaseError.UNREACHABLE, "another one broke");
            time.advance(Duration.ofMinutes(1));
            assertThat(gate.mayConnect(Duration.ZERO)).isFalse();
        }

        @Test
        void whoWaitsDoesSoAsLongAsPatienceLasts() {
            new Other().begins();
            assertThat(gate.mayConnect(Duration.ofMillis(5))).isFalse();
        }

        @Test
        void whoIsInterruptedWhileWaitingDoesNotConnect() {
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
            contact.failed(DatabaseError.UNREACHABLE, "timed out");
            gate.attemptEnded();
            assertPause(2);
            assertThat(mayConnect()).isTrue();
        }

        @Test
        void anotherErrorBeginsAnew() {
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
        void otherErrorsInBetweenDoNotMakeUpForRefusals() {
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
        void whoMayMayAskAgain() {
            assertThat(mayConnect()).isTrue();
            assertThat(mayConnect()).isTrue();
            new Other().waits();
        }

        @Test
        void oneThatHangsForGoodIsTakenOver() {
            new Other().begins();
            time.advance(ConnectionSlots.LONGEST_LOGIN.minusNanos(1));
            assertThat(gate.mayConnect(Duration.ZERO)).isFalse();
            time.advance(Duration.ofNanos(1));
            assertThat(gate.mayConnect(Duration.ZERO)).isTrue();
        }

        @Test
        void afterAContactPausesBeginAnew() {
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
        void aStepOfTheClockMakesNoPauseLongerOrShorter(Duration step) {
            attemptFails(DatabaseError.AUTH);
            time.stepClock(step);
            assertPause(15);
            assertThat(mayConnect()).isTrue();
        }
    }

    @Nested
    class Log {
        @Test
        void tellsOfAnErrorOnceAndOfItsEnd() {
            try (RecordedLog log = new RecordedLog(DatabaseContact.class)) {
                contact.reached(INDICO, time.now());
                contact.failed(DatabaseError.UNREACHABLE, "connection refused");
                contact.failed(DatabaseError.UNREACHABLE, "connection refused");
                contact.failed(DatabaseError.AUTH, "no such role");
                contact.reached(INDICO, time.now());
                contact.reached(INDICO, time.now());
                assertThat(log.lines())
                        .containsExactly(
                                "INFO Indico's schema revisions: {alembic_version=5d05eda06776}, of release 3.2.4-3.2.5",
                                "WARNING database: connection refused (unreachable); retrying",
                                "WARNING database: no such role (auth); retrying",
                                "INFO the database answers again");
            }
        }

        @Test
        void warnsOnceOfARevisionThatNoReleaseHas() {
            try (RecordedLog log = new RecordedLog(DatabaseContact.class)) {
                contact.reached(INDICO, time.now());
                contact.reached(withRevision("cafe"), time.now());
                contact.reached(withRevision("cafe"), time.now());
                assertThat(log.lines())
                        .containsExactly(
                                "INFO Indico's schema revisions: {alembic_version=5d05eda06776}, of release 3.2.4-3.2.5",
                                "WARNING Indico's schema revisions: {alembic_version=cafe}, of no known release;"
                                        + " metrics are read as far as tables and columns allow");
            }
        }

        private static DatabaseFacts withRevision(String revision) {
            return new DatabaseFacts(INDICO.tables(), new TreeMap<>(Map.of("alembic_version", revision)));
        }

        @Test
        void tellsTheZoneWhenItChanges() {
            try (RecordedLog log = new RecordedLog(DatabaseContact.class)) {
                contact.zone(new IndicoZone(ZoneOffset.UTC, "default"));
                contact.zone(new IndicoZone(ZoneOffset.UTC, "default"));
                contact.zone(new IndicoZone(ZoneOffset.UTC, "setting"));
                assertThat(log.lines())
                        .containsExactly(
                                "INFO room booking is read in the zone Z (from: default)",
                                "INFO room booking is read in the zone Z (from: setting)");
            }
            assertThat(contact.view().zone()).isEqualTo(new IndicoZone(ZoneOffset.UTC, "setting"));
        }
    }
}
