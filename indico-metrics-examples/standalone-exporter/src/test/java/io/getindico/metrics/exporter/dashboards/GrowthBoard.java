package io.getindico.metrics.exporter.dashboards;

import static io.getindico.metrics.exporter.dashboards.Panel.bars;
import static io.getindico.metrics.exporter.dashboards.Panel.lines;
import static io.getindico.metrics.exporter.dashboards.Panel.stacked;
import static io.getindico.metrics.exporter.dashboards.Panel.stat;
import static io.getindico.metrics.exporter.dashboards.Since.ago;
import static io.getindico.metrics.exporter.dashboards.Since.days;
import static io.getindico.metrics.exporter.dashboards.Since.latest;
import static io.getindico.metrics.exporter.dashboards.Unit.BYTES;
import static io.getindico.metrics.exporter.dashboards.Unit.COUNT;
import static io.getindico.metrics.exporter.dashboards.Unit.SHARE;

/** Years, from imported history and what Prometheus has kept. */
final class GrowthBoard {
    private GrowthBoard() {}

    static Board board() {
        return new Board(
                        "Growth",
                        "How Indico grows over the years, from imported history and what Prometheus has kept.",
                        "now-10y",
                        "",
                        "1d",
                        "indico_num_events")
                .row(now())
                .row(events())
                .row(content())
                .row(programme())
                .row(people())
                .row(storage())
                .row(rooms());
    }

    private static Row now() {
        return Row.of("Now")
                .line(
                        total("Events", COUNT, "Events that are not deleted.", "indico_num_events"),
                        total("Users", COUNT, "Users who are not deleted.", "indico_num_users"),
                        total("Categories", COUNT, "Categories that are not deleted.", "indico_num_categories"),
                        total("Notes", COUNT, "Notes (minutes) that are not deleted.", "indico_num_notes"),
                        total(
                                "Attachments",
                                COUNT,
                                "Attachments that are not deleted, including links.",
                                "indico_num_active_attachment_files"),
                        total(
                                "Attachment storage",
                                BYTES,
                                "Size of all versions of all attachments.",
                                "indico_size_attachment_files"));
    }

    private static Panel total(String title, String unit, String description, String family) {
        return stat(title, unit, description).show(title, latest(family));
    }

    private static Row events() {
        return Row.of("Events")
                .line(
                        stacked("Events by type", COUNT, "Events that are not deleted, by type.")
                                .show("{{event_type}}", "sum by (event_type) (" + latest("indico_events") + ")"),
                        lines(
                                        "Events",
                                        COUNT,
                                        "Events that are not deleted, of all types; this reaches back to the first event if history was imported.")
                                .fromZero()
                                .show("events", latest("indico_num_events")))
                .line(
                        bars(
                                        "New events per 30 days",
                                        COUNT,
                                        "Change of the number of events over 30 days, so deletions count against it.")
                                .every("30d")
                                .needs("30 days of data")
                                .show("events", days(30, "indico_num_events")),
                        lines("Growth of events in a year", SHARE, "Events compared with a year earlier.")
                                .fromZero()
                                .needs("a year of data")
                                .show(
                                        "growth",
                                        latest("indico_num_events") + " / (" + ago(365, "indico_num_events")
                                                + " > 0) - 1"))
                .line(
                        stacked(
                                        "Events created in 30 days",
                                        COUNT,
                                        "Events created in the 30 days before each moment, including deleted ones, by type.")
                                .show(
                                        "{{event_type}}",
                                        "sum by (event_type) (" + latest("indico_events_created_30d") + ")"),
                        lines(
                                        "Deleted and unlisted events",
                                        COUNT,
                                        "Deleted events, whose rows Indico keeps, and events that are in no category.")
                                .fromZero()
                                .show("deleted", "sum without (event_type) (" + latest("indico_deleted_events") + ")")
                                .show("unlisted", latest("indico_unlisted_events")));
    }

    private static Row content() {
        return Row.of("Content")
                .line(
                        stacked(
                                        "Categories by who may create events",
                                        COUNT,
                                        "Categories by who may create events in them: managers, anybody with approval, or anybody.")
                                .show(
                                        "{{event_creation_mode}}",
                                        "sum by (event_creation_mode) (" + latest("indico_categories") + ")"),
                        stacked("Notes by object", COUNT, "Notes (minutes) by the kind of object that they belong to.")
                                .show("{{object_type}}", "sum by (object_type) (" + latest("indico_notes") + ")"),
                        lines(
                                        "Attachments",
                                        COUNT,
                                        "Attachments that are not deleted, and all stored versions of files.")
                                .fromZero()
                                .show("attachments", latest("indico_num_active_attachment_files"))
                                .show("stored versions", latest("indico_num_attachment_files")));
    }

    private static Row programme() {
        return Row.of("Programme")
                .needs("profile full")
                .line(
                        stacked("Contributions", COUNT, "Contributions that are not deleted, in the timetable or not.")
                                .show("{{state}}", "sum by (state) (" + latest("indico_contributions") + ")"),
                        lines(
                                        "Sessions and subcontributions",
                                        COUNT,
                                        "Sessions and subcontributions that are not deleted.")
                                .fromZero()
                                .show("sessions", latest("indico_sessions"))
                                .show("subcontributions", latest("indico_subcontributions")),
                        stacked("Access to events", COUNT, "Events that are not deleted, by who can read them.")
                                .show("{{access}}", "sum by (access) (" + latest("indico_accessible_events") + ")"));
    }

    private static Row people() {
        return Row.of("People")
                .line(
                        stacked("Users by state", COUNT, "Each user counts once; Indico keeps deleted and merged ones.")
                                .show("{{state}}", "sum by (state) (" + latest("indico_users") + ")"),
                        lines(
                                        "Reach",
                                        COUNT,
                                        "Users whose newest login was in the last day, on average of a week, and in the last 7, 30 and 365 days; the past cannot be imported.")
                                .fromZero()
                                .show("1 day", "avg_over_time(indico_users_logged_in_1d[7d])")
                                .show("7 days", latest("indico_users_logged_in_7d"))
                                .show("30 days", latest("indico_users_logged_in_30d"))
                                .show("365 days", latest("indico_users_logged_in_365d")))
                .line(
                        stat(
                                        "Accounts created",
                                        COUNT,
                                        "Accounts created in the last day, 7 and 30 days, according to the user log.")
                                .needs("Indico 3.3.6")
                                .show("1 day", latest("indico_users_joined_1d"))
                                .show("7 days", latest("indico_users_joined_7d"))
                                .show("30 days", latest("indico_users_joined_30d")),
                        stat(
                                        "Events created",
                                        COUNT,
                                        "Events created in the last day, 7 and 30 days, including deleted ones.")
                                .show("1 day", "sum without (event_type) (" + latest("indico_events_created_1d") + ")")
                                .show("7 days", "sum without (event_type) (" + latest("indico_events_created_7d") + ")")
                                .show(
                                        "30 days",
                                        "sum without (event_type) (" + latest("indico_events_created_30d") + ")"))
                .line(
                        stacked(
                                        "Logins in use by provider",
                                        COUNT,
                                        "Login identities that were used in the last 30 days, by provider.")
                                .nothing("no login yet")
                                .show(
                                        "{{provider}}",
                                        "sum by (provider) (" + latest("indico_identities_used_30d") + ")"),
                        stacked(
                                        "Logins by provider",
                                        COUNT,
                                        "Login identities by provider; indico is a local password.")
                                .nothing("no login yet")
                                .show("{{provider}}", "sum by (provider) (" + latest("indico_identities") + ")"));
    }

    private static Row storage() {
        return Row.of("Storage")
                .line(
                        stacked(
                                        "Stored bytes by source",
                                        BYTES,
                                        "Size of all stored files by what they belong to, including those of deleted objects.")
                                .nothing("no file yet")
                                .show("{{source}}", "sum by (source) (" + latest("indico_stored_file_bytes") + ") > 0"),
                        stacked(
                                        "Stored files by source",
                                        COUNT,
                                        "All stored files by what they belong to, including those of deleted objects.")
                                .nothing("no file yet")
                                .show("{{source}}", "sum by (source) (" + latest("indico_stored_files") + ") > 0"))
                .line(
                        bars(
                                        "New attachment bytes per 30 days",
                                        BYTES,
                                        "Change of the size of all versions of all attachments over 30 days.")
                                .every("30d")
                                .needs("30 days of data")
                                .show("bytes", days(30, "indico_size_attachment_files")),
                        lines(
                                        "Attachments and database",
                                        BYTES,
                                        "Size of all versions of all attachments, of those that are not deleted, and of the database.")
                                .fromZero()
                                .show("all versions", latest("indico_size_attachment_files"))
                                .show("not deleted", latest("indico_size_active_attachment_files"))
                                .show("database", latest("indico_database_size_bytes")))
                .line(
                        stat("Uploads in a day", COUNT, "Attachments uploaded in the last day, including new versions.")
                                .show("files", latest("indico_attachment_uploads_1d")),
                        stat(
                                        "Uploaded in a day",
                                        BYTES,
                                        "Size of the attachments uploaded in the last day, including new versions.")
                                .show("bytes", latest("indico_attachment_uploads_1d_bytes")),
                        Panel.barGauge("Stored bytes by backend", BYTES, "Size of all stored files by storage backend.")
                                .height(4)
                                .nothing("no file yet")
                                .show("{{backend}}", "sum by (backend) (" + latest("indico_stored_file_bytes") + ")"));
    }

    private static Row rooms() {
        return Row.of("Rooms")
                .line(
                        lines("Bookings", COUNT, "All bookings of rooms, and the accepted ones.")
                                .fromZero()
                                .nothing("no booking yet")
                                .show("all", latest("indico_num_bookings") + " > 0")
                                .show("accepted", latest("indico_num_valid_bookings") + " > 0"),
                        lines("Booked days", COUNT, "Occurrences of bookings, one for each day, and the valid ones.")
                                .fromZero()
                                .nothing("no booking yet")
                                .show("all", latest("indico_num_booking_occurrences") + " > 0")
                                .show("valid", latest("indico_num_valid_booking_occurrences") + " > 0"));
    }
}
