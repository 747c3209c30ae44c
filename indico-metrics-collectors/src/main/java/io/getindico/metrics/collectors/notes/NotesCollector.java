package io.getindico.metrics.collectors.notes;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.events.tables.NoteRevisions.NOTE_REVISIONS;
import static io.getindico.metrics.jooq.events.tables.Notes.NOTES;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.collectors.internal.liveness.DeadObjects;
import java.time.Instant;
import java.util.List;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;

/**
 * Counts the minutes that are not deleted and belong to a live event, contribution, subcontribution or session. An
 * object is live if neither it nor any of its parents is deleted. Also counts them by the type of that object. Makes
 * one pass over {@code events.notes}, after one pass over each of {@code events.events}, {@code contributions}, {@code
 * subcontributions} and {@code sessions}, whose results it shares with the attachments collector.
 *
 * <pre>
 * # TYPE indico_num_notes gauge
 * indico_num_notes 58.0
 * # TYPE indico_notes gauge
 * indico_notes{object_type="event"} 24.0
 * indico_notes{object_type="contribution"} 18.0
 * indico_notes{object_type="subcontribution"} 7.0
 * indico_notes{object_type="session"} 9.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class NotesCollector implements MetricCollector {
    private static final Label OBJECT =
            Label.closed("object_type", "event", "contribution", "subcontribution", "session");
    private static final MetricFamily ACTIVE_NOTES = MetricFamily.gauge("indico_num_notes")
            .help("Minutes that are not deleted and belong to an object that is not deleted.")
            .profile(Profile.COMPATIBLE)
            .purpose("Dashboards made for Indico's own plugin show it.")
            .build();
    private static final MetricFamily NOTES_BY_OBJECT = MetricFamily.gauge("indico_notes")
            .help("Minutes that are not deleted and belong to an object that is not deleted, by the type of that"
                    + " object; they add up to indico_num_notes.")
            .labels(OBJECT)
            .purpose("Managers see where people take minutes.")
            .build();

    @Override
    public String name() {
        return "notes";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(ACTIVE_NOTES, NOTES_BY_OBJECT);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.HEAVY;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        DeadObjects dead = new DeadObjects();
        return List.of(FamilyQuery.from(NOTES)
                .where(
                        NOTES.IS_DELETED.isFalse(),
                        dead.isAlive(
                                NOTES.LINKED_EVENT_ID,
                                NOTES.CONTRIBUTION_ID,
                                NOTES.SUBCONTRIBUTION_ID,
                                NOTES.SESSION_ID))
                .by(OBJECT, NOTES.LINK_TYPE)
                .value(ACTIVE_NOTES, countRows())
                // Indico keeps event_id equal to the event of the linked object. If they differ, both must be live.
                .value(NOTES_BY_OBJECT, countRows().where(dead.isEventAlive(NOTES.EVENT_ID))));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        DeadObjects dead = new DeadObjects();
        Table<?> revisions = select(
                        NOTE_REVISIONS.NOTE_ID,
                        min(NOTE_REVISIONS.CREATED_DT).as("first_at"),
                        max(NOTE_REVISIONS.CREATED_DT).as("last_at"))
                .from(NOTE_REVISIONS)
                .groupBy(NOTE_REVISIONS.NOTE_ID)
                .asTable("revisions");
        DataType<Instant> type = NOTE_REVISIONS.CREATED_DT.getDataType();
        Field<Instant> lastAt = field(DSL.name("revisions", "last_at"), type);
        return List.of(FamilyHistory.nearExact(
                        FamilyQuery.from(NOTES.leftJoin(revisions)
                                        .on(revisions
                                                .field(NOTE_REVISIONS.NOTE_ID)
                                                .eq(NOTES.ID)))
                                .where(
                                        NOTES.IS_DELETED.isFalse().or(lastAt.isNotNull()),
                                        dead.isAlive(
                                                NOTES.LINKED_EVENT_ID,
                                                NOTES.CONTRIBUTION_ID,
                                                NOTES.SUBCONTRIBUTION_ID,
                                                NOTES.SESSION_ID))
                                .by(OBJECT, NOTES.LINK_TYPE)
                                .value(ACTIVE_NOTES, countRows())
                                .value(NOTES_BY_OBJECT, countRows().where(dead.isEventAlive(NOTES.EVENT_ID))),
                        "Minutes of objects that are deleted today are missing, and so is the time between a deletion and a"
                                + " new beginning.")
                .from(field(DSL.name("revisions", "first_at"), type))
                // Deleting minutes adds an empty revision.
                .until(when(NOTES.IS_DELETED.isTrue(), lastAt))
                .inPartsOf(NOTES.ID));
    }
}
