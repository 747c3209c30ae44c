package io.getindico.metrics.exporter.page;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.sum;
import static io.getindico.metrics.jooq.attachments.tables.Files.FILES;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.roombooking.tables.ReservationOccurrences.RESERVATION_OCCURRENCES;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static org.jooq.impl.DSL.localDateTimeSub;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.collectors.internal.history.Instants;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import org.jooq.DatePart;
import org.jooq.Field;

/**
 * Declares the pasts that the page draws; no scrape shows them. All but the users' read only columns that the role may
 * read anyway. They do not read the logs, which say when events were deleted, because the logs are large. The help of a
 * family is the title of its chart.
 */
final class PastOfThePage implements MetricCollector {
    /** How far back the charts of activity reach. */
    static final Duration WEEK = Duration.ofDays(7);

    private static final MetricFamily EVENTS_OF_TODAY = chart("indico_page_events", "Events");
    private static final MetricFamily USERS_OF_TODAY = chart("indico_page_users", "Users");
    private static final MetricFamily STORED = MetricFamily.gauge("indico_page_attachment_bytes")
            .help("Stored attachments")
            .unit("bytes")
            .build();
    private static final MetricFamily ONGOING_EVENTS = chart("indico_page_ongoing_events", "Events at once");
    private static final MetricFamily ONGOING_BOOKINGS = chart("indico_page_ongoing_bookings", "Rooms booked at once");

    private static MetricFamily chart(String name, String title) {
        return MetricFamily.gauge(name).help(title).build();
    }

    @Override
    public String name() {
        return "page";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(EVENTS_OF_TODAY, USERS_OF_TODAY, STORED, ONGOING_EVENTS, ONGOING_BOOKINGS);
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        return List.of(
                FamilyHistory.approximate(
                                FamilyQuery.from(EVENTS)
                                        .where(EVENTS.IS_DELETED.isFalse())
                                        .value(EVENTS_OF_TODAY, countRows()),
                                "Those of today, by the day of their creation.")
                        .from(EVENTS.CREATED_DT),
                FamilyHistory.approximate(
                                FamilyQuery.from(USERS)
                                        .where(USERS.IS_DELETED.isFalse())
                                        .value(USERS_OF_TODAY, countRows())
                                        .since("3.3"),
                                "Those of today. Users from before Indico 3.3 have no date and count from the beginning.")
                        .from(USERS.CREATED_DT),
                FamilyHistory.exact(
                                FamilyQuery.from(FILES).value(STORED, sum(FILES.SIZE)),
                                "All versions of all attachments, by the day of their upload.")
                        .from(FILES.CREATED_DT),
                ongoingEvents(context),
                ongoingBookings(context));
    }

    private static FamilyHistory ongoingEvents(CollectionContext context) {
        return FamilyHistory.approximate(
                        FamilyQuery.from(EVENTS)
                                .where(
                                        EVENTS.IS_DELETED.isFalse(),
                                        EVENTS.START_DT.le(context.now()),
                                        EVENTS.END_DT.ge(context.now().minus(WEEK)))
                                .value(ONGOING_EVENTS, countRows()),
                        "In the last week, at each full hour UTC; weekends are shaded.")
                .from(EVENTS.START_DT)
                .through(EVENTS.END_DT)
                .hourly();
    }

    private static FamilyHistory ongoingBookings(CollectionContext context) {
        // Seven days in local time may be an hour less than a week.
        Field<LocalDateTime> earliest = localDateTimeSub(context.localNow(), WEEK.toDays() + 1, DatePart.DAY);
        Field<Instant> start = utc(RESERVATION_OCCURRENCES.START_DT, context);
        return FamilyHistory.approximate(
                        FamilyQuery.from(RESERVATION_OCCURRENCES
                                        .join(RESERVATIONS)
                                        .on(RESERVATIONS.ID.eq(RESERVATION_OCCURRENCES.RESERVATION_ID))
                                        .join(ROOMS)
                                        .on(ROOMS.ID.eq(RESERVATIONS.ROOM_ID)))
                                .where(
                                        RESERVATION_OCCURRENCES.START_DT.le(context.localNow()),
                                        RESERVATION_OCCURRENCES.END_DT.ge(earliest),
                                        RESERVATION_OCCURRENCES.STATE.eq(ReservationOccurrenceState.VALID),
                                        RESERVATIONS.STATE.eq(ReservationState.ACCEPTED),
                                        ROOMS.IS_DELETED.isFalse())
                                .value(ONGOING_BOOKINGS, countRows()),
                        "In the last week, at each full hour UTC; weekends are shaded.")
                .after(start)
                .until(utc(RESERVATION_OCCURRENCES.END_DT, context))
                .hourly();
    }

    private static Field<Instant> utc(Field<LocalDateTime> local, CollectionContext context) {
        return Instants.utc(local, context.zone(), RESERVATIONS.CREATED_DT.getDataType());
    }
}
