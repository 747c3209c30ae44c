package io.getindico.metrics.exporter.rules;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.DatabaseError;
import io.getindico.metrics.exporter.http.Reloads;
import io.getindico.metrics.exporter.promql.Catalogue;
import io.getindico.metrics.exporter.web.LiveWebConfig;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Simulates an Indico that people use and that has faults, and what Prometheus scrapes from its exporter each minute.
 * The first scrape is at time 0. Indico has run for a day before, unless it is new.
 */
final class Simulation {
    private static final int MINUTES_OF_DAY = 24 * 60;
    private static final int TICK = 30;
    /** Indico tries an email ten times within 4.8 hours. */
    private static final int GIVES_UP_AFTER = 288;

    private static final Map<String, Integer> TTL = Map.of("live", 1, "standard", 5, "heavy", 30);
    private static final Map<String, Integer> MAX_AGE = Map.of("live", 1, "standard", 9, "heavy", 62);

    /** Those that do not belong to one of several Indicos. */
    private static final Set<String> OF_THE_TARGET =
            Set.of("up", LiveWebConfig.EXPIRY.name(), Reloads.SUCCESSFUL.name());

    private static final String SLOW = "categories";

    /** An event email. One that is {@code hopeless} is never delivered. */
    private record Mail(int logged, boolean hopeless, boolean isDelayed) {}

    /** What the exporter has of a collector. */
    private static final class Reading {
        private Map<String, Double> values = Map.of();
        private int attempt = Integer.MIN_VALUE;
        private int success = Integer.MIN_VALUE;
        private boolean isSuccessful;
    }

    private final Scenario scenario;
    private final Catalogue catalogue;
    private final boolean isNew;
    private final Random random = new Random(16);
    private final Map<String, Series> series = new TreeMap<>();
    private final Map<String, CollectorStatus> collectors = new HashMap<>();
    private final Map<String, Reading> readings = new LinkedHashMap<>();
    private final Deque<Map<String, Double>> snapshots = new ArrayDeque<>();

    private int minute;
    private int heartbeat = Integer.MIN_VALUE;
    private int login = Integer.MIN_VALUE;
    private int write = Integer.MIN_VALUE;
    private int sentLast = Integer.MIN_VALUE;
    private final Deque<Mail> pending = new ArrayDeque<>();
    private final Deque<Integer> sent = new ArrayDeque<>();
    private final Deque<Integer> failed = new ArrayDeque<>();
    private final Deque<Integer> reminders = new ArrayDeque<>();
    private final Deque<Integer> changes = new ArrayDeque<>();
    private final Deque<Integer> categoryChanges = new ArrayDeque<>();
    private final Deque<Integer> uploads = new ArrayDeque<>();
    private int bulk;
    private int undeletable;
    private int overdue;
    private int deleted = 20_000;
    private int events = 500_000;
    private double bytes = 2e12;

    private Simulation(Scenario scenario, Catalogue catalogue, boolean isNew) {
        this.scenario = scenario;
        this.catalogue = catalogue;
        this.isNew = isNew;
    }

    /** Returns the series in promtool's notation. */
    static Map<String, String> run(Scenario scenario, Catalogue catalogue) {
        return run(scenario, catalogue, false);
    }

    /** The same for an Indico whose database was created with the first scrape. */
    static Map<String, String> runNew(Scenario scenario, Catalogue catalogue) {
        return run(scenario, catalogue, true);
    }

    private static Map<String, String> run(Scenario scenario, Catalogue catalogue, boolean isNew) {
        Simulation simulation = new Simulation(scenario, catalogue, isNew);
        if (isNew) {
            simulation.deleted = 0;
            simulation.events = 0;
            simulation.bytes = 0;
        }
        int first = isNew ? 0 : -MINUTES_OF_DAY;
        for (simulation.minute = first; simulation.minute <= scenario.minutes(); simulation.minute++) {
            simulation.simulateMinute();
            simulation.store();
            if (simulation.minute >= 0) {
                simulation.scrape();
            }
        }
        Map<String, String> notations = new LinkedHashMap<>();
        simulation.series.forEach((name, values) -> notations.put(simulation.withTarget(name), values.notation()));
        return notations;
    }

    private boolean has(Trouble trouble) {
        return scenario.has(trouble, minute);
    }

    private boolean starts(Trouble trouble) {
        return has(trouble) && !scenario.has(trouble, minute - 1L);
    }

    private ZonedDateTime now() {
        return scenario.start().plusMinutes(minute);
    }

    private boolean isDayOff() {
        DayOfWeek day = now().getDayOfWeek();
        return day == DayOfWeek.SATURDAY
                || day == DayOfWeek.SUNDAY
                || scenario.site().holidays().contains(now().toLocalDate());
    }

    private boolean isWorkingHour() {
        int hour = now().getHour();
        return hour >= 8 && hour < 18 && !isDayOff();
    }

    /** The activity as a share of that in working hours. */
    private double activity() {
        if (has(Trouble.UNUSED)) {
            return 0;
        }
        return isWorkingHour() ? 1 : scenario.site().isEmptyAtNight() ? 0 : 0.05;
    }

    private int randomCount(double average) {
        double limit = Math.exp(-average);
        int count = 0;
        for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
            count++;
        }
        return count;
    }

    private void simulateMinute() {
        if (has(Trouble.DATABASE_DOWN)) {
            return;
        }
        if (starts(Trouble.FAILED_OVER)) {
            failOver();
        }
        people();
        if (!has(Trouble.CELERY_DOWN)) {
            celery();
        }
        forget(sent);
        forget(failed);
        if (now().withZoneSameInstant(ZoneOffset.UTC).toLocalTime().equals(LocalTime.MIDNIGHT) && !isNew) {
            overdue++;
        }
    }

    private void people() {
        double activity = activity();
        if (randomCount(activity * 2) > 0 && !has(Trouble.LOGINS_BROKEN)) {
            login = minute;
            write = minute;
        }
        for (int i = randomCount(activity * scenario.site().mailsAnHour() / 60); i > 0; i--) {
            boolean isWrong = random.nextDouble()
                    < (has(Trouble.ADDRESSES_WRONG) ? 0.33 : scenario.site().wrongAddresses());
            pending.add(new Mail(minute, isWrong, has(Trouble.RECIPIENTS_AWAY) && random.nextInt(3) == 0));
            write = minute;
        }
        if (!isNew && now().getMinute() == 0 && isWorkingHour()) {
            reminders.add(minute);
        }
        if (randomCount(activity) > 0) {
            changes.add(minute);
            write = minute;
        }
        if (randomCount(activity / 60) > 0) {
            categoryChanges.add(minute);
        }
        if (randomCount(activity / 20) > 0) {
            uploads.add(minute);
            bytes += 5e6;
        }
        if (randomCount(activity / 10) > 0) {
            events++;
        }
        if (randomCount(activity / 60) > 0) {
            deleted++;
        }
        if (has(Trouble.UPLOAD_FLOOD)) {
            bytes += 1e8;
        }
        if (has(Trouble.EVENTS_DELETED)) {
            deleted += 15;
            write = minute;
        }
        if (has(Trouble.BULK_CHANGE)) {
            bulk += 200;
        }
    }

    private void celery() {
        if (now().getMinute() % TICK == 0) {
            heartbeat = minute;
            write = minute;
        }
        if (!has(Trouble.MAIL_SERVER_DOWN)) {
            pending.removeIf(mail -> {
                boolean goes = !mail.hopeless() && !(mail.isDelayed() && has(Trouble.RECIPIENTS_AWAY));
                if (goes) {
                    sent.add(mail.logged());
                    sentLast = Math.max(sentLast, mail.logged());
                }
                return goes;
            });
        }
        pending.removeIf(mail -> {
            boolean fails = minute - mail.logged() >= GIVES_UP_AFTER;
            if (fails) {
                failed.add(mail.logged());
            }
            return fails;
        });
        if (now().getMinute() % 5 == 0 && !has(Trouble.REMINDERS_BROKEN)) {
            reminders.clear();
        }
        if (now().getMinute() % 15 == 0 && !has(Trouble.SEARCH_DOWN) && !has(Trouble.QUEUE_RUNS_DISABLED)) {
            changes.clear();
            bulk = has(Trouble.BULK_CHANGE) ? Math.max(0, bulk - 1000) : 0;
            if (!has(Trouble.CATEGORY_CHANGES_STUCK)) {
                categoryChanges.clear();
            }
        }
        LocalTime time = now().toLocalTime();
        if (time.equals(LocalTime.of(6, 0)) && !has(Trouble.CLEAN_UP_BROKEN)) {
            int before = uploads.size();
            uploads.removeIf(upload -> minute - upload > MINUTES_OF_DAY);
            undeletable += has(Trouble.STORAGE_READ_ONLY) ? before - uploads.size() : 0;
        }
        if (time.equals(LocalTime.of(3, 30)) && !has(Trouble.PURGE_BROKEN)) {
            overdue = 0;
        }
    }

    /** The metrics look back one day. */
    private void forget(Deque<Integer> mails) {
        mails.removeIf(logged -> minute - logged >= MINUTES_OF_DAY);
    }

    /** Forgets what happened since the rows that the standby has. */
    private void failOver() {
        Map<String, Double> rows = Objects.requireNonNull(snapshots.peek());
        int last = minute - snapshots.size();
        pending.removeIf(mail -> mail.logged() > last);
        Stream.of(sent, failed, reminders, changes, categoryChanges, uploads)
                .forEach(minutes -> minutes.removeIf(at -> at > last));
        heartbeat = instant(rows, "indico_scheduler_last_heartbeat_timestamp_seconds");
        login = instant(rows, "indico_users_newest_login_timestamp_seconds");
        sentLast = instant(rows, "indico_event_emails_newest_sent_timestamp_seconds");
        events = Objects.requireNonNull(rows.get("indico_num_events")).intValue();
        deleted = Objects.requireNonNull(rows.get("indico_deleted_events{event_type=\"meeting\"}"))
                .intValue();
        bytes = Objects.requireNonNull(rows.get("indico_size_attachment_files"));
        snapshots.clear();
    }

    private void store() {
        if (has(Trouble.REPLAY_STOPPED)) {
            return;
        }
        snapshots.add(rows());
        while (snapshots.size() > (isStandby() ? scenario.site().lag() : 0) + 1) {
            snapshots.remove();
        }
    }

    private boolean isStandby() {
        return scenario.site().lag() >= 0 && !has(Trouble.FAILED_OVER);
    }

    /** Returns the values of all series of families, as if they were read now on the primary. */
    private Map<String, Double> rows() {
        Map<String, Double> rows = new HashMap<>();
        instant(rows, "indico_scheduler_last_heartbeat_timestamp_seconds", heartbeat);
        instant(rows, "indico_users_newest_login_timestamp_seconds", login);
        instant(rows, "indico_reminders_oldest_due_timestamp_seconds", oldest(reminders));
        rows.put("indico_event_emails_1d{state=\"pending\"}", (double) pending.size());
        rows.put("indico_event_emails_1d{state=\"sent\"}", (double) sent.size());
        rows.put("indico_event_emails_1d{state=\"failed\"}", (double) failed.size());
        Mail waiting = pending.peek();
        instant(
                rows,
                "indico_event_emails_oldest_pending_timestamp_seconds",
                waiting == null ? Integer.MIN_VALUE : waiting.logged());
        instant(
                rows,
                "indico_event_emails_newest_sent_timestamp_seconds",
                minute - sentLast < MINUTES_OF_DAY ? sentLast : Integer.MIN_VALUE);
        rows.put("indico_unclaimed_files{state=\"waiting\"}", (double) uploads.size());
        rows.put("indico_unclaimed_files{state=\"deletion_failed\"}", (double) undeletable);
        instant(rows, "indico_unclaimed_files_oldest_waiting_timestamp_seconds", oldest(uploads));
        int fields = overdue / 2;
        rows.put("indico_registration_retention_overdue{scope=\"form\"}", (double) (overdue - fields));
        rows.put("indico_registration_retention_overdue{scope=\"field\"}", (double) fields);
        hanging(rows, Trouble.OFFLINE_COPY_HANGS, "indico_static_sites_oldest_unfinished_timestamp_seconds");
        hanging(rows, Trouble.DATA_EXPORT_HANGS, "indico_data_exports_oldest_running_timestamp_seconds");
        rows.put("indico_data_export_requests{state=\"failed\"}", has(Trouble.DATA_EXPORT_FAILED) ? 1.0 : 0.0);
        rows.put("indico_num_events", (double) events);
        rows.put("indico_deleted_events{event_type=\"lecture\"}", 7.0);
        rows.put("indico_deleted_events{event_type=\"meeting\"}", (double) deleted);
        rows.put("indico_deleted_events{event_type=\"conference\"}", 3.0);
        rows.put("indico_admin_users", (double) administrators());
        rows.put("indico_categories{event_creation_mode=\"open\"}", has(Trouble.CATEGORY_OPENED) ? 3.0 : 2.0);
        rows.put("indico_size_attachment_files", bytes);
        if (isStandby()) {
            instant(rows, "indico_database_replay_timestamp_seconds", write);
        }
        if (scenario.site().hasPlugins()) {
            plugins(rows);
        }
        return rows;
    }

    /** Whoever sets up an Indico becomes its first administrator. */
    private int administrators() {
        if (isNew) {
            return minute < 60 ? 0 : 1;
        }
        return has(Trouble.ADMINISTRATOR_ADDED) ? 5 : 4;
    }

    private void plugins(Map<String, Double> rows) {
        rows.put("indico_size_livesync_queues", (double) bulk + changes.size() + categoryChanges.size());
        instant(rows, "indico_livesync_queue_oldest_entry_timestamp_seconds{agent=\"search\"}", oldest(changes));
        instant(
                rows,
                "indico_livesync_queue_oldest_category_entry_timestamp_seconds{agent=\"search\"}",
                oldest(categoryChanges));
        rows.put("indico_livesync_agent_initial_export_done{agent=\"search\"}", 1.0);
        rows.put("indico_livesync_queue_runs_disabled", has(Trouble.QUEUE_RUNS_DISABLED) ? 1.0 : 0.0);
        rows.put("indico_livesync_category_changes_skipped", 0.0);
        hanging(rows, Trouble.CALLBACK_LOST, "indico_payments_oldest_pending_timestamp_seconds");
    }

    private static int oldest(Deque<Integer> minutes) {
        return Objects.requireNonNullElse(minutes.peek(), Integer.MIN_VALUE);
    }

    private static void instant(Map<String, Double> rows, String name, int at) {
        if (at != Integer.MIN_VALUE) {
            rows.put(name, at * 60.0);
        }
    }

    private static int instant(Map<String, Double> rows, String name) {
        Double seconds = rows.get(name);
        return seconds == null ? Integer.MIN_VALUE : (int) (seconds / 60);
    }

    private void hanging(Map<String, Double> rows, Trouble trouble, String name) {
        scenario.periods().stream()
                .filter(period -> period.trouble() == trouble && has(trouble))
                .forEach(period -> instant(rows, name, period.from()));
    }

    private void scrape() {
        if (has(Trouble.TARGET_GONE)) {
            return;
        }
        boolean isDown = has(Trouble.EXPORTER_DOWN) || starts(Trouble.COLLECTOR_BROKEN);
        set("up", isDown ? 0 : 1);
        if (isDown) {
            readings.clear();
            return;
        }
        @Nullable
        String error = has(Trouble.DATABASE_DOWN) ? "unreachable" : has(Trouble.PASSWORD_CHANGED) ? "auth" : null;
        set(
                LiveWebConfig.EXPIRY.name(),
                has(Trouble.CERTIFICATE_NOT_RENEWED) ? 30 * 86_400 : minute * 60.0 + 60 * 86_400);
        set(Reloads.SUCCESSFUL.name(), has(Trouble.RELOAD_REFUSED) ? 0 : 1);
        set("indico_up", error == null ? 1 : 0);
        for (DatabaseError reason : DatabaseError.values()) {
            set(
                    "indico_database_error{reason=\"" + reason.label() + "\"}",
                    reason.label().equals(error) ? 1 : 0);
        }
        set(
                "indico_schema_info{component=\"indico\",revision=\"0c7c1e9c0b4f\",release=\""
                        + (has(Trouble.RELEASE_UNKNOWN) ? "unknown" : "3.3.12") + "\"}",
                1);
        Map<String, Map<String, Double>> byCollector = new TreeMap<>();
        Map<String, String> classes = new HashMap<>();
        for (Map.Entry<String, Double> row :
                Objects.requireNonNull(snapshots.peek()).entrySet()) {
            CollectorStatus declaring = collectors.computeIfAbsent(
                    row.getKey(), name -> catalogue.collectorOf(name.replaceFirst("\\{.*", "")));
            byCollector
                    .computeIfAbsent(declaring.name(), collector -> new HashMap<>())
                    .put(row.getKey(), row.getValue());
            classes.put(declaring.name(), declaring.refreshClass().label());
        }
        byCollector.forEach((collector, rows) ->
                collector(collector, Objects.requireNonNull(classes.get(collector)), rows, error == null));
    }

    private void collector(String name, String refreshClass, Map<String, Double> rows, boolean isReachable) {
        int ttl = Objects.requireNonNull(TTL.get(refreshClass));
        Reading reading = readings.computeIfAbsent(name, ignored -> new Reading());
        @Nullable String skipped = skipped(name);
        if (skipped != null) {
            set("indico_collector_skipped{collector=\"" + name + "\",reason=\"" + skipped + "\"}", 1);
            readings.put(name, new Reading());
            return;
        }
        boolean isDue = reading.attempt == Integer.MIN_VALUE || minute - reading.attempt >= ttl;
        boolean retries = !reading.isSuccessful && isReachable && !isBroken(name);
        if (isDue || retries) {
            reading.attempt = minute;
            reading.isSuccessful = isReachable && !isBroken(name);
            if (reading.isSuccessful) {
                reading.values = rows;
                reading.success = minute;
            }
        }
        String label = "{collector=\"" + name + "\"}";
        set("indico_collector_success" + label, reading.isSuccessful ? 1 : 0);
        set("indico_collector_ttl_seconds" + label, ttl == 1 ? 55 : ttl * 60);
        set("indico_collector_duration_seconds" + label, 0.25);
        if (reading.success != Integer.MIN_VALUE) {
            set("indico_collector_last_success_timestamp_seconds" + label, reading.success * 60.0);
            if (minute - reading.success <= Objects.requireNonNull(MAX_AGE.get(refreshClass))) {
                reading.values.forEach(this::set);
            }
        }
    }

    private boolean isBroken(String collector) {
        return collector.equals(SLOW) && (has(Trouble.QUERY_TOO_SLOW) || has(Trouble.COLLECTOR_BROKEN));
    }

    private @Nullable String skipped(String collector) {
        if (collector.equals("users") && has(Trouble.RIGHT_MISSING)) {
            return "privilege_missing";
        }
        return collector.equals("exports") && has(Trouble.TABLE_MISSING) ? "table_missing" : null;
    }

    private void set(String name, double value) {
        series.computeIfAbsent(name, ignored -> new Series(scenario.minutes() + 1))
                .set(minute, value);
    }

    private String withTarget(String name) {
        Map<String, String> labels = new TreeMap<>(scenario.site().labels());
        if (!scenario.site().instanceName().isEmpty() && !OF_THE_TARGET.contains(name)) {
            labels.put("instance_name", scenario.site().instanceName());
        }
        String target = labels.entrySet().stream()
                .map(label -> label.getKey() + "=\"" + label.getValue() + '"')
                .collect(Collectors.joining(","));
        int brace = name.indexOf('{');
        return brace < 0
                ? name + '{' + target + '}'
                : name.substring(0, brace + 1) + target + ',' + name.substring(brace + 1);
    }

    /** Returns the names of the families that have series. */
    static Set<String> families(Map<String, String> run) {
        return run.keySet().stream()
                .map(name -> name.substring(0, name.indexOf('{')))
                .collect(Collectors.toSet());
    }
}
