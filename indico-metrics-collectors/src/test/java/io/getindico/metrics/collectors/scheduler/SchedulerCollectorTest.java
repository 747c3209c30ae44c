package io.getindico.metrics.collectors.scheduler;

import static io.getindico.metrics.jooq.indico.tables.Settings.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Instant;
import java.util.SortedMap;
import org.jooq.JSONB;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SchedulerCollectorTest extends CollectorContract {
    private static final String HEARTBEAT = "indico_scheduler_last_heartbeat_timestamp_seconds";
    private static final String ANNOUNCEMENT = "indico_announcement_enabled";

    @Override
    protected MetricCollector collector() {
        return new SchedulerCollector();
    }

    /** The golden rows have an announcement; these have one without a message. */
    @Override
    protected void insertRows(IndicoRows rows) {
        setting(rows, "celery", "last_ping", "\"2026-06-15T11:40:00.250000+00:00\"");
        setting(rows, "celery", "last_ping_version", "\"3.3.14\"");
        setting(rows, "celery", "other", "\"2026-06-15T11:50:00+00:00\"");
        setting(rows, "other", "last_ping", "\"2026-06-15T11:50:00+00:00\"");
        setting(rows, "other", "last_ping_version", "\"4\"");
        setting(rows, "announcement", "enabled", "true");
        setting(rows, "announcement", "message", "\"\"");
        setting(rows, "announcement", "other", "true");
        setting(rows, "other", "message", "\"text\"");
    }

    @Test
    void reportsTheLastHeartbeatAndTheVersion(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database))
                .containsEntry(HEARTBEAT, Instant.parse("2026-06-15T11:40:00Z").getEpochSecond() + 0.25)
                .containsEntry("indico_scheduler_info{version=\"3.3.14\"}", 1.0)
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-06-15T11:40:00+00:00",
                "2026-06-15T11:40:00Z",
                "2026-06-15T13:40:00.000000+02:00",
                "2026-06-15T07:10:00-04:30"
            })
    void aHeartbeatMayHaveAnyOffset(String time, IndicoDatabase database, IndicoRows rows) {
        setting(rows, "celery", "last_ping", "\"" + time + "\"");
        assertThat(values(database)).containsEntry(HEARTBEAT, (double)
                Instant.parse("2026-06-15T11:40:00Z").getEpochSecond());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "1781523300",
                "[\"2026-06-15T11:40:00+00:00\"]",
                "{}",
                "\"\"",
                "\"now\"",
                "\"infinity\"",
                "\"2026-13-15T11:40:00+00:00\"",
                "\"2026-06-32T11:40:00+00:00\"",
                "\"2026-06-15T24:40:00+00:00\"",
                "\"2026-06-15T11:60:00+00:00\"",
                "\"0000-06-15T11:40:00+00:00\"",
                "\"2026-06-15T11:40:00+15:00\"",
                "\"2026-06-15\""
            })
    void aHeartbeatThatIsNoTimeIsAbsent(String value, IndicoDatabase database, IndicoRows rows) {
        setting(rows, "celery", "last_ping", value);
        assertThat(values(database)).doesNotContainKey(HEARTBEAT).containsKey(ANNOUNCEMENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59.999999+00:00"})
    void aHeartbeatOfAnyYearDoesNoHarm(String time, IndicoDatabase database, IndicoRows rows) {
        setting(rows, "celery", "last_ping", "\"" + time + "\"");
        assertThat(values(database)).containsKey(HEARTBEAT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "3", "{\"a\": 1}"})
    void aVersionThatIsNoTextIsAbsent(String value, IndicoDatabase database, IndicoRows rows) {
        setting(rows, "celery", "last_ping_version", value);
        assertThat(values(database)).containsOnlyKeys(ANNOUNCEMENT);
    }

    @Test
    void aLongVersionIsCut(IndicoDatabase database, IndicoRows rows) {
        setting(rows, "celery", "last_ping_version", "\"" + "9".repeat(64 * 1024) + "\"");
        assertThat(values(database))
                .hasSize(2)
                .allSatisfy((series, value) -> assertThat(series.length()).isLessThan(200));
    }

    @ParameterizedTest(name = "enabled {0}, message {1}: {2}")
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "true,'\"text\"',1",
                "true,'\"\"',0",
                "true,null,0",
                "false,'\"text\"',0",
                "'\"true\"','\"text\"',0",
                "1,'\"text\"',0",
                "null,'\"text\"',0"
            })
    void anAnnouncementIsEnabledAndHasAMessage(
            String enabled, String message, double expected, IndicoDatabase database, IndicoRows rows) {
        setting(rows, "announcement", "enabled", enabled);
        setting(rows, "announcement", "message", message);
        assertThat(values(database)).containsEntry(ANNOUNCEMENT, expected);
    }

    @Test
    void withoutSettingsThereIsNoAnnouncement(IndicoDatabase database, IndicoRows rows) {
        rows.deleteAll();
        assertThat(values(database)).containsEntry(ANNOUNCEMENT, 0.0).hasSize(1);
    }

    private static void setting(IndicoRows rows, String module, String name, String json) {
        rows.row(SETTINGS)
                .with(SETTINGS.MODULE, module)
                .with(SETTINGS.NAME, name)
                .with(SETTINGS.VALUE, JSONB.valueOf(json))
                .insert();
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
