package io.getindico.metrics.exporter.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.exporter.TestDatabase;
import io.getindico.metrics.testing.SyntheticIndico;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PastTest {
    /** Summer time began four days before, in Zurich. */
    private static final Instant NOW = Instant.parse("2026-04-02T00:00:00Z");

    private static final Instant A_WEEK_AGO = NOW.minus(Duration.ofDays(7));

    private TestDatabase database;

    @BeforeEach
    void createDatabase() {
        database = new TestDatabase();
        SyntheticIndico.of(0.0005).now(NOW).fill(database.indico().dataSource());
        database.execute("DELETE FROM roombooking.reservation_occurrences");
        database.execute("UPDATE roombooking.reservations SET state = 2");
        database.execute("UPDATE roombooking.rooms SET is_deleted = false");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void theCourseOfAWeekBeginsAWeekAgo() {
        book("2026-04-01 12:30", "2026-04-01 14:30");

        List<Point> points = course("Rooms booked at once").points();

        assertThat(points).hasSize(7 * 24 + 1);
        assertThat(points.get(0)).isEqualTo(new Point(A_WEEK_AGO, 0));
        assertThat(points.stream().filter(point -> point.value() > 0))
                .containsExactly(
                        new Point(Instant.parse("2026-04-01T11:00:00Z"), 1),
                        new Point(Instant.parse("2026-04-01T12:00:00Z"), 1));
        assertThat(points.get(points.size() - 1)).isEqualTo(new Point(NOW, 0));
    }

    @Test
    void theFirstHourIsCompleteAfterTheChangeToSummerTime() {
        book("2026-03-26 00:30", "2026-03-26 01:30");

        assertThat(course("Rooms booked at once").first()).isEqualTo(new Point(A_WEEK_AGO, 1));
    }

    @Test
    void theCourseOfYearsKeepsEveryDay() {
        List<Point> points = course("Events").points();

        assertThat(points.size()).isGreaterThan(1000);
        assertThat(Duration.between(points.get(0).at(), points.get(1).at())).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void aCourseThatCannotBeReadAgainStays() throws SQLException {
        try (IndicoMetrics metrics = metrics();
                Connection other = database.indico().dataSource().getConnection();
                Statement statement = other.createStatement()) {
            Past past = new Past(metrics, () -> true, Runnable::run);
            List<String> titles = titles(past.view(NOW));
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE events.events");

            Past.View later = past.view(NOW.plus(Duration.ofDays(1)));

            assertThat(later.note()).contains("could not be read completely");
            assertThat(titles).contains("Events", "Users");
            assertThat(titles(later)).isEqualTo(titles);
        }
    }

    @Test
    void aVisitStartsTheReadingThatTheVisitBeforeCouldNotStart() {
        boolean[] isFull = {true};
        Executor background = task -> {
            if (isFull[0]) {
                throw new RejectedExecutionException("full");
            }
            task.run();
        };
        try (IndicoMetrics metrics = metrics()) {
            Past past = new Past(metrics, () -> true, background);
            assertThatThrownBy(() -> past.view(NOW)).hasMessage("full");
            isFull[0] = false;

            assertThat(titles(past.view(NOW))).contains("Events");
        }
    }

    @Test
    void thePastIsReadAfterTheFirstFigures() {
        boolean[] hasValues = {false};
        try (IndicoMetrics metrics = metrics()) {
            Past past = new Past(metrics, () -> hasValues[0], Runnable::run);
            assertThat(past.view(NOW))
                    .isEqualTo(new Past.View(List.of(), "The past is read after the first figures.", false));
            hasValues[0] = true;

            assertThat(titles(past.view(NOW))).contains("Events");
        }
    }

    @Test
    void aReadingThatTheEndOfTheExporterInterruptsIsNotLogged() {
        List<Runnable> tasks = new ArrayList<>();
        Past past;
        try (IndicoMetrics metrics = metrics()) {
            past = new Past(metrics, () -> true, tasks::add);
            past.view(NOW);
            past.close();
        }
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream stderr = System.err;
        System.setErr(new PrintStream(log, true, UTF_8));
        try {
            tasks.forEach(Runnable::run);
        } finally {
            System.setErr(stderr);
        }

        assertThat(tasks).hasSize(1);
        assertThat(log.toString(UTF_8)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 15000", "14999, 15000", "20000, 10000", "29000, 1000", "29001, 0", "40000, 0"})
    void aReadingEndsBeforeLessThanASecondIsLeft(long spent, long budget) {
        assertThat(Past.budget(Duration.ofMillis(spent))).isEqualTo(Duration.ofMillis(budget));
    }

    /** Books a room, in local time. */
    private void book(String start, String end) {
        database.execute("INSERT INTO roombooking.reservation_occurrences"
                + " (reservation_id, start_dt, end_dt, notification_sent, state)"
                + " SELECT min(id), '" + start + "', '" + end + "', true, 2 FROM roombooking.reservations");
    }

    private Course course(String title) {
        try (IndicoMetrics metrics = metrics()) {
            return new Past(metrics, () -> true, Runnable::run)
                    .view(NOW).courses().stream()
                            .filter(course -> course.title().equals(title))
                            .findFirst()
                            .orElseThrow();
        }
    }

    private IndicoMetrics metrics() {
        return IndicoMetrics.builder(database.indico().dataSource())
                .collectors(new PastOfThePage())
                .zone(ZoneId.of("Europe/Zurich"))
                .lockTimeout(Duration.ofMillis(200))
                .clock(Clock.fixed(NOW, ZoneOffset.UTC))
                .build();
    }

    private static List<String> titles(Past.View view) {
        return view.courses().stream().map(Course::title).toList();
    }
}
