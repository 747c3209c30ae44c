package io.getindico.metrics.exporter.dashboards;

import static io.getindico.metrics.exporter.dashboards.Panel.barGauge;
import static io.getindico.metrics.exporter.dashboards.Panel.bars;
import static io.getindico.metrics.exporter.dashboards.Panel.lines;
import static io.getindico.metrics.exporter.dashboards.Panel.stacked;
import static io.getindico.metrics.exporter.dashboards.Panel.stat;
import static io.getindico.metrics.exporter.dashboards.Panel.table;
import static io.getindico.metrics.exporter.dashboards.Panel.text;
import static io.getindico.metrics.exporter.dashboards.Unit.BYTES;
import static io.getindico.metrics.exporter.dashboards.Unit.COUNT;
import static io.getindico.metrics.exporter.dashboards.Unit.MINUTES;
import static io.getindico.metrics.exporter.dashboards.Unit.NONE;
import static io.getindico.metrics.exporter.dashboards.Unit.SECONDS;
import static io.getindico.metrics.exporter.dashboards.Unit.SHARE;

/** Whether Indico works behind the scenes, and whether the figures of all boards are fresh. */
final class OperationsBoard {
    private static final String AGE = "time() - indico_collector_last_success_timestamp_seconds";

    private OperationsBoard() {}

    static Board board() {
        return new Board(
                        "Operations",
                        "Whether Indico works behind the scenes, and whether the figures of these boards are fresh.",
                        "now-24h",
                        "30s",
                        "",
                        "indico_up")
                .row(health())
                .row(signs())
                .row(mails())
                .row(jobs())
                .row(search())
                .row(collectors())
                .row(exporter())
                .row(database())
                .row(credentials())
                .row(versions());
    }

    private static Row health() {
        return Row.of("Health")
                .line(
                        stat("Exporter", NONE, "Whether the exporter reached Indico's database in the last 15 seconds.")
                                .nothing("no exporter")
                                .map("1", "up", "green")
                                .map("0", "no database", "red")
                                .show("up", "indico_up"),
                        stat(
                                        "Scheduler heartbeat",
                                        SECONDS,
                                        "Age of the heartbeat that Indico's Celery writes every 30 minutes.")
                                .nothing("no heartbeat yet")
                                .limits(2400, 3600)
                                .show("age", "time() - indico_scheduler_last_heartbeat_timestamp_seconds"),
                        stat("Oldest overdue reminder", SECONDS, "Time since the oldest unsent reminder was due.")
                                .nothing("none is overdue")
                                .limits(600, 900)
                                .show("age", "time() - indico_reminders_oldest_due_timestamp_seconds"),
                        stat(
                                        "Oldest pending email",
                                        SECONDS,
                                        "Age of the oldest event email of the last day that is not sent; one mistyped address stays pending for 4.8 hours.")
                                .nothing("none is pending")
                                .show("age", "time() - indico_event_emails_oldest_pending_timestamp_seconds"),
                        stat(
                                        "Search lag",
                                        SECONDS,
                                        "Age of the oldest change that the search engine does not have, without changes of categories.")
                                .nothing("no change waits")
                                .limits(1800, 2700)
                                .show("age", "max(time() - indico_livesync_queue_oldest_entry_timestamp_seconds)"),
                        stat("Announcement", NONE, "Whether Indico shows an announcement on every page.")
                                .map("1", "shown", "blue")
                                .map("0", "none", "green")
                                .show("shown", "indico_announcement_enabled"));
    }

    private static Row signs() {
        return Row.of("Signs of life")
                .line(
                        barGauge(
                                        "Time since the newest",
                                        SECONDS,
                                        "Time since people last did something in Indico; a copy or a stalled replica stands still.")
                                .nothing("nothing yet")
                                .show("log entry", "time() - indico_event_log_newest_entry_timestamp_seconds")
                                .show("login", "time() - indico_users_newest_login_timestamp_seconds")
                                .show("event", "time() - indico_events_newest_created_timestamp_seconds"),
                        stacked(
                                        "Log entries in a day",
                                        COUNT,
                                        "Entries of event logs in the 24 hours before each moment, by area.")
                                .show("{{realm}}", "sum by (realm) (indico_event_log_entries_1d)"),
                        lines(
                                        "People at work",
                                        COUNT,
                                        "Users with an entry in an event log in the 24 hours before each moment.")
                                .fromZero()
                                .show("users", "indico_event_log_users_1d"));
    }

    private static Row mails() {
        return Row.of("Emails and reminders")
                .line(
                        stacked(
                                        "Emails in a day",
                                        COUNT,
                                        "Event emails of the 24 hours before each moment, by state; failed means that ten attempts failed.")
                                .show("{{state}}", "sum by (state) (indico_event_emails_1d)"),
                        lines(
                                        "Emails that are not sent",
                                        COUNT,
                                        "Event emails of the 24 hours before each moment that are pending or failed.")
                                .fromZero()
                                .show(
                                        "{{state}}",
                                        "sum by (state) (indico_event_emails_1d{state=~\"pending|failed\"})"),
                        lines(
                                        "Unsent reminders",
                                        COUNT,
                                        "Reminders that are not sent, by state; suppressed ones belong to events that are deleted or do not happen.")
                                .fromZero()
                                .needs("Indico 3.2.6")
                                .show("{{state}}", "sum by (state) (indico_unsent_reminders)"))
                .line(
                        stat(
                                        "Newest sent email",
                                        SECONDS,
                                        "Time since the newest event email that was sent was logged.")
                                .nothing("none in a day")
                                .show("age", "time() - indico_event_emails_newest_sent_timestamp_seconds"),
                        stat(
                                        "Application log in a day",
                                        COUNT,
                                        "Entries of the log of administrators in the last day, by area.")
                                .needs("Indico 3.3.7")
                                .show("{{realm}}", "sum by (realm) (indico_app_log_entries_1d)"));
    }

    private static Row jobs() {
        return Row.of("Jobs and files")
                .line(
                        stat(
                                        "Oldest offline copy",
                                        SECONDS,
                                        "Age of the oldest offline copy of an event that is not finished.")
                                .nothing("none is running")
                                .limits(3600, 21600)
                                .show("age", "time() - indico_static_sites_oldest_unfinished_timestamp_seconds"),
                        stat(
                                        "Oldest data export",
                                        SECONDS,
                                        "Age of the oldest export of personal data that is still running.")
                                .nothing("none is running")
                                .limits(3600, 21600)
                                .show("age", "time() - indico_data_exports_oldest_running_timestamp_seconds"),
                        stat(
                                        "Oldest unclaimed file",
                                        SECONDS,
                                        "Age of the oldest upload that belongs to nothing; a daily job deletes those of more than a day.")
                                .nothing("none waits")
                                .limits(172800, 216000)
                                .show("age", "time() - indico_unclaimed_files_oldest_waiting_timestamp_seconds"),
                        stat("Unclaimed files", COUNT, "Uploads that belong to nothing, by what happens to them.")
                                .show("{{state}}", "sum by (state) (indico_unclaimed_files)"),
                        stat(
                                        "Size of unclaimed files",
                                        BYTES,
                                        "Size of the uploads that belong to nothing, by what happens to them.")
                                .show("{{state}}", "sum by (state) (indico_unclaimed_file_bytes)"))
                .line(
                        barGauge("Offline copies", COUNT, "Offline copies of events, by state.")
                                .show("{{state}}", "sum by (state) (indico_static_sites)"),
                        barGauge(
                                        "Exports of personal data",
                                        COUNT,
                                        "Newest export of personal data of each user, by state.")
                                .needs("Indico 3.3")
                                .show("{{state}}", "sum by (state) (indico_data_export_requests)"));
    }

    private static Row search() {
        return Row.of("Search index")
                .needs("the livesync plugin")
                .line(
                        stacked(
                                        "Queue by object",
                                        COUNT,
                                        "Changes that the search engine does not have yet, by the kind of object.")
                                .nothing("the queue is empty")
                                .show("{{object_type}}", "sum by (object_type) (indico_livesync_queue_entries) > 0"),
                        lines(
                                        "Oldest change",
                                        MINUTES,
                                        "Largest age, in the hour before each moment, of the oldest change that the search engine does not have, by agent.")
                                .fromZero()
                                .nothing("the queue is empty")
                                .show(
                                        "{{agent}}",
                                        "max_over_time((time() - indico_livesync_queue_oldest_entry_timestamp_seconds)[1h:1m]) / 60")
                                .show(
                                        "{{agent}}, categories",
                                        "max_over_time((time() - indico_livesync_queue_oldest_category_entry_timestamp_seconds)[1h:1m]) / 60"),
                        lines(
                                        "Longest pause between runs",
                                        MINUTES,
                                        "Longest time since a run in the hour before each moment, by agent; agents run every 15 minutes.")
                                .fromZero()
                                .nothing("no run yet")
                                .limits(30, 45)
                                .show(
                                        "{{agent}}",
                                        "max_over_time((time() - indico_livesync_agent_last_run_timestamp_seconds)[1h:1m]) / 60"))
                .line(
                        table(
                                        "Agents",
                                        "The agents, whether their initial export is done (1), and how many processed changes are kept.")
                                .height(4)
                                .nothing("no agent")
                                .column("Info", NONE, "indico_livesync_agent_info")
                                .column(
                                        "Initial export",
                                        NONE,
                                        "sum by (agent) (indico_livesync_agent_initial_export_done)")
                                .column("Kept changes", COUNT, "sum by (agent) (indico_livesync_processed_entries)")
                                .hide("Value #A"),
                        stat("Queue runs", NONE, "Whether a setting of the plugin stops all runs.")
                                .map("0", "on", "green")
                                .map("1", "off", "orange")
                                .show("runs", "indico_livesync_queue_runs_disabled"),
                        stat(
                                        "Category changes",
                                        NONE,
                                        "Whether a setting of the plugin leaves changes of categories in the queue.")
                                .map("0", "processed", "green")
                                .map("1", "left", "orange")
                                .show("changes", "indico_livesync_category_changes_skipped"));
    }

    private static Row collectors() {
        return Row.of("Collectors")
                .line(
                        table(
                                        "Queries that do not run",
                                        "Collectors with a query that cannot run here, or whose last attempt failed, with the reason; plugin_absent and release are no faults.")
                                .height(8)
                                .nothing("none")
                                .column("Cannot run", NONE, "indico_collector_skipped")
                                .column("Fails", NONE, "indico_collector_failing"),
                        bars("Failed readings", COUNT, "Failed readings between two points, by collector.")
                                .nothing("none")
                                .show(
                                        "{{collector}}",
                                        "sum by (collector) (increase(indico_collector_failures_total[$__rate_interval])) > 0"),
                        barGauge("Why the database cannot be read", NONE, "Reasons that apply now.")
                                .nothing("it can be read")
                                .show("{{reason}}", "indico_database_error > 0"))
                .line(
                        lines(
                                        "Oldest values against their TTL",
                                        SHARE,
                                        "Largest age of a collector's values as a multiple of its TTL, in the half hour before each moment; beyond 300 % an alert fires.")
                                .fromZero()
                                .needs("a minute of data")
                                .limits(2, 3)
                                .show(
                                        "oldest",
                                        "max(max_over_time(((" + AGE + ") / indico_collector_ttl_seconds)[30m:1m]))"),
                        lines(
                                        "Duration of the slowest readings",
                                        SECONDS,
                                        "Duration of the last reading of the five slowest collectors.")
                                .fromZero()
                                .show("{{collector}}", "topk(5, indico_collector_duration_seconds)"),
                        lines(
                                        "Share of a database core",
                                        SHARE,
                                        "Time of readings in a second, if each collector is read once in a TTL.")
                                .fromZero()
                                .show("share", "sum(indico_collector_duration_seconds / indico_collector_ttl_seconds)"))
                .line(table(
                                "Collectors",
                                "For each collector, whether its last reading succeeded (1), the age of its values, the same as a multiple of its TTL, how long the reading took, and with collector-metrics: all the rows and index entries that PostgreSQL read for it.")
                        .height(14)
                        .column("Success", NONE, "indico_collector_success")
                        .column("Age", SECONDS, AGE)
                        .column("Age / TTL", SHARE, "(" + AGE + ") / indico_collector_ttl_seconds")
                        .column("Duration", SECONDS, "indico_collector_duration_seconds")
                        .column("Rows read", COUNT, "indico_collector_rows_read"));
    }

    private static Row exporter() {
        return Row.of("Exporter")
                .line(
                        lines("Scrape", SECONDS, "How long Prometheus waited for the exporter.")
                                .fromZero()
                                .show("duration", "scrape_duration_seconds"),
                        lines("Series", COUNT, "Series of a scrape, and the most that this configuration can have.")
                                .fromZero()
                                .show("scraped", "scrape_samples_scraped")
                                .compare("limit", "indico_series_limit"),
                        bars(
                                        "Refused requests",
                                        COUNT,
                                        "Requests that the exporter refused between two points, by reason.")
                                .nothing("with several Indicos, the exporter's own target has it")
                                .show(
                                        "{{reason}}",
                                        "sum by (reason) (increase(indico_exporter_rejected_requests_total[$__rate_interval]))"));
    }

    private static Row database() {
        return Row.of("Database")
                .line(
                        lines("Database size", BYTES, "Size of Indico's database on disk.")
                                .fromZero()
                                .show("size", "indico_database_size_bytes"),
                        barGauge("Largest schemas", BYTES, "The ten largest schemas, including their indexes.")
                                .show("{{schema}}", "topk(10, indico_schema_size_bytes)"),
                        stat(
                                        "Replication lag",
                                        SECONDS,
                                        "Age of the last transaction that the standby has replayed; a primary has none.")
                                .nothing("primary")
                                .limits(2100, 2700)
                                .show("age", "time() - indico_database_replay_timestamp_seconds"));
    }

    private static Row credentials() {
        return Row.of("Credentials")
                .line(
                        barGauge(
                                        "Personal tokens",
                                        COUNT,
                                        "Personal access tokens: used in 90 days, earlier, never, or revoked.")
                                .show("{{state}}", "sum by (state) (indico_personal_tokens)"),
                        barGauge("OAuth tokens", COUNT, "OAuth tokens: used in 90 days, earlier, never, or revoked.")
                                .show("{{state}}", "sum by (state) (indico_oauth_tokens)"),
                        barGauge(
                                        "Keys of the old HTTP API",
                                        COUNT,
                                        "API keys: used in 90 days, earlier, never, blocked, or replaced by a newer one.")
                                .show("{{state}}", "sum by (state) (indico_api_keys)"),
                        barGauge("OAuth applications", COUNT, "OAuth applications by state, including Indico's own.")
                                .show("{{state}}", "sum by (state) (indico_oauth_applications)"))
                .line(lines(
                                "API requests per hour",
                                COUNT,
                                "Requests with existing credentials in the hour before each moment; deleting a credential lowers the line.")
                        .fromZero()
                        .show("{{credential}}", "sum by (credential) (delta(indico_api_uses[1h]))"));
    }

    private static Row versions() {
        return Row.of("Versions")
                .line(
                        text(
                                        "Indico",
                                        "Version of the Celery worker that ran the first heartbeat after the last start of the scheduler.")
                                .nothing("no heartbeat yet")
                                .show("{{version}}", "indico_scheduler_info"),
                        text("PostgreSQL", "Version of the server, and whether it is a primary or a standby.")
                                .show("{{server_version}} {{role}}", "indico_database_info"),
                        text("Exporter", "Version of the exporter and of Java.")
                                .show("{{version}}, Java {{java_version}}", "indico_metrics_build_info"),
                        text("Time zone", "Time zone in which room bookings are read, and where it was found.")
                                .show("{{zone}} ({{origin}})", "indico_zone_info"))
                .line(table(
                                "Schema",
                                "Revision of Indico's schema and of each plugin's schema, and the releases of Indico that have it.")
                        .height(5)
                        .column("Value", NONE, "indico_schema_info")
                        .hide("Value"));
    }
}
