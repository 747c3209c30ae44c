package io.getindico.metrics.collectors.bookings;

import static io.getindico.metrics.api.Value.sum;
import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.ReservationOccurrences.RESERVATION_OCCURRENCES;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static org.jooq.impl.DSL.cast;
import static org.jooq.impl.DSL.choose;
import static org.jooq.impl.DSL.extract;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.least;
import static org.jooq.impl.DSL.localDateTimeAdd;
import static org.jooq.impl.DSL.localDateTimeDiff;
import static org.jooq.impl.DSL.localDateTimeSub;
import static org.jooq.impl.DSL.trunc;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Value;
import io.getindico.metrics.collectors.internal.history.Instants;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DataType;
import org.jooq.DatePart;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/**
 * Sums the time for which rooms that are not deleted are booked, by location: today by Indico's wall clock, and in the
 * working time of the days before. Each location with a room has a series. Bookings that overlap add up, so a sum can
 * exceed the available time.
 *
 * <p>Today's sum includes the valid occurrences of accepted bookings and of cancelled ones: if a series is cancelled
 * while it runs, the days that have begun stay valid. Working time is 08:30 to 12:30 and 13:30 to 17:30 from Monday to
 * Friday, without regard to holidays. As in Indico's own statistics, its sum includes the valid occurrences of bookings
 * in any state. An occurrence begins and ends on the same day.
 *
 * <p>Makes one pass over {@code roombooking.reservation_occurrences} of the last 30 days, through its index on {@code
 * start_dt}, joined with {@code roombooking.reservations}, {@code rooms} and {@code locations}; and one more over {@code
 * rooms} joined with {@code locations}.
 *
 * <pre>
 * # TYPE indico_room_booked_today_seconds gauge
 * indico_room_booked_today_seconds{location="Site 3-1"} 27002.0
 * # TYPE indico_room_worktime_booked_7d_seconds gauge
 * indico_room_worktime_booked_7d_seconds{location="Site 3-1"} 0.0
 * # TYPE indico_room_worktime_booked_30d_seconds gauge
 * indico_room_worktime_booked_30d_seconds{location="Site 3-1"} 9000.0
 * # TYPE indico_room_worktime_7d_seconds gauge
 * indico_room_worktime_7d_seconds{location="Site 3-1"} 1296000.0
 * # TYPE indico_room_worktime_30d_seconds gauge
 * indico_room_worktime_30d_seconds{location="Site 3-1"} 5443200.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class RoomUsageCollector implements MetricCollector {
    private static final int MORNING_START = LocalTime.of(8, 30).toSecondOfDay();
    private static final int MORNING_END = LocalTime.of(12, 30).toSecondOfDay();
    private static final int AFTERNOON_START = LocalTime.of(13, 30).toSecondOfDay();
    private static final int AFTERNOON_END = LocalTime.of(17, 30).toSecondOfDay();
    private static final int WORKDAY_SECONDS = MORNING_END - MORNING_START + AFTERNOON_END - AFTERNOON_START;

    private static final Label LOCATION = Label.open("location");
    private static final MetricFamily BOOKED_TODAY = MetricFamily.gauge("indico_room_booked_today_seconds")
            .help("Time for which rooms that are not deleted are booked today in Indico's time zone, by location, in"
                    + " seconds.")
            .unit("seconds")
            .labels(LOCATION)
            .timeDependent()
            .purpose("Facility managers see how busy the day is.")
            .build();
    private static final MetricFamily BOOKED_7D = booked("7d", 7);
    private static final MetricFamily BOOKED_30D = booked("30d", 30);
    private static final MetricFamily AVAILABLE_7D = available("7d", 7).build();
    private static final MetricFamily AVAILABLE_30D =
            available("30d", 30).timeDependent().build();

    private static MetricFamily booked(String window, int days) {
        return MetricFamily.gauge("indico_room_worktime_booked_" + window + "_seconds")
                .help("Working time (Monday to Friday, 08:30 to 12:30 and 13:30 to 17:30) for which rooms that are not"
                        + " deleted were booked in the " + days + " days before today, by location, in seconds.")
                .unit("seconds")
                .labels(LOCATION)
                .timeDependent()
                .purpose("Facility managers divide it by indico_room_worktime_" + window + "_seconds, which gives the"
                        + " occupancy that Indico shows.")
                .build();
    }

    private static MetricFamily.Builder available(String window, int days) {
        return MetricFamily.gauge("indico_room_worktime_" + window + "_seconds")
                .help(
                        "Working time (Monday to Friday, 08:30 to 12:30 and 13:30 to 17:30) of all rooms that are not deleted"
                                + " in the " + days + " days before today, by location, in seconds.")
                .unit("seconds")
                .labels(LOCATION)
                .purpose("This is the time by which indico_room_worktime_booked_" + window + "_seconds is divided.");
    }

    @Override
    public String name() {
        return "room_usage";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(BOOKED_TODAY, BOOKED_7D, BOOKED_30D, AVAILABLE_7D, AVAILABLE_30D);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Field<LocalDateTime> today = trunc(context.localNow(), DatePart.DAY);
        Table<?> rooms = ROOMS.join(LOCATIONS).on(LOCATIONS.ID.eq(ROOMS.LOCATION_ID));
        Table<?> occurrences = RESERVATIONS
                .join(RESERVATION_OCCURRENCES)
                .on(RESERVATION_OCCURRENCES.RESERVATION_ID.eq(RESERVATIONS.ID));
        Condition isValidOfRoom = RESERVATIONS
                .ROOM_ID
                .eq(ROOMS.ID)
                .and(RESERVATION_OCCURRENCES.STATE.eq(ReservationOccurrenceState.VALID))
                .and(RESERVATION_OCCURRENCES.START_DT.ge(localDateTimeSub(today, 30, DatePart.DAY)))
                .and(RESERVATION_OCCURRENCES.START_DT.lt(localDateTimeAdd(today, 1, DatePart.DAY)));
        return List.of(
                FamilyQuery.from(rooms.leftJoin(occurrences).on(isValidOfRoom))
                        .where(ROOMS.IS_DELETED.isFalse())
                        .by(LOCATION, LOCATIONS.NAME, LOCATIONS.ID)
                        .value(
                                BOOKED_TODAY,
                                sum(onDay(today))
                                        .where(RESERVATIONS.STATE.in(
                                                ReservationState.ACCEPTED, ReservationState.CANCELLED)))
                        .value(BOOKED_7D, workedSince(localDateTimeSub(today, 7, DatePart.DAY), today))
                        .value(BOOKED_30D, workedSince(localDateTimeSub(today, 30, DatePart.DAY), today)),
                FamilyQuery.from(rooms)
                        .where(ROOMS.IS_DELETED.isFalse())
                        .by(LOCATION, LOCATIONS.NAME, LOCATIONS.ID)
                        .value(AVAILABLE_7D, sum(inline(5 * WORKDAY_SECONDS)))
                        .value(AVAILABLE_30D, sum(workdaysOf30(today).mul(inline(WORKDAY_SECONDS)))));
    }

    private static Field<Integer> onDay(Field<LocalDateTime> day) {
        Field<LocalDateTime> start = within(day, RESERVATION_OCCURRENCES.START_DT);
        Field<LocalDateTime> end = within(day, RESERVATION_OCCURRENCES.END_DT);
        return greatest(inline(0), extract(localDateTimeDiff(end, start), DatePart.EPOCH));
    }

    /** Moves a time into the day before anything is subtracted, because PostgreSQL cannot subtract infinite times. */
    private static Field<LocalDateTime> within(Field<LocalDateTime> day, Field<LocalDateTime> time) {
        return least(greatest(time, day), localDateTimeAdd(day, 1, DatePart.DAY));
    }

    private static Value workedSince(Field<LocalDateTime> day, Field<LocalDateTime> today) {
        Field<Integer> start = secondOfDay(RESERVATION_OCCURRENCES.START_DT);
        Field<Integer> end = secondOfDay(RESERVATION_OCCURRENCES.END_DT);
        return sum(overlap(start, end, MORNING_START, MORNING_END)
                        .plus(overlap(start, end, AFTERNOON_START, AFTERNOON_END)))
                .where(RESERVATION_OCCURRENCES
                        .START_DT
                        .ge(day)
                        .and(RESERVATION_OCCURRENCES.START_DT.lt(today))
                        .and(RESERVATION_OCCURRENCES.END_DT.lt(today))
                        .and(extract(RESERVATION_OCCURRENCES.START_DT, DatePart.ISO_DAY_OF_WEEK)
                                .le(5)));
    }

    private static Field<Integer> secondOfDay(Field<LocalDateTime> time) {
        return extract(cast(time, SQLDataType.LOCALTIME), DatePart.EPOCH);
    }

    /** Returns for how many seconds a span of time lies within another one. */
    private static Field<Integer> overlap(Field<Integer> start, Field<Integer> end, int from, int to) {
        return greatest(inline(0), least(end, inline(to)).minus(greatest(start, inline(from))));
    }

    /** Four weeks have 20 working days. The two days before them are the same days of the week as the last two. */
    private static Field<Integer> workdaysOf30(Field<LocalDateTime> today) {
        return choose(extract(today, DatePart.ISO_DAY_OF_WEEK))
                .when(1, 20)
                .when(2, 21)
                .when(7, 21)
                .otherwise(22);
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        DataType<Instant> type = RESERVATIONS.CREATED_DT.getDataType();
        Field<LocalDateTime> day = trunc(RESERVATION_OCCURRENCES.START_DT, DatePart.DAY);
        Field<LocalDateTime> nextDay = localDateTimeAdd(day, 1, DatePart.DAY);
        Table<?> rooms = ROOMS.join(LOCATIONS).on(LOCATIONS.ID.eq(ROOMS.LOCATION_ID));
        return List.of(FamilyHistory.nearExact(
                        FamilyQuery.from(rooms.leftJoin(RESERVATIONS
                                                .join(RESERVATION_OCCURRENCES)
                                                .on(RESERVATION_OCCURRENCES.RESERVATION_ID.eq(RESERVATIONS.ID)))
                                        .on(
                                                RESERVATIONS.ROOM_ID.eq(ROOMS.ID),
                                                RESERVATION_OCCURRENCES.STATE.eq(ReservationOccurrenceState.VALID),
                                                RESERVATIONS.STATE.in(
                                                        ReservationState.ACCEPTED, ReservationState.CANCELLED)))
                                .where(ROOMS.IS_DELETED.isFalse())
                                .by(LOCATION, LOCATIONS.NAME, LOCATIONS.ID)
                                .value(BOOKED_TODAY, sum(onDay(day))),
                        "Bookings have their present state, those of deleted rooms are missing, and one that passes midnight counts"
                                + " on its first day.")
                .from(Instants.utc(day, context.zone(), type))
                .until(Instants.utc(nextDay, context.zone(), type))
                .inPartsOf(ROOMS.ID));
    }
}
