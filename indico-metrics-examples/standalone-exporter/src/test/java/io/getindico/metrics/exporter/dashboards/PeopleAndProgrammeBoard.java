package io.getindico.metrics.exporter.dashboards;

import static io.getindico.metrics.exporter.dashboards.Panel.barGauge;
import static io.getindico.metrics.exporter.dashboards.Panel.lines;
import static io.getindico.metrics.exporter.dashboards.Panel.stacked;
import static io.getindico.metrics.exporter.dashboards.Panel.stat;
import static io.getindico.metrics.exporter.dashboards.Unit.COUNT;
import static io.getindico.metrics.exporter.dashboards.Unit.SECONDS;
import static io.getindico.metrics.exporter.dashboards.Unit.SHARE;

/** Events of today, registration, payment, abstracts, papers, editing, and what waits for a manager. */
final class PeopleAndProgrammeBoard {
    private static final String NONE_WAITS = "none waits";
    private static final String NO_PAYMENT = "no payment yet";
    private static final String NO_REQUEST = "no request yet";

    private PeopleAndProgrammeBoard() {}

    static Board board() {
        return new Board(
                        "People and programme",
                        "Events, registration, payment, abstracts, papers and editing, and what waits for an answer.",
                        "now-30d",
                        "5m",
                        "",
                        "indico_num_events")
                .row(events())
                .row(waiting())
                .row(registration())
                .row(payment())
                .row(abstracts())
                .row(papers())
                .row(requests())
                .row(surveys());
    }

    private static Row events() {
        return Row.of("Events")
                .line(
                        stat("Start within 1 h", COUNT, "Events that start within the next hour.")
                                .show("events", "indico_events_starting_1h"),
                        stat(
                                        "Peak of the next day",
                                        COUNT,
                                        "Largest number of events that run at the same time within the next day.")
                                .show("events", "indico_upcoming_events_peak_1d"),
                        stat(
                                        "People at events now",
                                        COUNT,
                                        "Registrations for ongoing events, checked in or still expected.")
                                .show("{{state}}", "sum by (state) (indico_ongoing_registrations)"),
                        stat("Administrators", COUNT, "Administrators who are neither deleted nor blocked.")
                                .show("users", "indico_admin_users"))
                .line(
                        stacked("Ongoing events", COUNT, "Events that are running at each moment, by type.")
                                .show("{{event_type}}", "sum by (event_type) (indico_ongoing_events)"),
                        barGauge("Today", COUNT, "Events that take place today, by type.")
                                .show("{{event_type}}", "sum by (event_type) (indico_events_today)"),
                        barGauge("Ahead", COUNT, "Events that start in the future, by type.")
                                .show("{{event_type}}", "sum by (event_type) (indico_upcoming_events)"));
    }

    private static Row waiting() {
        return Row.of("Waiting for an answer")
                .line(
                        stat("Account requests", COUNT, "Account requests that wait for an administrator.")
                                .show("requests", "indico_user_registration_requests"),
                        stat("Move requests", COUNT, "Requests to move an event into a moderated category.")
                                .show("requests", "indico_event_move_requests{state=\"pending\"}"),
                        stat("Service requests", COUNT, "Pending service requests of events that are not over.")
                                .nothing(NO_REQUEST)
                                .show("requests", "sum(indico_waiting_event_requests)"),
                        stat(
                                        "Retention overdue",
                                        COUNT,
                                        "Registration forms and fields whose personal data Indico should have deleted yesterday or earlier.")
                                .limits(1, 100)
                                .show("{{scope}}", "indico_registration_retention_overdue"))
                .line(barGauge("Longest wait", SECONDS, "Age of the oldest item that waits, of each kind.")
                        .nothing(NONE_WAITS)
                        .show("move request", "time() - indico_event_move_requests_oldest_pending_timestamp_seconds")
                        .show(
                                "{{request_type}} request",
                                "time() - indico_event_requests_oldest_waiting_timestamp_seconds")
                        .show("registration", "time() - indico_registrations_oldest_pending_timestamp_seconds")
                        .show("abstract", "time() - indico_abstracts_oldest_submitted_timestamp_seconds")
                        .show("paper", "time() - indico_papers_oldest_submitted_timestamp_seconds")
                        .show("editable", "time() - indico_editables_oldest_ready_timestamp_seconds")
                        .show("payment", "time() - indico_payments_oldest_pending_timestamp_seconds"));
    }

    private static Row registration() {
        return Row.of("Registration")
                .line(
                        stat("Open forms", COUNT, "Registration forms that are open now.")
                                .show("forms", "indico_registration_forms{state=\"open\"}"),
                        stat("Forms that open within 1 day", COUNT, "Registration forms that open within the next day.")
                                .show("forms", "indico_registration_forms_opening_1d"),
                        stat("Next form opens in", SECONDS, "Time until the next registration form opens.")
                                .nothing("none is scheduled")
                                .show("time", "indico_registration_forms_next_opening_timestamp_seconds - time()"),
                        stat("Complete registrations", COUNT, "Registrations that are complete.")
                                .show("registrations", "sum(indico_registrations{state=\"complete\"})"),
                        stat("Checked in", SHARE, "Checked-in registrations as a share of the complete ones.")
                                .nothing("no registration")
                                .show(
                                        "share",
                                        "sum(indico_checked_in_registrations) / (sum(indico_registrations{state=\"complete\"}) > 0)"),
                        stat("Newest registration", SECONDS, "Time since the newest registration.")
                                .nothing("no registration")
                                .show("age", "time() - indico_registrations_newest_timestamp_seconds"))
                .line(
                        stacked("Registrations by state", COUNT, "Registrations that are not deleted, by state.")
                                .show("{{state}}", "sum by (state) (indico_registrations)"),
                        stacked(
                                        "Registrations for events that are not over",
                                        COUNT,
                                        "Registrations for upcoming and ongoing events, by state.")
                                .show(
                                        "{{state}}",
                                        "sum by (state) (indico_registrations{event_phase=~\"upcoming|ongoing\"})"))
                .line(
                        lines(
                                        "New registrations",
                                        COUNT,
                                        "Registrations submitted in the last 1, 7 and 30 days before each moment.")
                                .fromZero()
                                .show("1 day", "indico_registrations_submitted_1d")
                                .show("7 days", "indico_registrations_submitted_7d")
                                .show("30 days", "indico_registrations_submitted_30d"),
                        barGauge("Forms by state", COUNT, "Registration forms by state.")
                                .show("{{state}}", "sum by (state) (indico_registration_forms)"));
    }

    private static Row payment() {
        return Row.of("Payment")
                .needs("events with payment")
                .line(
                        barGauge("Newest payment", SECONDS, "Time since the newest successful payment, by provider.")
                                .nothing(NO_PAYMENT)
                                .show("{{provider}}", "time() - indico_payments_newest_successful_timestamp_seconds"),
                        barGauge(
                                        "Transactions",
                                        COUNT,
                                        "Payment transactions by state; a payment that fails at the provider leaves no trace.")
                                .nothing(NO_PAYMENT)
                                .show("{{state}}", "sum by (state) (indico_payment_transactions)"),
                        stacked("Successful payments", COUNT, "Successful payment transactions, by provider.")
                                .nothing(NO_PAYMENT)
                                .show(
                                        "{{provider}}",
                                        "sum by (provider) (indico_payment_transactions{state=\"successful\"})"));
    }

    private static Row abstracts() {
        return Row.of("Abstracts")
                .line(
                        stacked("Abstracts by state", COUNT, "Abstracts of events that are not over, by state.")
                                .show(
                                        "{{state}}",
                                        "sum by (state) (indico_abstracts{event_phase=~\"upcoming|ongoing\"})"),
                        lines(
                                        "New abstracts",
                                        COUNT,
                                        "Abstracts submitted in the last 1, 7 and 30 days before each moment.")
                                .fromZero()
                                .show("1 day", "indico_abstracts_submitted_1d")
                                .show("7 days", "indico_abstracts_submitted_7d")
                                .show("30 days", "indico_abstracts_submitted_30d"),
                        barGauge("All abstracts", COUNT, "Abstracts of all events, by state.")
                                .show("{{state}}", "sum by (state) (indico_abstracts)"));
    }

    private static Row papers() {
        return Row.of("Papers and editing")
                .line(
                        stacked("Papers by state", COUNT, "Papers by the state of their newest revision.")
                                .show("{{state}}", "sum by (state) (indico_papers)"),
                        stacked("Editables by state", COUNT, "Papers, slides and posters in editing, by state.")
                                .needs("Indico 3.3")
                                .show("{{state}}", "sum by (state) (indico_editables)"))
                .line(
                        barGauge(
                                        "Ready for review without an editor",
                                        COUNT,
                                        "Editables that are ready for review and have no editor, by type.")
                                .needs("Indico 3.3")
                                .show("{{editable_type}}", "sum by (editable_type) (indico_unassigned_editables)"),
                        barGauge("Published", COUNT, "Editables with a published revision, by type.")
                                .needs("Indico 3.3")
                                .show("{{editable_type}}", "sum by (editable_type) (indico_published_editables)"));
    }

    private static Row requests() {
        return Row.of("Services")
                .needs("a plugin with service requests")
                .line(
                        barGauge(
                                        "Waiting requests",
                                        COUNT,
                                        "Pending service requests of events that are not over, by type.")
                                .nothing(NO_REQUEST)
                                .show("{{request_type}}", "sum by (request_type) (indico_waiting_event_requests)"),
                        barGauge("Requests by state", COUNT, "Service requests by state.")
                                .nothing(NO_REQUEST)
                                .show("{{state}}", "sum by (state) (indico_event_requests)"));
    }

    private static Row surveys() {
        return Row.of("Calls, surveys and agreements")
                .needs("profile full")
                .line(
                        stat("Open calls for abstracts", COUNT, "Calls for abstracts that are open now.")
                                .show("calls", "indico_calls_for_abstracts{state=\"open\"}"),
                        stat(
                                        "Next deadline for abstracts in",
                                        SECONDS,
                                        "Time until the next open call for abstracts closes.")
                                .nothing("no open call")
                                .show("time", "indico_calls_for_abstracts_next_deadline_timestamp_seconds - time()"),
                        stat("Open calls for papers", COUNT, "Calls for papers that are open now.")
                                .show("calls", "indico_calls_for_papers{state=\"open\"}"),
                        stat("Next deadline for papers in", SECONDS, "Time until the next open call for papers closes.")
                                .nothing("no open call")
                                .show("time", "indico_calls_for_papers_next_deadline_timestamp_seconds - time()"))
                .line(
                        barGauge("Surveys", COUNT, "Surveys by state.")
                                .show("{{state}}", "sum by (state) (indico_surveys)"),
                        barGauge("Survey submissions", COUNT, "Submissions to surveys, by state.")
                                .show("{{state}}", "sum by (state) (indico_survey_submissions)"),
                        barGauge("Agreements", COUNT, "Agreements requested from speakers, by state.")
                                .nothing("no agreement")
                                .show("{{state}}", "sum by (state) (indico_agreements)"));
    }
}
