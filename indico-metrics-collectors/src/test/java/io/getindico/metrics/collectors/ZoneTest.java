package io.getindico.metrics.collectors;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.roombooking.tables.ReservationOccurrences.RESERVATION_OCCURRENCES;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.jooq.users.tables.Identities.IDENTITIES;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.IndicoTest;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TimeZone;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Three clocks on three walls: the JVM's, the PostgreSQL session's, and the Indico server's, which alone counts. */
@IndicoTest
class ZoneTest {
    private static final Duration AGE = Duration.ofDays(2);

    private final IndicoDatabase database;
    private final IndicoRows rows;
    private final TimeZone jvmZone = TimeZone.getDefault();

    ZoneTest(IndicoDatabase database, IndicoRows rows) {
        this.database = database;
        this.rows = rows;
    }

    @AfterEach
    void restore() {
        TimeZone.setDefault(jvmZone);
    }

    @BeforeEach
    void anAcceptedBooking() {
        rows.row(RESERVATIONS)
                .with(RESERVATIONS.STATE, ReservationState.ACCEPTED)
                .insert();
    }

    @ParameterizedTest(name = "JVM in {0}, session in {1}, Indico in {2}")
    @CsvSource({
        "UTC, UTC, Europe/Zurich",
        "Europe/Zurich, Europe/Zurich, Europe/Zurich",
        "Asia/Tokyo, America/New_York, Europe/Zurich",
        "America/New_York, Asia/Tokyo, Europe/Zurich",
        "Pacific/Kiritimati, Pacific/Pago_Pago, UTC",
        "Pacific/Pago_Pago, Pacific/Kiritimati, Asia/Kathmandu",
        "Europe/Zurich, UTC, America/St_Johns"
    })
    void boundariesAreExactInEveryZone(ZoneId jvm, ZoneId session, ZoneId indico) {
        LocalDateTime localNow = LocalDateTime.ofInstant(NOW, indico);
        occur(localNow.minus(TICK), localNow.plus(TICK));
        occur(localNow, localNow.plusDays(1));
        occur(localNow.minusDays(1), localNow);
        pend(localNow);
        pend(localNow.minus(TICK));
        event(NOW, NOW);
        event(NOW.minus(TICK), NOW.minus(TICK));
        event(NOW.plus(TICK), NOW.plus(TICK));
        login(NOW.minus(AGE));
        login(NOW.minus(AGE).plus(TICK));

        TimeZone.setDefault(TimeZone.getTimeZone(jvm));
        assertThat(values(NOW, session, indico))
                .containsAllEntriesOf(Map.of(
                        "indico_num_ongoing_booking_occurrences", 1.0,
                        "indico_num_pending_bookings", 1.0,
                        "indico_num_active_events", 1.0,
                        "indico_num_active_users", 1.0));
    }

    /** On this day clocks go from 01:59:59 to 03:00:00; what begins at 02:30 is under way at 03:00. */
    @ParameterizedTest
    @CsvSource({
        "2026-03-29T00:59:59.999999Z, 0, 1",
        "2026-03-29T01:00:00Z, 1, 1",
        "2026-03-29T01:29:59.999999Z, 1, 1",
        "2026-03-29T01:30:00Z, 0, 1",
        "2026-03-29T01:30:00.000001Z, 0, 0"
    })
    void aSkippedHourInSpringCountsAsOver(Instant at, double ongoing, double pending) {
        assertBetweenHalfPastTwoAndThree("2026-03-29", at, ongoing, pending);
    }

    /** On this day clocks go from 02:59:59 back to 02:00:00: by the wall, the occurrence is interrupted. */
    @ParameterizedTest
    @CsvSource({
        "2026-10-25T00:30:00Z, 0, 1",
        "2026-10-25T00:30:00.000001Z, 1, 1",
        "2026-10-25T00:59:59.999999Z, 1, 1",
        "2026-10-25T01:00:00Z, 0, 1",
        "2026-10-25T01:30:00Z, 0, 1",
        "2026-10-25T01:30:00.000001Z, 1, 1",
        "2026-10-25T02:29:59.999999Z, 1, 1",
        "2026-10-25T02:30:00Z, 0, 1",
        "2026-10-25T02:30:00.000001Z, 0, 0"
    })
    void aRepeatedHourInAutumnIsReadAsLocalTime(Instant at, double ongoing, double pending) {
        assertBetweenHalfPastTwoAndThree("2026-10-25", at, ongoing, pending);
    }

    @Test
    void withoutASettingTheZoneIsThatOfTheRootCategory() {
        rows.update(CATEGORIES, 0, CATEGORIES.TIMEZONE, "Australia/Eucla");
        LocalDateTime localNow = LocalDateTime.ofInstant(NOW, ZoneId.of("Australia/Eucla"));
        occur(localNow.minus(TICK), localNow.plus(TICK));
        pend(localNow);
        pend(localNow.minus(TICK));
        assertThat(values(NOW, ZoneId.of("UTC"), null))
                .containsAllEntriesOf(
                        Map.of("indico_num_ongoing_booking_occurrences", 1.0, "indico_num_pending_bookings", 1.0));
    }

    private void assertBetweenHalfPastTwoAndThree(String day, Instant at, double ongoing, double pending) {
        LocalDateTime end = LocalDateTime.parse(day + "T03:30:00");
        occur(end.minusHours(1), end);
        pend(end);
        assertThat(values(at, ZoneId.of("UTC"), ZoneId.of("Europe/Zurich")))
                .containsAllEntriesOf(Map.of(
                        "indico_num_ongoing_booking_occurrences", ongoing, "indico_num_pending_bookings", pending));
    }

    private void occur(LocalDateTime start, LocalDateTime end) {
        rows.row(RESERVATION_OCCURRENCES)
                .with(RESERVATION_OCCURRENCES.STATE, ReservationOccurrenceState.VALID)
                .with(RESERVATION_OCCURRENCES.START_DT, start)
                .with(RESERVATION_OCCURRENCES.END_DT, end)
                .insert();
    }

    private void pend(LocalDateTime end) {
        rows.row(RESERVATIONS)
                .with(RESERVATIONS.STATE, ReservationState.PENDING)
                .with(RESERVATIONS.END_DT, end)
                .insert();
    }

    private void event(Instant start, Instant end) {
        rows.row(EVENTS).with(EVENTS.START_DT, start).with(EVENTS.END_DT, end).insert();
    }

    private void login(Instant at) {
        rows.row(IDENTITIES).with(IDENTITIES.LAST_LOGIN_DT, at).insert();
    }

    private SortedMap<String, Double> values(Instant at, ZoneId session, @Nullable ZoneId indico) {
        return Gauges.read(inZone(database.dataSource(), session), at, settings -> {
                    settings.include(
                            List.of("ongoing_booking_occurrences", "bookings", "active_events", "active_users"));
                    return indico == null ? settings : settings.zone(indico);
                })
                .values();
    }

    /** The driver gives sessions the JVM's zone, so the session's is set after it. */
    private static DataSource inZone(DataSource dataSource, ZoneId zone) {
        return (DataSource) Proxy.newProxyInstance(
                ZoneTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    Object result = method.invoke(dataSource, arguments);
                    if (result instanceof Connection connection) {
                        try (Statement statement = connection.createStatement()) {
                            statement.execute("SET TimeZone = '" + zone + "'");
                        }
                    }
                    return result;
                });
    }
}
