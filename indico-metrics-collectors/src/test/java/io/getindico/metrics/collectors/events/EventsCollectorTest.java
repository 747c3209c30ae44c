package io.getindico.metrics.collectors.events;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.EventType;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EventsCollectorTest extends CollectorContract {
    private static final ZoneId KATHMANDU = ZoneId.of("Asia/Kathmandu");
    private static final Instant DAY_BEGINS = Instant.parse("2026-06-14T18:15:00Z");
    private static final Instant DAY_ENDS = Instant.parse("2026-06-15T18:15:00Z");
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");
    private static final String NEWEST = "indico_events_newest_created_timestamp_seconds";
    private static final String PEAK = "indico_upcoming_events_peak_1d";

    @Override
    protected MetricCollector collector() {
        return new EventsCollector();
    }

    /** One event goes on. Another ends at this instant, and would add to the peak of the next day. */
    @Override
    protected void insertRows(IndicoRows rows) {
        int deletedCategory = rows.row(CATEGORIES)
                .with(CATEGORIES.PARENT_ID, 0)
                .with(CATEGORIES.IS_DELETED, true)
                .insert();
        event(rows, EventType.LECTURE).insert();
        event(rows, EventType.MEETING).with(EVENTS.CATEGORY_ID, 0).insert();
        event(rows, EventType.MEETING).with(EVENTS.CATEGORY_ID, deletedCategory).insert();
        event(rows, EventType.CONFERENCE).with(EVENTS.IS_DELETED, true).insert();
        for (int days : new int[] {0, 1, 7, 30}) {
            Instant edge = NOW.minus(Duration.ofDays(days));
            event(rows, EventType.LECTURE).with(EVENTS.CREATED_DT, edge).insert();
            event(rows, EventType.LECTURE)
                    .with(EVENTS.CREATED_DT, edge.plus(TICK))
                    .insert();
        }
        during(rows, NOW.minus(TICK), NOW.plus(TICK)).insert();
        during(rows, NOW.minus(TICK), NOW).insert();
        Instant nextWeek = NOW.plus(Duration.ofDays(7));
        during(rows, NOW.plusSeconds(3600), nextWeek)
                .with(EVENTS.IS_DELETED, true)
                .insert();
        during(rows, NOW.plusSeconds(3600), NOW.plusSeconds(3600)).insert();
        during(rows, NOW.plusSeconds(3600).plus(TICK), NOW.plusSeconds(3600).plus(TICK))
                .insert();
        during(rows, nextWeek, nextWeek).insert();
        during(rows, DAY_BEGINS.minusSeconds(9), DAY_BEGINS).insert();
        during(rows, DAY_BEGINS.minusSeconds(9), DAY_BEGINS.plus(TICK)).insert();
        during(rows, DAY_ENDS.minus(TICK), DAY_ENDS.minus(TICK)).insert();
        during(rows, DAY_ENDS, DAY_ENDS).insert();
    }

    @Test
    void onlyTheOwnFlagDeletesAnEvent(IndicoDatabase database, IndicoRows rows) {
        int deletedCategory = rows.row(CATEGORIES)
                .with(CATEGORIES.PARENT_ID, 0)
                .with(CATEGORIES.IS_DELETED, true)
                .insert();
        event(rows, EventType.LECTURE).insert();
        event(rows, EventType.LECTURE).with(EVENTS.CATEGORY_ID, deletedCategory).insert();
        event(rows, EventType.CONFERENCE).with(EVENTS.IS_DELETED, true).insert();
        assertThat(values(database))
                .containsAllEntriesOf(Map.of(
                        "indico_num_events", 2.0,
                        "indico_unlisted_events", 1.0,
                        "indico_events{event_type=\"lecture\"}", 2.0,
                        "indico_events{event_type=\"conference\"}", 0.0,
                        "indico_deleted_events{event_type=\"lecture\"}", 0.0,
                        "indico_deleted_events{event_type=\"conference\"}", 1.0));
    }

    @Test
    void aTypeOfTheFutureIsUnknown(IndicoDatabase database, IndicoRows rows) {
        event(rows, EventType.LECTURE).insert();
        database.dsl().execute("ALTER TABLE events.events DROP CONSTRAINT ck_events_valid_enum_type");
        database.dsl().execute("UPDATE events.events SET type = 9");
        assertThat(values(database))
                .containsEntry("indico_num_events", 1.0)
                .containsEntry("indico_events{event_type=\"unknown\"}", 1.0);
    }

    @ParameterizedTest(name = "{0} and {1} ticks from now: {2}, {3}, {4}")
    @CsvSource({
        "P0D,1,0,0,0",
        "P0D,0,1,1,1",
        "P-1D,1,1,1,1",
        "P-1D,0,0,1,1",
        "P-7D,1,0,1,1",
        "P-7D,0,0,0,1",
        "P-30D,1,0,0,1",
        "P-30D,0,0,0,0"
    })
    void createdEventsCountInTheirWindowsAlsoIfTheyAreDeleted(
            Duration offset,
            int ticks,
            double day,
            double week,
            double month,
            IndicoDatabase database,
            IndicoRows rows) {
        event(rows, EventType.MEETING)
                .with(EVENTS.CREATED_DT, NOW.plus(offset).plus(TICK.multipliedBy(ticks)))
                .with(EVENTS.IS_DELETED, true)
                .insert();
        assertThat(values(database))
                .containsAllEntriesOf(Map.of(
                        "indico_events_created_1d{event_type=\"meeting\"}", day,
                        "indico_events_created_7d{event_type=\"meeting\"}", week,
                        "indico_events_created_30d{event_type=\"meeting\"}", month));
    }

    @Test
    void theNewestEventIsNotOfTheFuture(IndicoDatabase database, IndicoRows rows) {
        event(rows, EventType.MEETING).with(EVENTS.CREATED_DT, NOW.plus(TICK)).insert();
        assertThat(values(database)).doesNotContainKey(NEWEST);
        Instant last = NOW.minusSeconds(60);
        event(rows, EventType.MEETING)
                .with(EVENTS.CREATED_DT, last)
                .with(EVENTS.IS_DELETED, true)
                .insert();
        event(rows, EventType.MEETING).with(EVENTS.CREATED_DT, LONG_AGO).insert();
        assertThat(values(database)).containsEntry(NEWEST, last.getEpochSecond() + last.getNano() / 1e9);
    }

    @ParameterizedTest(name = "start {0} and {1} ticks from now: {2}, {3}")
    @CsvSource({"PT0H,0,0,0", "PT0H,1,1,1", "PT1H,0,1,1", "PT1H,1,1,0"})
    void anEventIsUpcomingUntilItStarts(
            Duration offset, int ticks, double upcoming, double soon, IndicoDatabase database, IndicoRows rows) {
        Instant start = NOW.plus(offset).plus(TICK.multipliedBy(ticks));
        during(rows, start, start).insert();
        during(rows, start, start).with(EVENTS.IS_DELETED, true).insert();
        assertThat(values(database))
                .containsEntry("indico_upcoming_events{event_type=\"conference\"}", upcoming)
                .containsEntry("indico_events_starting_1h", soon);
    }

    @ParameterizedTest(name = "{0} to {1}: {2}")
    @CsvSource({
        "2026-06-14T18:00:00Z,2026-06-14T18:15:00Z,0",
        "2026-06-14T18:00:00Z,2026-06-14T18:15:00.000001Z,1",
        "2026-06-14T18:00:00Z,2026-06-16T00:00:00Z,1",
        "2026-06-15T18:14:59.999999Z,2026-06-16T00:00:00Z,1",
        "2026-06-15T18:15:00Z,2026-06-16T00:00:00Z,0"
    })
    void todayIsTheDayInIndicosZone(
            Instant start, Instant end, double expected, IndicoDatabase database, IndicoRows rows) {
        during(rows, start, end).insert();
        during(rows, start, end).with(EVENTS.IS_DELETED, true).insert();
        assertThat(values(database)).containsEntry("indico_events_today{event_type=\"conference\"}", expected);
    }

    @Test
    void aDayMayHave25Hours(IndicoDatabase database, IndicoRows rows) {
        during(rows, Instant.parse("2026-10-25T22:59:59Z"), Instant.parse("2026-10-25T22:59:59Z"))
                .insert();
        during(rows, Instant.parse("2026-10-25T23:00:00Z"), Instant.parse("2026-10-25T23:00:00Z"))
                .insert();
        assertThat(ExpositionText.values(ExpositionText.of(
                        collector(),
                        database,
                        Instant.parse("2026-10-24T22:00:00Z"),
                        engine -> engine.zone(ZoneId.of("Europe/Zurich")))))
                .containsEntry("indico_events_today{event_type=\"conference\"}", 1.0);
    }

    @Test
    void withoutEventsThePeakIsZero(IndicoDatabase database) {
        assertThat(values(database)).containsEntry(PEAK, 0.0);
    }

    @ParameterizedTest(name = "start {0} and {1} ticks from now: {2}")
    @CsvSource({"PT0H,0,1", "P1D,0,1", "P1D,1,0", "P-9D,0,1"})
    void thePeakIsOfTheNextDay(Duration offset, int ticks, double expected, IndicoDatabase database, IndicoRows rows) {
        Instant start = NOW.plus(offset).plus(TICK.multipliedBy(ticks));
        during(rows, start, NOW.plus(Duration.ofDays(9))).insert();
        assertThat(values(database)).containsEntry(PEAK, expected);
    }

    @Test
    void anEventThatIsOverOrDeletedAddsNothingToThePeak(IndicoDatabase database, IndicoRows rows) {
        during(rows, NOW.minus(TICK), NOW).insert();
        during(rows, NOW, NOW.plusSeconds(1)).with(EVENTS.IS_DELETED, true).insert();
        assertThat(values(database)).containsEntry(PEAK, 0.0);
    }

    @ParameterizedTest(name = "end {0} ticks after the other starts: {0}")
    @ValueSource(ints = {-1, 0, 1})
    void eventsAreConcurrentIfOneStartsWhenTheOtherEnds(int ticks, IndicoDatabase database, IndicoRows rows) {
        Instant start = NOW.plusSeconds(7200);
        during(rows, LONG_AGO, start.plus(TICK.multipliedBy(ticks))).insert();
        during(rows, start, start.plusSeconds(60)).insert();
        during(rows, start.plusSeconds(120), start.plusSeconds(180)).insert();
        assertThat(values(database)).containsEntry(PEAK, ticks < 0 ? 1.0 : 2.0);
    }

    private static IndicoRows.Row event(IndicoRows rows, EventType type) {
        return rows.row(EVENTS).with(EVENTS.TYPE, type).with(EVENTS.CREATED_DT, LONG_AGO);
    }

    private static IndicoRows.Row during(IndicoRows rows, Instant start, Instant end) {
        return event(rows, EventType.CONFERENCE).with(EVENTS.START_DT, start).with(EVENTS.END_DT, end);
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database, NOW, engine -> engine.zone(KATHMANDU)));
    }
}
