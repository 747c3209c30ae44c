package io.getindico.metrics.demo;

import static io.getindico.metrics.jooq.events.tables.NoteRevisions.NOTE_REVISIONS;
import static io.getindico.metrics.jooq.events.tables.Notes.NOTES;

import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.jooq.enums.RenderMode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.TableField;

/** Minutes, with what they were before. */
final class NotesData {
    private static final double DELETED = 0.1;

    /** How many objects of a kind have a note. */
    private static final Map<LinkType, Double> SHARES = Map.of(
            LinkType.EVENT, 0.3,
            LinkType.SESSION, 0.1,
            LinkType.CONTRIBUTION, 0.06,
            LinkType.SUBCONTRIBUTION, 0.06);

    private final Timeline timeline;
    private final Dice dice;
    private final UsersData users;
    private final Rows notes = new Rows(NOTES);
    private final Rows revisions = new Rows(NOTE_REVISIONS);

    NotesData(Timeline timeline, Dice dice, UsersData users) {
        this.timeline = timeline;
        this.dice = dice;
        this.users = users;
    }

    void fill(DSLContext dsl, List<Linked> objects) {
        for (Linked object : objects) {
            if (dice.chance(SHARES.getOrDefault(object.type(), 0.0))) {
                addWithHistory(object);
            }
        }
        write(dsl);
    }

    private void addWithHistory(Linked object) {
        boolean isDeleted = dice.chance(DELETED);
        Instant moment = timeline.between(object.from(), object.until());
        int note = add(object, moment, isDeleted);
        int more = dice.chance(0.6) ? 0 : dice.between(1, 4);
        for (int i = 0; i < more; i++) {
            moment = timeline.between(moment, object.until());
            revise(note, moment);
        }
        if (isDeleted) {
            empty(note, object.until());
        }
    }

    int add(Linked object, Instant moment, boolean isDeleted) {
        int note = notes.add()
                .set(NOTES.IS_DELETED, isDeleted)
                .set(NOTES.LINK_TYPE, object.type())
                .set(NOTES.EVENT_ID, object.event())
                .set(linkColumn(object.type()), object.id())
                .id();
        revise(note, moment);
        return note;
    }

    private static TableField<?, Integer> linkColumn(LinkType type) {
        return switch (type) {
            case EVENT -> NOTES.LINKED_EVENT_ID;
            case SESSION -> NOTES.SESSION_ID;
            case CONTRIBUTION -> NOTES.CONTRIBUTION_ID;
            case SUBCONTRIBUTION -> NOTES.SUBCONTRIBUTION_ID;
            case CATEGORY, SESSION_BLOCK -> throw new IllegalArgumentException("no note belongs to a " + type);
        };
    }

    private String text() {
        return "Next: " + dice.pick(Words.TOPICS);
    }

    private static String html(String text) {
        return text.isEmpty() ? "" : "<p>" + text + "</p>";
    }

    void revise(int note, Instant moment) {
        addRevision(note, moment, text());
    }

    /** What happens to a note that is deleted. */
    void empty(int note, Instant moment) {
        addRevision(note, moment, "");
    }

    private void addRevision(int note, Instant moment, String text) {
        revisions
                .add()
                .set(NOTE_REVISIONS.NOTE_ID, note)
                .set(NOTE_REVISIONS.USER_ID, users.anyone().id())
                .set(NOTE_REVISIONS.CREATED_DT, moment)
                .set(NOTE_REVISIONS.RENDER_MODE, RenderMode.MARKDOWN)
                .set(NOTE_REVISIONS.SOURCE, text)
                .set(NOTE_REVISIONS.HTML, html(text));
    }

    void write(DSLContext dsl) {
        notes.write(dsl);
        revisions.write(dsl);
        showNewestRevisions(dsl);
    }

    /** A note and its revisions refer to each other, so one of the two is told later. */
    private static void showNewestRevisions(DSLContext dsl) {
        Highest newest = Highest.of(NOTE_REVISIONS.ID, NOTE_REVISIONS.NOTE_ID);
        dsl.update(NOTES)
                .set(NOTES.CURRENT_REVISION_ID, NOTE_REVISIONS.ID)
                .set(NOTES.HTML, NOTE_REVISIONS.HTML)
                .from(newest.table().join(NOTE_REVISIONS).on(NOTE_REVISIONS.ID.eq(newest.number())))
                .where(newest.group().eq(NOTES.ID), NOTES.CURRENT_REVISION_ID.isDistinctFrom(newest.number()))
                .execute();
    }
}
