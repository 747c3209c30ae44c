package io.getindico.metrics.demo;

import static io.getindico.metrics.jooq.attachments.tables.Attachments.ATTACHMENTS;
import static io.getindico.metrics.jooq.attachments.tables.Folders.FOLDERS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Notes.NOTES;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.selectOne;

import io.getindico.metrics.jooq.enums.AttachmentType;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.jooq.enums.LivesyncChangeType;
import io.getindico.metrics.jooq.enums.LivesyncEntryType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** Material and notes of events come, change and go. */
final class MaterialChanges {
    private static final Condition IN_LIVE_EVENT =
            exists(selectOne().from(EVENTS).where(EVENTS.ID.eq(FOLDERS.EVENT_ID), EVENTS.IS_DELETED.isFalse()));
    private static final Condition WITHOUT_NOTE =
            notExists(selectOne().from(NOTES).where(NOTES.LINKED_EVENT_ID.eq(EVENTS.ID)));

    private final DemoData data;

    MaterialChanges(DemoData data) {
        this.data = data;
    }

    List<Change> all() {
        return List.of(
                this::upload,
                this::upload,
                this::upload,
                this::uploadVersion,
                this::addLink,
                this::deleteAttachment,
                this::writeNote,
                this::writeNote,
                this::reviseNote,
                this::deleteNote);
    }

    private void upload(DSLContext dsl, Instant now) {
        liveFolder(dsl).ifPresent(folder -> added(dsl, data.materials.addFile(folder, now, false), now));
    }

    private void addLink(DSLContext dsl, Instant now) {
        liveFolder(dsl).ifPresent(folder -> added(dsl, data.materials.addLink(folder, now, false), now));
    }

    private static Optional<Integer> liveFolder(DSLContext dsl) {
        return Pick.one(dsl, FOLDERS.ID, FOLDERS.IS_DELETED.isFalse(), IN_LIVE_EVENT);
    }

    private void added(DSLContext dsl, int attachment, Instant now) {
        data.materials.write(dsl);
        data.livesync.tell(dsl, LivesyncEntryType.ATTACHMENT, attachment, LivesyncChangeType.CREATED, now);
    }

    private void uploadVersion(DSLContext dsl, Instant now) {
        Pick.one(dsl, ATTACHMENTS.ID, ATTACHMENTS.IS_DELETED.isFalse(), ATTACHMENTS.TYPE.eq(AttachmentType.FILE))
                .ifPresent(attachment -> {
                    data.materials.addVersion(attachment, now);
                    data.materials.write(dsl);
                    modify(dsl, attachment, false, now);
                });
    }

    private void deleteAttachment(DSLContext dsl, Instant now) {
        Pick.one(dsl, ATTACHMENTS.ID, ATTACHMENTS.IS_DELETED.isFalse())
                .ifPresent(attachment -> modify(dsl, attachment, true, now));
    }

    private void modify(DSLContext dsl, int attachment, boolean isDeleted, Instant now) {
        dsl.update(ATTACHMENTS)
                .set(ATTACHMENTS.IS_DELETED, isDeleted)
                .set(ATTACHMENTS.MODIFIED_DT, now)
                .where(ATTACHMENTS.ID.eq(attachment))
                .execute();
        LivesyncChangeType change = isDeleted ? LivesyncChangeType.DELETED : LivesyncChangeType.DATA_CHANGED;
        data.livesync.tell(dsl, LivesyncEntryType.ATTACHMENT, attachment, change, now);
    }

    private void writeNote(DSLContext dsl, Instant now) {
        Pick.one(dsl, EVENTS.ID, EVENTS.IS_DELETED.isFalse(), EVENTS.START_DT.lt(now), WITHOUT_NOTE)
                .ifPresent(event -> {
                    Linked minutes = new Linked(LinkType.EVENT, event, event, now, now);
                    int note = data.notes.add(minutes, now, false);
                    data.notes.write(dsl);
                    data.livesync.tell(dsl, LivesyncEntryType.NOTE, note, LivesyncChangeType.CREATED, now);
                });
    }

    private void reviseNote(DSLContext dsl, Instant now) {
        liveNote(dsl).ifPresent(note -> {
            data.notes.revise(note, now);
            data.notes.write(dsl);
            data.livesync.tell(dsl, LivesyncEntryType.NOTE, note, LivesyncChangeType.DATA_CHANGED, now);
        });
    }

    private void deleteNote(DSLContext dsl, Instant now) {
        liveNote(dsl).ifPresent(note -> {
            data.notes.empty(note, now);
            data.notes.write(dsl);
            dsl.update(NOTES)
                    .set(NOTES.IS_DELETED, true)
                    .where(NOTES.ID.eq(note))
                    .execute();
            data.livesync.tell(dsl, LivesyncEntryType.NOTE, note, LivesyncChangeType.DELETED, now);
        });
    }

    private static Optional<Integer> liveNote(DSLContext dsl) {
        return Pick.one(dsl, NOTES.ID, NOTES.IS_DELETED.isFalse());
    }
}
