package io.getindico.metrics.exporter.dashboards;

import static io.getindico.metrics.exporter.dashboards.Panel.lines;
import static io.getindico.metrics.exporter.dashboards.Panel.stat;
import static io.getindico.metrics.exporter.dashboards.Unit.BYTES;
import static io.getindico.metrics.exporter.dashboards.Unit.COUNT;

/** Activity, size and the search queue: only what Indico's own plugin has too, and whether the exporter works. */
final class OverviewBoard {
    private OverviewBoard() {}

    static Board board() {
        return new Board(
                        "Overview",
                        "Activity, size and the search queue of Indico, from the metrics that its own plugin has too.",
                        "now-7d",
                        "1m",
                        "",
                        "indico_num_events")
                .row(now())
                .row(activity())
                .row(size())
                .row(rooms())
                .row(search());
    }

    private static Row now() {
        return Row.of("Now")
                .line(
                        stat("Events running now", COUNT, "Events that have begun and have not ended.")
                                .show("events", "indico_num_active_events"),
                        stat(
                                        "Users active in 48 h",
                                        COUNT,
                                        "Users who logged in in the last 48 hours, unless the setting active-user-age says otherwise.")
                                .show("users", "indico_num_active_users"),
                        stat("Rooms in meetings", COUNT, "Bookings of rooms that are going on now.")
                                .show("bookings", "indico_num_ongoing_booking_occurrences"),
                        stat("Bookings awaiting approval", COUNT, "Pending bookings that are not over.")
                                .show("bookings", "indico_num_pending_bookings"),
                        stat("Search queue", COUNT, "Changes that the search engine does not have yet.")
                                .needs("the livesync plugin")
                                .show("changes", "indico_size_livesync_queues"),
                        stat(
                                        "Exporter",
                                        Unit.NONE,
                                        "Whether the exporter reached Indico's database in the last 15 seconds; Indico's own plugin does not have this.")
                                .nothing("none, or the plugin")
                                .map("1", "up", "green")
                                .map("0", "no database", "red")
                                .show("up", "indico_up"));
    }

    private static Row activity() {
        return Row.of("Activity")
                .line(
                        lines("Active events", COUNT, "Events that are running at each moment, and a week earlier.")
                                .fromZero()
                                .show("events", "indico_num_active_events")
                                .compare("a week earlier", Since.aWeekAgo("indico_num_active_events")),
                        lines(
                                        "Active users",
                                        COUNT,
                                        "Users who logged in in the 48 hours before each moment, and a week earlier; weekends are valleys.")
                                .fromZero()
                                .show("users", "indico_num_active_users")
                                .compare("a week earlier", Since.aWeekAgo("indico_num_active_users")));
    }

    private static Row size() {
        return Row.of("Size")
                .line(
                        lines("Events", COUNT, "Events that are not deleted.").show("events", "indico_num_events"),
                        lines("Users", COUNT, "Users who are not deleted, including pending and blocked ones.")
                                .show("users", "indico_num_users"),
                        lines("Categories and minutes", COUNT, "Categories and notes that are not deleted.")
                                .show("categories", "indico_num_categories")
                                .show("notes", "indico_num_notes"))
                .line(
                        lines("Files", COUNT, "Attachments that are not deleted, and all stored versions of files.")
                                .show("attachments", "indico_num_active_attachment_files")
                                .show("stored versions", "indico_num_attachment_files"),
                        lines(
                                        "Storage",
                                        BYTES,
                                        "Size of the attachments that are not deleted, and of all stored versions.")
                                .fromZero()
                                .show("attachments", "indico_size_active_attachment_files")
                                .show("stored versions", "indico_size_attachment_files"))
                .line(
                        stat("Events in 30 days", COUNT, "Change of the number of events in 30 days.")
                                .needs("30 days of data")
                                .show("events", Since.days(30, "indico_num_events")),
                        stat("Users in 30 days", COUNT, "Change of the number of users in 30 days.")
                                .needs("30 days of data")
                                .show("users", Since.days(30, "indico_num_users")),
                        stat("Files in 30 days", COUNT, "Versions of files that were added in 30 days.")
                                .needs("30 days of data")
                                .show("files", Since.days(30, "indico_num_attachment_files")),
                        stat("Storage in 30 days", BYTES, "Size of the versions of files that were added in 30 days.")
                                .needs("30 days of data")
                                .show("bytes", Since.days(30, "indico_size_attachment_files")));
    }

    private static Row rooms() {
        return Row.of("Rooms")
                .line(
                        lines(
                                        "Bookings going on",
                                        COUNT,
                                        "Bookings of rooms that are going on at each moment, and a week earlier.")
                                .fromZero()
                                .show("bookings", "indico_num_ongoing_booking_occurrences")
                                .compare("a week earlier", Since.aWeekAgo("indico_num_ongoing_booking_occurrences")),
                        lines("Bookings", COUNT, "All bookings of rooms, and the accepted ones.")
                                .show("all", "indico_num_bookings")
                                .show("accepted", "indico_num_valid_bookings"),
                        lines("Booked days", COUNT, "Occurrences of bookings, one for each day, and the valid ones.")
                                .show("all", "indico_num_booking_occurrences")
                                .show("valid", "indico_num_valid_booking_occurrences"))
                .line(
                        stat("Rooms", COUNT, "Rooms that are not deleted.").show("rooms", "indico_num_rooms"),
                        stat("Rooms that can be booked", COUNT, "Rooms that are open to bookings.")
                                .show("rooms", "indico_num_active_rooms"),
                        stat("Restricted rooms", COUNT, "Rooms that not everybody may book.")
                                .show("rooms", "indico_num_restricted_rooms"),
                        stat("Rooms with confirmation", COUNT, "Rooms whose bookings need an approval.")
                                .show("rooms", "indico_num_rooms_with_confirmation"));
    }

    private static Row search() {
        return Row.of("Search index")
                .needs("the livesync plugin")
                .line(
                        lines(
                                        "Queue",
                                        COUNT,
                                        "Changes that the search engine does not have yet; a line that only climbs is an agent that does not run.")
                                .fromZero()
                                .show("changes", "indico_size_livesync_queues"),
                        lines(
                                        "Events behind category changes",
                                        COUNT,
                                        "Events that queued changes of categories will touch; an event counts once for each change.")
                                .fromZero()
                                .show("events", "indico_num_livesync_events_category_changes"));
    }
}
