package io.getindico.metrics.collectors.logs;

import static io.getindico.metrics.jooq.events.tables.Logs.LOGS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.FailureReason;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.jooq.enums.AppLogRealm;
import io.getindico.metrics.jooq.enums.EventLogRealm;
import io.getindico.metrics.jooq.users.tables.Users;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jooq.JSON;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LogsCollectorTest extends CollectorContract {
    private static final io.getindico.metrics.jooq.indico.tables.Logs APP_LOGS =
            io.getindico.metrics.jooq.indico.tables.Logs.LOGS;

    private static final Instant YESTERDAY = NOW.minus(Duration.ofDays(1));
    private static final String OLDEST_PENDING = "indico_event_emails_oldest_pending_timestamp_seconds";
    private static final String NEWEST_SENT = "indico_event_emails_newest_sent_timestamp_seconds";
    private static final String NEWEST_ENTRY = "indico_event_log_newest_entry_timestamp_seconds";
    private static final String USERS = "indico_event_log_users_1d";

    @Override
    protected MetricCollector collector() {
        return new LogsCollector();
    }

    /**
     * Both logs have an entry that is too far back to be read. The oldest that is read lies before the last day: by
     * nothing in one log, by an hour in the other.
     */
    @Override
    protected void insertRows(IndicoRows rows) {
        entry(rows, 1, NOW, EventLogRealm.EVENT).insert();
        entry(rows, 2, YESTERDAY, EventLogRealm.EVENT).insert();
        entry(rows, 3, YESTERDAY.plus(TICK), EventLogRealm.MANAGEMENT).insert();
        entry(rows, 4, NOW, EventLogRealm.PARTICIPANTS).insert();
        entry(rows, 5, NOW.plus(TICK), EventLogRealm.REVIEWING).insert();
        int id = 10;
        for (String state : new String[] {"pending", "sent", "failed"}) {
            for (Instant at :
                    new Instant[] {YESTERDAY, YESTERDAY.plus(TICK), NOW.minusSeconds(9), NOW, NOW.plus(TICK)}) {
                email(rows, id++, at, "{\"state\": \"" + state + "\"}").insert();
            }
        }
        email(rows, 50, NOW, "{\"state\": \"sent\"}").with(LOGS.TYPE, "simple").insert();
        email(rows, 51, NOW, "{\"state\": \"sent\"}")
                .with(LOGS.REALM, EventLogRealm.MANAGEMENT)
                .insert();
        int user = rows.row(Users.USERS).insert();
        for (int i = 60; i < 63; i++) {
            entry(rows, i, NOW, EventLogRealm.EVENT).with(LOGS.USER_ID, user).insert();
        }
        entry(rows, NewestEntries.NUMBER + 1, NOW, EventLogRealm.EVENT).insert();

        appEntry(rows, 1, NOW, AppLogRealm.SYSTEM);
        appEntry(rows, 2, YESTERDAY.minusSeconds(3600), AppLogRealm.SYSTEM);
        appEntry(rows, 3, YESTERDAY, AppLogRealm.SYSTEM);
        appEntry(rows, 4, YESTERDAY.plus(TICK), AppLogRealm.ADMIN);
        appEntry(rows, 5, NOW, AppLogRealm.EMAILS);
        appEntry(rows, 6, NOW.plus(TICK), AppLogRealm.SYSTEM);
        appEntry(rows, NewestEntries.NUMBER + 1, NOW, AppLogRealm.ADMIN);
    }

    @Test
    void countsTheLastDayByRealm(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database))
                .containsAllEntriesOf(Map.of(
                        "indico_event_log_entries_1d{realm=\"event\"}", 4.0,
                        "indico_event_log_entries_1d{realm=\"management\"}", 2.0,
                        "indico_event_log_entries_1d{realm=\"participants\"}", 1.0,
                        "indico_event_log_entries_1d{realm=\"reviewing\"}", 0.0,
                        "indico_event_log_entries_1d{realm=\"emails\"}", 10.0,
                        "indico_app_log_entries_1d{realm=\"system\"}", 0.0,
                        "indico_app_log_entries_1d{realm=\"admin\"}", 2.0,
                        "indico_app_log_entries_1d{realm=\"emails\"}", 1.0))
                .containsEntry(NEWEST_ENTRY, seconds(NOW));
    }

    @Test
    void countsTheEmailsOfTheLastDayByState(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database))
                .containsAllEntriesOf(Map.of(
                        "indico_event_emails_1d{state=\"pending\"}",
                        3.0,
                        "indico_event_emails_1d{state=\"sent\"}",
                        3.0,
                        "indico_event_emails_1d{state=\"failed\"}",
                        3.0,
                        OLDEST_PENDING,
                        seconds(YESTERDAY.plus(TICK)),
                        NEWEST_SENT,
                        seconds(NOW)));
    }

    @Test
    void withoutEmailsThereIsNoOldestAndNoNewest(IndicoDatabase database, IndicoRows rows) {
        email(rows, 1, NOW, "{\"state\": \"failed\"}").insert();
        assertThat(values(database))
                .doesNotContainKeys(OLDEST_PENDING, NEWEST_SENT)
                .containsEntry("indico_event_emails_1d{state=\"pending\"}", 0.0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "null",
                "[]",
                "3",
                "\"sent\"",
                "{\"state\": null}",
                "{\"state\": 1}",
                "{\"state\": {\"state\": \"sent\"}}",
                "{\"state\": \"delivered\"}",
                "{\"state\": \"\"}",
                "{\"state\": \"\\u0000\"}"
            })
    void anotherStateIsUnknown(String data, IndicoDatabase database, IndicoRows rows) {
        email(rows, 1, NOW, data).insert();
        email(rows, 2, NOW, "{\"state\": \"pending\"}").insert();
        assertThat(values(database))
                .containsEntry("indico_event_emails_1d{state=\"unknown\"}", 1.0)
                .containsEntry("indico_event_emails_1d{state=\"pending\"}", 1.0)
                .containsEntry("indico_event_emails_1d{state=\"sent\"}", 0.0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"body\": \"\\u0000\", \"state\": \"sent\"}",
                "{\"body\": \"\\\\u0000\", \"state\": \"sent\"}",
                "{\"body\": \"\\ud83d\", \"state\": \"sent\"}",
                "{\"body\": \"\\uDE00\\\\\", \"state\": \"sent\"}",
                "{\"body\": \"\\ud83d\\ude00\\\\ud83d\\u00e9\", \"state\": \"sent\"}",
                "{\"state\": \"sent\", \"body\": \"{\\\"state\\\": \\\"failed\\\"}\"}"
            })
    void readsTheStateForAnyBody(String data, IndicoDatabase database, IndicoRows rows) {
        email(rows, 1, NOW, data).insert();
        assertThat(values(database)).containsEntry("indico_event_emails_1d{state=\"sent\"}", 1.0);
    }

    @Test
    void aRealmOfTheFutureIsUnknown(IndicoDatabase database, IndicoRows rows) {
        entry(rows, 1, NOW, EventLogRealm.EVENT).insert();
        appEntry(rows, 1, NOW, AppLogRealm.ADMIN);
        for (String log : new String[] {"events.logs", "indico.logs"}) {
            database.dsl().execute("ALTER TABLE " + log + " DROP CONSTRAINT ck_logs_valid_enum_realm");
            database.dsl().execute("UPDATE " + log + " SET realm = 9");
        }
        assertThat(values(database))
                .containsEntry("indico_event_log_entries_1d{realm=\"unknown\"}", 1.0)
                .containsEntry("indico_app_log_entries_1d{realm=\"unknown\"}", 1.0);
    }

    @Test
    void aUserCountsOnce(IndicoDatabase database, IndicoRows rows) {
        assertThat(values(database)).containsEntry(USERS, 0.0);
        insertRows(rows);
        assertThat(values(database)).containsEntry(USERS, 1.0);
        int late = rows.row(Users.USERS).insert();
        entry(rows, 70, YESTERDAY, EventLogRealm.EVENT).with(LOGS.USER_ID, late).insert();
        entry(rows, 71, NOW.plus(TICK), EventLogRealm.EVENT)
                .with(LOGS.USER_ID, late)
                .insert();
        assertThat(values(database)).containsEntry(USERS, 1.0);
        entry(rows, 72, YESTERDAY.plus(TICK), EventLogRealm.EVENT)
                .with(LOGS.USER_ID, late)
                .insert();
        assertThat(values(database)).containsEntry(USERS, 2.0);
    }

    @Test
    void theNewestEntryIsNotOfTheFutureAndMayBeOld(IndicoDatabase database, IndicoRows rows) {
        entry(rows, 1, NOW.plus(TICK), EventLogRealm.EVENT).insert();
        assertThat(values(database)).doesNotContainKey(NEWEST_ENTRY);
        entry(rows, 2, YESTERDAY.minusSeconds(1), EventLogRealm.EVENT).insert();
        assertThat(values(database)).containsEntry(NEWEST_ENTRY, seconds(YESTERDAY.minusSeconds(1)));
    }

    @Test
    void countsTenEntriesOfToday(IndicoDatabase database, IndicoRows rows) {
        for (int i = 1; i <= 10; i++) {
            entry(rows, i, NOW, EventLogRealm.EVENT).insert();
            appEntry(rows, i, NOW, AppLogRealm.ADMIN);
        }
        assertThat(values(database))
                .containsEntry("indico_event_log_entries_1d{realm=\"event\"}", 10.0)
                .containsEntry("indico_app_log_entries_1d{realm=\"admin\"}", 10.0);
    }

    /** The entry with the id 1 is read or not, as the highest id is one lower or higher. */
    @ParameterizedTest(name = "the oldest entry that is read is {0} ticks younger than a day, an id is not read: {1}")
    @CsvSource({"0,true,false", "1,false,false", "1,true,true"})
    void isAbsentIfTheLastDayMayHaveMoreEntriesThanAreRead(
            int ticks, boolean isUnread, boolean isAbsent, IndicoDatabase database, IndicoRows rows) {
        Instant oldest = YESTERDAY.plus(TICK.multipliedBy(ticks));
        int highest = NewestEntries.NUMBER + (isUnread ? 1 : 0);
        for (int id : new int[] {1, 2, 3, highest}) {
            entry(rows, id, id == 3 || id == highest ? NOW : oldest, EventLogRealm.EVENT)
                    .insert();
            appEntry(rows, id, id == 3 || id == highest ? NOW : oldest, AppLogRealm.ADMIN);
        }
        try (IndicoMetrics metrics = IndicoMetrics.builder(database.dataSource())
                .collectors(collector())
                .extraFamilies(List.of("*"))
                .build()) {
            Reading reading = metrics.readOnce(NOW);
            CollectorStatus status = reading.status().collectors().get(0);
            assertThat(status.queries()).hasSize(4).allSatisfy(query -> {
                assertThat(query.failureReason()).isEqualTo(isAbsent ? FailureReason.QUERY : null);
                assertThat(query.detail())
                        .isEqualTo(
                                isAbsent
                                        ? "the newest 200000 entries are all of the last day, which may have more"
                                        : "");
            });
            assertThat(ExpositionText.of(collector(), reading).isEmpty()).isEqualTo(isAbsent);
        }
    }

    private static IndicoRows.Row entry(IndicoRows rows, int id, Instant at, EventLogRealm realm) {
        return rows.row(LOGS).with(LOGS.ID, id).with(LOGS.LOGGED_DT, at).with(LOGS.REALM, realm);
    }

    private static IndicoRows.Row email(IndicoRows rows, int id, Instant at, String data) {
        return entry(rows, id, at, EventLogRealm.EMAILS)
                .with(LOGS.TYPE, "email")
                .with(LOGS.DATA, JSON.valueOf(data));
    }

    private static void appEntry(IndicoRows rows, int id, Instant at, AppLogRealm realm) {
        rows.row(APP_LOGS)
                .with(APP_LOGS.ID, id)
                .with(APP_LOGS.LOGGED_DT, at)
                .with(APP_LOGS.REALM, realm)
                .insert();
    }

    private static double seconds(Instant instant) {
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
