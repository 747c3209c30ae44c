package io.getindico.metrics.collectors.programme;

import static io.getindico.metrics.jooq.events.tables.Breaks.BREAKS;
import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Sessions.SESSIONS;
import static io.getindico.metrics.jooq.events.tables.Subcontributions.SUBCONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.TimetableEntries.TIMETABLE_ENTRIES;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.TimetableEntryType;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ProgrammeCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new ProgrammeCollector();
    }

    /** Three of each kind that are alive, among others that are deleted or in something deleted. */
    @Override
    protected void insertRows(IndicoRows rows) {
        int live = rows.row(EVENTS).insert();
        int deleted = rows.row(EVENTS).with(EVENTS.IS_DELETED, true).insert();
        schedule(rows, contribution(rows, live).insert());
        schedule(rows, contribution(rows, live).insert());
        int unscheduled = contribution(rows, live).insert();
        int deletedOne =
                contribution(rows, live).with(CONTRIBUTIONS.IS_DELETED, true).insert();
        int ofDeletedEvent = contribution(rows, deleted).insert();
        schedule(rows, deletedOne);
        schedule(rows, ofDeletedEvent);
        takeBreak(rows, live);
        for (int i = 0; i < 3; i++) {
            subcontribution(rows, unscheduled, false);
            session(rows, live, false);
        }
        subcontribution(rows, unscheduled, true);
        subcontribution(rows, deletedOne, false);
        subcontribution(rows, ofDeletedEvent, false);
        session(rows, live, true);
        session(rows, deleted, false);
    }

    @Test
    void deletedObjectsAndThoseInDeletedOnesDoNotCount(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .isEqualTo(Map.of(
                        "indico_contributions{state=\"scheduled\"}", 2.0,
                        "indico_contributions{state=\"unscheduled\"}", 1.0,
                        "indico_subcontributions", 3.0,
                        "indico_sessions", 3.0));
    }

    private static IndicoRows.Row contribution(IndicoRows rows, int event) {
        return rows.row(CONTRIBUTIONS).with(CONTRIBUTIONS.EVENT_ID, event);
    }

    private static void schedule(IndicoRows rows, int contribution) {
        rows.row(TIMETABLE_ENTRIES)
                .with(TIMETABLE_ENTRIES.TYPE, TimetableEntryType.CONTRIBUTION)
                .with(TIMETABLE_ENTRIES.CONTRIBUTION_ID, contribution)
                .insert();
    }

    private static void takeBreak(IndicoRows rows, int event) {
        rows.row(TIMETABLE_ENTRIES)
                .with(TIMETABLE_ENTRIES.EVENT_ID, event)
                .with(TIMETABLE_ENTRIES.TYPE, TimetableEntryType.BREAK)
                .with(TIMETABLE_ENTRIES.BREAK_ID, rows.row(BREAKS).insert())
                .insert();
    }

    private static void subcontribution(IndicoRows rows, int contribution, boolean isDeleted) {
        rows.row(SUBCONTRIBUTIONS)
                .with(SUBCONTRIBUTIONS.CONTRIBUTION_ID, contribution)
                .with(SUBCONTRIBUTIONS.IS_DELETED, isDeleted)
                .insert();
    }

    private static void session(IndicoRows rows, int event, boolean isDeleted) {
        rows.row(SESSIONS)
                .with(SESSIONS.EVENT_ID, event)
                .with(SESSIONS.IS_DELETED, isDeleted)
                .insert();
    }
}
