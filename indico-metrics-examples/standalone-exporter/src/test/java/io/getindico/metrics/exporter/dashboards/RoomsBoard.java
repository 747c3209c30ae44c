package io.getindico.metrics.exporter.dashboards;

import static io.getindico.metrics.exporter.dashboards.Panel.barGauge;
import static io.getindico.metrics.exporter.dashboards.Panel.gauge;
import static io.getindico.metrics.exporter.dashboards.Panel.lines;
import static io.getindico.metrics.exporter.dashboards.Panel.stacked;
import static io.getindico.metrics.exporter.dashboards.Panel.stat;
import static io.getindico.metrics.exporter.dashboards.Unit.COUNT;
import static io.getindico.metrics.exporter.dashboards.Unit.SECONDS;
import static io.getindico.metrics.exporter.dashboards.Unit.SHARE;

/** Room booking and videoconferences. */
final class RoomsBoard {
    private static final String NO_ROOMS = "no rooms";

    private RoomsBoard() {}

    static Board board() {
        return new Board(
                        "Rooms",
                        "How rooms are used and booked, and which videoconferences are going on.",
                        "now-7d",
                        "1m",
                        "",
                        "indico_num_events")
                .row(now())
                .row(occupancy())
                .row(bookings())
                .row(inventory())
                .row(blockings())
                .row(videoconferences());
    }

    private static Row now() {
        return Row.of("Now")
                .line(
                        stat("Rooms in use", COUNT, "Rooms that are occupied by a booking now.")
                                .nothing(NO_ROOMS)
                                .show("rooms", "sum(indico_rooms_in_use)"),
                        stat(
                                        "Bookings that start within 1 h",
                                        COUNT,
                                        "Accepted bookings that start within the next hour.")
                                .show("bookings", "indico_room_bookings_starting_1h"),
                        stat("Bookings awaiting approval", COUNT, "Pending bookings that are not over.")
                                .show("bookings", "indico_num_pending_bookings"),
                        stat(
                                        "Longest wait for approval",
                                        SECONDS,
                                        "Age of the oldest pending booking that is not over.")
                                .nothing("none waits")
                                .show("age", "time() - indico_room_bookings_oldest_pending_timestamp_seconds"),
                        stat("Hours booked today", COUNT, "Hours for which rooms are booked today, of all rooms.")
                                .nothing(NO_ROOMS)
                                .show("hours", "round(sum(indico_room_booked_today_seconds) / 3600)"))
                .line(
                        gauge("Occupied now", "Rooms in use as a share of the rooms that can be booked.")
                                .nothing(NO_ROOMS)
                                .show("share", "sum(indico_rooms_in_use) / (sum(indico_reservable_rooms) > 0)"),
                        gauge(
                                        "Occupancy in 7 days",
                                        "Booked part of the working time of the last 7 days, as Indico computes it; overlapping pending bookings can exceed 100 %.")
                                .nothing(NO_ROOMS)
                                .show(
                                        "share",
                                        "sum(indico_room_worktime_booked_7d_seconds) / (sum(indico_room_worktime_7d_seconds) > 0)"),
                        gauge(
                                        "Occupancy in 30 days",
                                        "Booked part of the working time of the last 30 days, as Indico computes it; overlapping pending bookings can exceed 100 %.")
                                .nothing(NO_ROOMS)
                                .show(
                                        "share",
                                        "sum(indico_room_worktime_booked_30d_seconds) / (sum(indico_room_worktime_30d_seconds) > 0)"));
    }

    private static Row occupancy() {
        return Row.of("Occupancy")
                .line(
                        stacked("Rooms in use by location", COUNT, "Rooms that are occupied by a booking, by location.")
                                .nothing(NO_ROOMS)
                                .show("{{location}}", "sum by (location) (indico_rooms_in_use)"),
                        lines(
                                        "Share of rooms in use",
                                        SHARE,
                                        "Rooms in use as a share of the rooms that can be booked, by location.")
                                .fromZero()
                                .nothing(NO_ROOMS)
                                .show(
                                        "{{location}}",
                                        "sum by (location) (indico_rooms_in_use) / (sum by (location) (indico_reservable_rooms) > 0)"))
                .line(
                        barGauge(
                                        "Occupancy in 30 days by location",
                                        SHARE,
                                        "Booked part of the working time of the last 30 days, by location.")
                                .nothing(NO_ROOMS)
                                .show(
                                        "{{location}}",
                                        "sum by (location) (indico_room_worktime_booked_30d_seconds) / (sum by (location) (indico_room_worktime_30d_seconds) > 0)"),
                        barGauge(
                                        "Hours booked today by location",
                                        COUNT,
                                        "Hours for which rooms are booked today, by location.")
                                .nothing(NO_ROOMS)
                                .show(
                                        "{{location}}",
                                        "round(sum by (location) (indico_room_booked_today_seconds) / 3600)"));
    }

    private static Row bookings() {
        return Row.of("Bookings")
                .line(
                        lines(
                                        "New bookings",
                                        COUNT,
                                        "Bookings created in the last 1, 7 and 30 days before each moment.")
                                .fromZero()
                                .show("1 day", "indico_room_bookings_created_1d")
                                .show("7 days", "indico_room_bookings_created_7d")
                                .show("30 days", "indico_room_bookings_created_30d"),
                        lines("Awaiting approval", COUNT, "Pending bookings that are not over.")
                                .fromZero()
                                .show("bookings", "indico_num_pending_bookings"))
                .line(
                        barGauge("Bookings by state", COUNT, "All bookings by state.")
                                .show("{{state}}", "sum by (state) (indico_room_bookings)"),
                        barGauge("Booked days by state", COUNT, "Occurrences of bookings, one for each day, by state.")
                                .show("{{state}}", "sum by (state) (indico_room_booking_occurrences)"));
    }

    private static Row inventory() {
        return Row.of("Rooms")
                .line(
                        barGauge("Rooms by location", COUNT, "Rooms that are not deleted, by location.")
                                .nothing(NO_ROOMS)
                                .show("{{location}}", "sum by (location) (indico_rooms)"),
                        barGauge(
                                        "Seats by location",
                                        COUNT,
                                        "Seats in rooms that are not deleted, by location, as far as they are known.")
                                .nothing(NO_ROOMS)
                                .show("{{location}}", "sum by (location) (indico_room_seats)"),
                        barGauge(
                                        "Rooms by kind",
                                        COUNT,
                                        "All rooms, those that can be booked, those that not everybody may book, and those whose bookings need an approval.")
                                .show("all", "indico_num_rooms")
                                .show("can be booked", "indico_num_active_rooms")
                                .show("restricted", "indico_num_restricted_rooms")
                                .show("with confirmation", "indico_num_rooms_with_confirmation"));
    }

    private static Row blockings() {
        return Row.of("Blockings")
                .needs("profile full")
                .line(
                        stat("Blockings", COUNT, "Closures of rooms that are active or ahead.")
                                .show("{{state}}", "sum by (state) (indico_room_blockings{state=~\"active|future\"})"),
                        stat(
                                        "Blocked rooms",
                                        COUNT,
                                        "Rooms in blockings that are active or ahead, by the decision of their managers.")
                                .show("{{state}}", "sum by (state) (indico_blocked_rooms)"));
    }

    private static Row videoconferences() {
        return Row.of("Videoconferences")
                .needs("a videoconference plugin")
                .line(
                        lines(
                                        "Videoconference rooms in use",
                                        COUNT,
                                        "Videoconference rooms of ongoing events, by type.")
                                .fromZero()
                                .nothing("none yet")
                                .show("{{vc_type}}", "sum by (vc_type) (indico_ongoing_vc_rooms)"),
                        barGauge(
                                        "Videoconference rooms",
                                        COUNT,
                                        "Videoconference rooms by type and state; deleted ones are gone at the provider.")
                                .nothing("none yet")
                                .show("{{vc_type}}, {{state}}", "sum by (vc_type, state) (indico_vc_rooms)"));
    }
}
