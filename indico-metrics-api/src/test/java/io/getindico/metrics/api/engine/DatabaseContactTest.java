package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.Requirements.Relation;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DatabaseContactTest {
    private static final DatabaseFacts INDICO = TestFacts.ofIndico().build();

    private final ManualTime time = new ManualTime();
    private final DatabaseContact contact = new DatabaseContact(time.source());

    private boolean isUp() {
        return contact.view().isUp(time.now());
    }

    private void attemptFails(DatabaseError reason) {
        contact.failed(reason, "no");
    }

    private void attemptSucceeds() {
        contact.reached(INDICO, time.now());
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
        void anErrorEndsTheContactUntilTheNextOne() {
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
        void aLateAnswerCountsFromItsRequest() {
            Moment asked = time.now();
            time.advance(Duration.ofSeconds(16));
            contact.reached(INDICO, asked);
            assertThat(isUp()).isFalse();
            contact.reached(INDICO, time.now());
            assertThat(isUp()).isTrue();
        }

        /** The refresh that began first may be the last one to hear from the database. */
        @ParameterizedTest
        @ValueSource(strings = {"PT-1H", "PT1H"})
        void aLateAnswerDoesNotReplaceANewerContact(Duration step) {
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
        void anAnswerWithoutAContactIsNotAContact() {
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
        void anotherDatabaseDoesNotCountAsAContact() {
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
        void aContactReportsRevisionsAndWarnings() {
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
    class Gate {
        private final ConnectGate gate = contact.gate();

        @Test
        void isOpenWhileTheDatabaseIsThere() {
            attemptSucceeds();
            assertThat(gate.mayConnect(Duration.ZERO)).isTrue();
            assertThat(gate.mayConnect(Duration.ZERO)).isTrue();
        }

        @Test
        void closesForAPauseAfterAnError() {
            attemptSucceeds();
            attemptFails(DatabaseError.UNREACHABLE);
            assertThat(gate.mayConnect(Duration.ZERO)).isFalse();
            time.advance(Duration.ofSeconds(1));
            assertThat(gate.mayConnect(Duration.ZERO)).isTrue();
        }

        @Test
        void closesForAnotherDatabase() {
            contact.reached(new TestFacts().build(), time.now());
            assertThat(gate.mayConnect(Duration.ZERO)).isFalse();
        }
    }

    @Nested
    class Log {
        @Test
        void reportsAnErrorOnceAndItsEnd() {
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
            return new DatabaseFacts(INDICO.tables(), Set.of(), new TreeMap<>(Map.of("alembic_version", revision)));
        }

        @Test
        void reportsTheZoneWhenItChanges() {
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
