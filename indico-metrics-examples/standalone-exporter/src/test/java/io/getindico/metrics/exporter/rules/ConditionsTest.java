package io.getindico.metrics.exporter.rules;

import io.getindico.metrics.exporter.rules.RuleCases.Case;
import io.getindico.metrics.exporter.rules.RuleCases.Expected;
import io.getindico.metrics.exporter.web.LiveWebConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each condition of the alerts, on both sides of its limit. */
final class ConditionsTest {
    private static final int MINUTES = 60;
    private static final int WEEK = 7 * 24 * 60;
    /** The month with which the alert compares, and a few days around it. */
    private static final int MONTH = 33 * 24 * 60;

    private static final String PENDING = "indico_event_emails_1d{state='pending'}";
    private static final String SENT = "indico_event_emails_1d{state='sent'}";
    private static final String FAILED = "indico_event_emails_1d{state='failed'}";
    private static final String OLDEST = "indico_event_emails_oldest_pending_timestamp_seconds";
    private static final String NEWEST = "indico_event_emails_newest_sent_timestamp_seconds";
    private static final String HEARTBEAT = "indico_scheduler_last_heartbeat_timestamp_seconds";
    private static final String REPLAY = "indico_database_replay_timestamp_seconds";
    private static final String DUE = "indico_reminders_oldest_due_timestamp_seconds";
    private static final String LOGIN = "indico_users_newest_login_timestamp_seconds";
    private static final String CATEGORY = "indico_livesync_queue_oldest_category_entry_timestamp_seconds{agent='a'}";
    private static final String EXPORTED = "indico_livesync_agent_initial_export_done{agent='a'}";
    private static final String SKIPPED = "indico_livesync_category_changes_skipped";
    private static final String DISABLED = "indico_livesync_queue_runs_disabled";
    private static final String QUEUE = "indico_size_livesync_queues";
    private static final String SUCCESS = "indico_collector_success{collector='a'}";
    private static final String READ = "indico_collector_last_success_timestamp_seconds{collector='a'}";

    private static final String ADMINISTRATORS = "indico_admin_users";
    private static final String OPEN = "indico_categories{event_creation_mode='open'}";
    private static final String DELETED_MEETINGS = "indico_deleted_events{event_type='meeting'}";
    private static final String DELETED_LECTURES = "indico_deleted_events{event_type='lecture'}";
    private static final String NOT_DELETED = "indico_unclaimed_files{state='deletion_failed'}";
    private static final String OLDEST_FILE = "indico_unclaimed_files_oldest_waiting_timestamp_seconds";
    private static final String STORED = "indico_size_attachment_files";
    private static final long BYTES = 1_000_000_000_000L;

    private final List<Case> cases = new ArrayList<>();

    @TempDir
    Path folder;

    @Test
    void eachConditionHoldsOnOneSideOfItsBoundary() throws Exception {
        for (String alert : List.of("IndicoMailsStuck", "IndicoMailsWaiting")) {
            yes(alert, PENDING, "11", SENT, "205", OLDEST, age(1860), NEWEST, age(1800));
            no(alert, PENDING, "10", SENT, "180", OLDEST, age(1860), NEWEST, age(1860));
            no(alert, PENDING, "11", SENT, "209", OLDEST, age(1860), NEWEST, age(1860));
            no(alert, PENDING, "11", SENT, "205", OLDEST, age(1800), NEWEST, age(1860));
        }
        no("IndicoMailsStuck", PENDING, "11", SENT, "205", OLDEST, age(1860), NEWEST, age(1740));
        yes("IndicoMailsWaiting", PENDING, "11", SENT, "205", OLDEST, age(1860), NEWEST, age(1740));
        yes("IndicoMailsStuck", PENDING, "11", SENT, "0", OLDEST, age(1860));
        yes("IndicoMailsStuck", PENDING, "11", SENT, "0", OLDEST, age(1860), HEARTBEAT, age(1950));
        no("IndicoMailsStuck", PENDING, "11", SENT, "0", OLDEST, age(1860), HEARTBEAT, age(1980));

        // The rest of a month is 30 days less the hour of the case.
        yes("IndicoExporterCertificateExpires", LiveWebConfig.EXPIRY.name(), "2595000");
        no("IndicoExporterCertificateExpires", LiveWebConfig.EXPIRY.name(), "2596000");

        yes("IndicoMailsFailing", FAILED, "11", SENT, "205");
        no("IndicoMailsFailing", FAILED, "10", SENT, "180");
        no("IndicoMailsFailing", FAILED, "11", SENT, "209");

        yes("IndicoRemindersOverdue", DUE, age(960), HEARTBEAT, age(1950));
        no("IndicoRemindersOverdue", DUE, age(900), HEARTBEAT, age(1950));
        no("IndicoRemindersOverdue", DUE, age(960), HEARTBEAT, age(1980));

        yes("IndicoSchedulerSilent", HEARTBEAT, age(3660), REPLAY, age(1950));
        no("IndicoSchedulerSilent", HEARTBEAT, age(3600), REPLAY, age(1950));
        no("IndicoSchedulerSilent", HEARTBEAT, age(3660), REPLAY, age(1980));
        // The database was away for three minutes, and for four.
        yes("IndicoSchedulerSilent", HEARTBEAT, age(3660), "indico_up", "1x39 0x2 1x16");
        no("IndicoSchedulerSilent", HEARTBEAT, age(3660), "indico_up", "1x39 0x3 1x15");

        yes("IndicoCollectorFailing", SUCCESS, "0");
        no("IndicoCollectorFailing", SUCCESS, "0", READ, "0");
        no("IndicoCollectorFailing", SUCCESS, "1");
        for (String reason : List.of("plugin_absent", "release", "privilege_missing")) {
            no("IndicoCollectorSkipped", "indico_collector_skipped{collector='a',reason='" + reason + "'}", "1");
        }
        no("IndicoPrivilegeMissing", "indico_collector_skipped{collector='a',reason='plugin_absent'}", "1");
        no("IndicoReleaseUnknown", "indico_schema_info{component='livesync',release='unknown'}", "1");
        yes("IndicoCollectorSkipped", "indico_collector_skipped{collector='a',reason='column_missing'}", "1");

        yes("IndicoLivesyncStuck", CATEGORY, age(2760), EXPORTED, "1", SKIPPED, "0", DISABLED, "0");
        no("IndicoLivesyncStuck", CATEGORY, age(2700), EXPORTED, "1", SKIPPED, "0", DISABLED, "0");
        no("IndicoLivesyncStuck", CATEGORY, age(2760), EXPORTED, "0", SKIPPED, "0", DISABLED, "0");
        no("IndicoLivesyncStuck", CATEGORY, age(2760), EXPORTED, "1", SKIPPED, "1", DISABLED, "0");
        no("IndicoLivesyncStuck", CATEGORY, age(2760), EXPORTED, "1", SKIPPED, "0", DISABLED, "1");

        yes("IndicoLivesyncBacklog", QUEUE, "10000+1x60");
        no("IndicoLivesyncBacklog", QUEUE, "9900+1x60");
        no("IndicoLivesyncBacklog", QUEUE, "20000");
        no("IndicoLivesyncBacklog", QUEUE, "20000-1x60");
        // Only the last two hours count, and all of them.
        at(6 * 60, "IndicoLivesyncBacklog", false, QUEUE, "60000-100x300 30001+1x59");
        at(2 * 60, "IndicoLivesyncBacklog", false, QUEUE, "30000-50x119 31000");
        at(6 * 60, "IndicoLivesyncBacklog", false, QUEUE, "10000+100x120 22000-1x240");
        at(6 * 60, "IndicoLivesyncBacklog", true, QUEUE, "30000-100x180 12000+1x180");
        new RuleCases(folder).test("1m", cases);
    }

    @Test
    void loginsAreComparedWithTheSameHourOfTheWeekBefore() throws Exception {
        String oneAMinute = "0+60x";
        at(WEEK + MINUTES, "IndicoNoLogins", true, LOGIN, oneAMinute + "6 360x" + (WEEK + MINUTES));
        at(WEEK + MINUTES, "IndicoNoLogins", false, LOGIN, oneAMinute + "5 300x" + (WEEK + MINUTES));
        // The logins of the week before were more than an hour earlier.
        at(WEEK + 2 * MINUTES, "IndicoNoLogins", false, LOGIN, oneAMinute + "6 360x" + (WEEK + 2 * MINUTES));
        // The newest login was an hour ago, and a minute more.
        at(
                WEEK + MINUTES,
                "IndicoNoLogins",
                false,
                LOGIN,
                oneAMinute + "6 360x" + (WEEK - 8) + ' ' + WEEK * 60 + "x60");
        at(
                WEEK + MINUTES,
                "IndicoNoLogins",
                true,
                LOGIN,
                oneAMinute + "6 360x" + (WEEK - 9) + ' ' + (WEEK - 1) * 60 + "x61");
        new RuleCases(folder).test("30m", cases);
    }

    /** Prometheus does not extrapolate the difference of a window that is full of samples. */
    @Test
    void changesCountForAsLongAsTheirWindow() throws Exception {
        no("IndicoDataExportFailed", "indico_data_export_requests{state='running'}", "1");

        yes("IndicoAdministratorsChanged", ADMINISTRATORS, "4x49 3x10");
        no("IndicoAdministratorsChanged", ADMINISTRATORS, "4x39 5x20");
        yes("IndicoAdministratorsChanged", ADMINISTRATORS, "1x49 2x10");
        no("IndicoAdministratorsChanged", ADMINISTRATORS, "0x49 1x10");

        yes("IndicoOpenCategories", OPEN, "2x15 3x44");
        no("IndicoOpenCategories", OPEN, "3x15 2x44");
        no("IndicoOpenCategories", "indico_categories{event_creation_mode='restricted'}", "2x15 3x44");
        at(2 * 60, "IndicoOpenCategories", false, OPEN, "2x30 3x89");

        yes("IndicoMassDeletion", DELETED_MEETINGS, "0x30 60x29", DELETED_LECTURES, "0x30 41x29");
        no("IndicoMassDeletion", DELETED_MEETINGS, "0x30 60x29", DELETED_LECTURES, "0x30 40x29");

        yes("IndicoFilesNotDeleted", OLDEST_FILE, age(216_060));
        no("IndicoFilesNotDeleted", OLDEST_FILE, age(216_000));
        no("IndicoFilesNotDeleted", NOT_DELETED, "3");
        at(24 * 60, "IndicoFilesNotDeleted", true, NOT_DELETED, "3x300 4x1139");
        at(24 * 60, "IndicoFilesNotDeleted", false, NOT_DELETED, "4x300 3x1139");
        at(36 * 60, "IndicoFilesNotDeleted", false, NOT_DELETED, "3x300 4x1859");
        new RuleCases(folder).test("1m", cases);
    }

    /** Two megabytes a minute are 2.88 GB a day. Beyond five times as much in a day, the alert is active. */
    @Test
    void attachmentsAreComparedWithTheMonthBefore() throws Exception {
        stored(true, 2_000_000, 18 * 60, 12_240_000_000L);
        stored(false, 2_000_000, 18 * 60, 11_520_000_000L);
        stored(false, 2_000_000, 36 * 60, 20_000_000_000L);
        // At least 5 GB.
        stored(true, 0, 18 * 60, 5_200_000_000L);
        stored(false, 0, 18 * 60, 5_000_000_000L);
        // The trend is that of a day ago, which has the files of half a day before.
        long grown = BYTES + 2_000_000L * (MONTH - 36 * 60) + 100_000_000_000L;
        at(
                MONTH,
                "IndicoStorageAboveTrend",
                false,
                STORED,
                "%d+2000000x%d %d+2000000x%d %d+0x1080"
                        .formatted(BYTES, MONTH - 36 * 60 - 1, grown, 18 * 60 - 1, grown + 20_000_000_000L));
        // Somebody deleted files on the day before yesterday.
        long after = BYTES + 2_000_000L * (MONTH - 48 * 60) - 100_000_000_000L;
        at(
                MONTH,
                "IndicoStorageAboveTrend",
                true,
                STORED,
                "%d+2000000x%d %d+0x%d %d+0x1080"
                        .formatted(BYTES, MONTH - 48 * 60 - 1, after, 30 * 60 - 1, after + 5_200_000_000L));
        new RuleCases(folder).test("1h", cases);
    }

    /** Attachments grow each minute, and once by much more. */
    private void stored(boolean isActive, long perMinute, int minutesAgo, long more) {
        int minute = MONTH - minutesAgo;
        at(
                MONTH,
                "IndicoStorageAboveTrend",
                isActive,
                STORED,
                "%d+%dx%d %d+%dx%d"
                        .formatted(
                                BYTES,
                                perMinute,
                                minute - 1,
                                BYTES + perMinute * minute + more,
                                perMinute,
                                minutesAgo));
    }

    private void yes(String alert, String... series) {
        at(MINUTES, alert, true, series);
    }

    private void no(String alert, String... series) {
        at(MINUTES, alert, false, series);
    }

    /**
     * Adds a case.
     *
     * @param series names and samples in turn; a sample without an {@code x} stays the same
     */
    private void at(int minute, String alert, boolean isActive, String... series) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put(target("up"), "1x" + minute);
        all.put(target("indico_up"), "1x" + minute);
        for (int i = 0; i < series.length; i += 2) {
            String samples = series[i + 1];
            all.put(target(series[i]), samples.contains("x") ? samples : samples + "x" + minute);
        }
        cases.add(new Case(
                alert + ' ' + List.of(series),
                all,
                List.of(new Expected(
                        minute,
                        "count by (alertname) (ALERTS{alertname=\"" + alert + "\"})",
                        isActive ? List.of("{alertname=\"" + alert + "\"}") : List.of())),
                List.of()));
    }

    private static String target(String series) {
        String labels = "job=\"indico\",instance=\"metrics.example.org:443\"";
        return series.contains("{")
                ? series.replace("{", "{" + labels + ",").replace('\'', '"')
                : series + '{' + labels + '}';
    }

    /** Returns an instant that is always the given number of seconds ago. */
    private static String age(int seconds) {
        return -seconds + "+60x" + MINUTES;
    }
}
