package io.getindico.metrics.exporter.rules;

import io.getindico.metrics.exporter.promql.Catalogue;
import io.getindico.metrics.exporter.rules.RuleCases.Case;
import io.getindico.metrics.exporter.rules.RuleCases.Expected;
import io.getindico.metrics.exporter.rules.RuleCases.Firing;
import io.getindico.metrics.exporter.rules.Scenario.Site;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One thing that goes wrong at a busy Indico on a Tuesday, and the alert that must fire.
 *
 * @param minutes after which the alert fires
 * @param labels of the alert, besides those of the target and the severity
 * @param summary what the alert says
 */
record Fault(
        String name,
        String alert,
        int minutes,
        Map<String, String> labels,
        String summary,
        Trouble trouble,
        Scenario scenario,
        int from,
        int until) {
    private static final int HOUR = 60;
    private static final int DAY = 24 * HOUR;
    static final Site BUSY = new Site(300, 0.01, false, true, -1, Site.TARGET, "", Set.of());
    private static final ZonedDateTime TUESDAY = ZonedDateTime.parse("2026-06-16T09:00+02:00[Europe/Zurich]");

    /** The faults in the order of the alerts. */
    static List<Fault> all() {
        return List.of(
                fault("The exporter is killed", Trouble.EXPORTER_DOWN, 90)
                        .fires("IndicoExporterDown", 5, "Prometheus cannot scrape the exporter of Indico."),
                fault("Prometheus loses the exporter's target", Trouble.TARGET_GONE, 90)
                        .fires(
                                "IndicoExporterDown",
                                5,
                                "Prometheus has no target of the exporter's job and environment."),
                fault("PostgreSQL is stopped for twelve hours", Trouble.DATABASE_DOWN, 12 * HOUR)
                        .rightAfterATick()
                        .fires(
                                "IndicoDatabaseUnreachable",
                                5,
                                "The exporter cannot read Indico's database: unreachable."),
                fault("The role's password is changed", Trouble.PASSWORD_CHANGED, 2 * HOUR)
                        .fires("IndicoDatabaseUnreachable", 5, "The exporter cannot read Indico's database: auth."),
                fault("Celery is stopped", Trouble.CELERY_DOWN, 5 * HOUR)
                        .rightAfterATick()
                        .fires(
                                "IndicoSchedulerSilent",
                                65,
                                "Indico's Celery last ran the scheduler's heartbeat 1h 6m 0s ago."),
                fault("The reminder task fails", Trouble.REMINDERS_BROKEN, 3 * HOUR)
                        .fires("IndicoRemindersOverdue", 36, "A reminder should have gone out 36m 0s ago."),
                fault("The mail server is down", Trouble.MAIL_SERVER_DOWN, 3 * HOUR)
                        .with("state", "pending")
                        .fires("IndicoMailsStuck", 45, "238 emails wait, and none of the last half hour has gone out."),
                fault("The mail server of many recipients is away", Trouble.RECIPIENTS_AWAY, 3 * HOUR)
                        .with("state", "pending")
                        .fires("IndicoMailsWaiting", 130, "216 emails wait, some of them for more than half an hour."),
                fault("A third of the addresses of a mailing does not exist", Trouble.ADDRESSES_WRONG, 4 * HOUR)
                        .lasting(3 * DAY)
                        .with("state", "failed")
                        .fires(
                                "IndicoMailsFailing",
                                405,
                                "200 emails of the last day failed, more than one in twenty."),
                fault("Nobody can log in", Trouble.LOGINS_BROKEN, 4 * HOUR)
                        .after(7)
                        .fires(
                                "IndicoNoLogins",
                                90,
                                "Nobody has logged in for 1h 32m 0s, unlike at the same time a week ago."),
                fault("A query takes longer than its budget", Trouble.QUERY_TOO_SLOW, 2 * HOUR)
                        .with("collector", "categories")
                        .fires(
                                "IndicoCollectorStale",
                                21,
                                "The values of the collector categories are 5 times as old as they should be at most."),
                fault("A collector fails from the start of the exporter", Trouble.COLLECTOR_BROKEN, 2 * HOUR)
                        .with("collector", "categories")
                        .fires(
                                "IndicoCollectorFailing",
                                16,
                                "The collector categories has failed since the exporter started."),
                fault("The role loses a right", Trouble.RIGHT_MISSING, 2 * HOUR)
                        .with("collector", "users")
                        .with("reason", "privilege_missing")
                        .fires(
                                "IndicoPrivilegeMissing",
                                15,
                                "The exporter's role lacks a right that the collector users needs."),
                fault("An upgrade of Indico drops a table", Trouble.TABLE_MISSING, 3 * HOUR)
                        .with("collector", "exports")
                        .with("reason", "table_missing")
                        .fires(
                                "IndicoCollectorSkipped",
                                60,
                                "The collector exports cannot read some of its metrics (table_missing)."),
                fault("Indico is upgraded to an unknown release", Trouble.RELEASE_UNKNOWN, 3 * HOUR)
                        .with("component", "indico")
                        .with("revision", "0c7c1e9c0b4f")
                        .with("release", "unknown")
                        .fires(
                                "IndicoReleaseUnknown",
                                60,
                                "The exporter does not know the release of Indico with schema revision 0c7c1e9c0b4f."),
                fault("The standby's replay stops", Trouble.REPLAY_STOPPED, 3 * HOUR)
                        .at(BUSY.readFromStandby(0))
                        .fires(
                                "IndicoReplicaStalled",
                                55,
                                "The standby that the exporter reads last replayed a transaction 56m 0s ago."),
                fault("The exporter's certificate is not renewed", Trouble.CERTIFICATE_NOT_RENEWED, 3 * HOUR)
                        .fires(
                                "IndicoExporterCertificateExpires",
                                60,
                                "The exporter's certificate expires in 29d 22h 0m 0s."),
                fault("Somebody reloads a wrong setting", Trouble.RELOAD_REFUSED, HOUR)
                        .fires(
                                "IndicoExporterReloadRefused",
                                5,
                                "The exporter refused its settings at the last reload, and the ones before stay in"
                                        + " force."),
                fault("The search server refuses changes", Trouble.SEARCH_DOWN, 3 * HOUR)
                        .with("agent", "search")
                        .fires(
                                "IndicoLivesyncStuck",
                                51,
                                "The search agent search has not processed a change that was made 1h 1m 0s ago."),
                fault("Changes of categories are not sent", Trouble.CATEGORY_CHANGES_STUCK, 4 * HOUR)
                        .with("agent", "search")
                        .fires(
                                "IndicoLivesyncStuck",
                                132,
                                "The search agent search has not processed a change that was made 1h 1m 0s ago."),
                fault("Somebody leaves the queue runs disabled", Trouble.QUEUE_RUNS_DISABLED, 3 * HOUR)
                        .fires(
                                "IndicoLivesyncDisabled",
                                120,
                                "A setting of the livesync plugin has disabled all queue runs for more than two hours."),
                fault("A script changes more than livesync can send", Trouble.BULK_CHANGE, 4 * HOUR)
                        .fires(
                                "IndicoLivesyncBacklog",
                                200,
                                "27005 changes wait for the search index, and their number grows."),
                fault("The storage of uploads becomes read-only", Trouble.STORAGE_READ_ONLY, DAY)
                        .lasting(3 * DAY)
                        .fires("IndicoFilesNotDeleted", 1260, "Indico does not delete the uploads that nobody uses."),
                fault("The daily clean-up does not run", Trouble.CLEAN_UP_BROKEN, 2 * DAY)
                        .lasting(3 * DAY + 12 * HOUR)
                        .fires("IndicoFilesNotDeleted", 2175, "Indico does not delete the uploads that nobody uses."),
                fault("The nightly purge of personal data fails", Trouble.PURGE_BROKEN, 2 * DAY)
                        .lasting(3 * DAY)
                        .fires(
                                "IndicoRetentionOverdue",
                                2400,
                                "Personal data of registrations was not deleted after its retention period (2 forms or fields)."),
                fault("The creation of an offline copy hangs", Trouble.OFFLINE_COPY_HANGS, 7 * HOUR)
                        .fires(
                                "IndicoJobsStuck",
                                376,
                                "An offline copy or an export of personal data has not ended for 6h 16m 0s."),
                fault("An export of personal data hangs", Trouble.DATA_EXPORT_HANGS, 7 * HOUR)
                        .fires(
                                "IndicoJobsStuck",
                                376,
                                "An offline copy or an export of personal data has not ended for 6h 16m 0s."),
                fault("An export of personal data fails", Trouble.DATA_EXPORT_FAILED, 3 * HOUR)
                        .with("state", "failed")
                        .fires(
                                "IndicoDataExportFailed",
                                60,
                                "An export of personal data failed, and the user still waits for it (1 in all)."),
                fault("A payment provider does not call back", Trouble.CALLBACK_LOST, 30 * HOUR)
                        .lasting(2 * DAY)
                        .fires(
                                "IndicoPaymentsStuck",
                                1515,
                                "A payment has been pending at its provider for 1d 1h 15m 0s."),
                fault("A script deletes 300 events", Trouble.EVENTS_DELETED, 20)
                        .fires("IndicoMassDeletion", 12, "About 167 events were deleted within an hour."),
                fault("Somebody becomes an administrator", Trouble.ADMINISTRATOR_ADDED, HOUR)
                        .fires("IndicoAdministratorsChanged", 2, "The number of Indico's administrators changed."),
                fault("A category is opened to everybody", Trouble.CATEGORY_OPENED, 2 * HOUR)
                        .with("event_creation_mode", "open")
                        .fires(
                                "IndicoOpenCategories",
                                2,
                                "There are more categories in which anybody may create events."),
                fault("Somebody uploads far more than usual", Trouble.UPLOAD_FLOOD, 3 * HOUR)
                        .lasting(2 * DAY)
                        .after(33)
                        .fires(
                                "IndicoStorageAboveTrend",
                                120,
                                "Attachments grew by 12.25GB in a day, five times as much as usual."));
    }

    /** A fault that begins an hour after the first scrape, and that somebody repairs 100 minutes before the last one. */
    private static Fault fault(String name, Trouble trouble, int duration) {
        Duration length = Duration.ofMinutes(HOUR + duration + 100);
        Scenario scenario = new Scenario(name, BUSY, TUESDAY, length, List.of());
        return new Fault(name, "", 0, Map.of(), "", trouble, scenario, HOUR, HOUR + duration);
    }

    private Fault fires(String theAlert, int afterMinutes, String says) {
        return new Fault(name, theAlert, afterMinutes, labels, says, trouble, scenario, from, until);
    }

    private Fault with(String label, String value) {
        Map<String, String> more = new LinkedHashMap<>(labels);
        more.put(label, value);
        return new Fault(name, alert, minutes, more, summary, trouble, scenario, from, until);
    }

    private Fault in(Scenario other, int later) {
        return new Fault(name, alert, minutes, labels, summary, trouble, other, from + later, until + later);
    }

    private Fault at(Site site) {
        return in(scenario.at(site), 0);
    }

    private Fault lasting(int length) {
        return in(new Scenario(name, scenario.site(), scenario.start(), Duration.ofMinutes(length), List.of()), 0);
    }

    /** The same fault after some days of history. */
    private Fault after(int days) {
        ZonedDateTime start = scenario.start().minusDays(days);
        return in(new Scenario(name, scenario.site(), start, scenario.length().plusDays(days), List.of()), days * DAY);
    }

    private Fault rightAfterATick() {
        return in(scenario, 1);
    }

    /** How often the rules are evaluated, in minutes. Days take too long at one minute. */
    int interval() {
        return scenario.minutes() <= DAY ? 1 : 15;
    }

    /** Returns the time after which the alert fires. */
    String time() {
        return minutes < 2 * HOUR ? minutes + " min" : "%d h %02d min".formatted(minutes / HOUR, minutes % HOUR);
    }

    /** Selects the alerts that may not fire besides: all while the database is away, and otherwise those that page. */
    private String others() {
        return alert.equals("IndicoDatabaseUnreachable") ? "" : "severity=\"critical\",";
    }

    /** The alert is pending, fires after the stated time and no sooner, and ends. */
    Case test(Catalogue catalogue, Rule rule) {
        int fires = from + minutes;
        int end = scenario.minutes();
        Map<String, String> all = new TreeMap<>(labels);
        all.put("severity", rule.severity());
        if (trouble != Trouble.TARGET_GONE) {
            all.putAll(Site.TARGET);
        }
        return new Case(
                name,
                Simulation.run(scenario.with(trouble, from, until), catalogue),
                List.of(
                        states(from - interval(), ""),
                        states(fires - interval(), "pending"),
                        states(fires, "firing"),
                        states(end, ""),
                        new Expected(
                                end,
                                "count by (alertname) (count_over_time(ALERTS{alertstate=\"firing\"," + others()
                                        + "alertname!=\"" + alert + "\"}[" + end + "m]))",
                                List.of())),
                List.of(new Firing(fires, alert, all, Map.of("summary", summary, "runbook_url", Runbook.url(alert)))));
    }

    /** Which states the alert is in. */
    private Expected states(int minute, String state) {
        return new Expected(
                minute,
                "sum by (alertstate) (ALERTS{alertname=\"" + alert + "\"})",
                state.isEmpty() ? List.of() : List.of("{alertstate=\"" + state + "\"}"));
    }
}
