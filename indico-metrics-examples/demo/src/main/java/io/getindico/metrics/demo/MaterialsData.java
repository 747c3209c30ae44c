package io.getindico.metrics.demo;

import static io.getindico.metrics.jooq.attachments.tables.Attachments.ATTACHMENTS;
import static io.getindico.metrics.jooq.attachments.tables.Files.FILES;
import static io.getindico.metrics.jooq.attachments.tables.Folders.FOLDERS;

import io.getindico.metrics.jooq.enums.AttachmentType;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;

/** Folders with files in several versions, and with links. */
final class MaterialsData {
    private static final double DELETED = 0.08;
    private static final int MD5_BITS = 128;

    /** How many objects of a kind have material. */
    private static final Map<LinkType, Double> SHARES = Map.of(
            LinkType.CATEGORY, 0.2,
            LinkType.EVENT, 0.45,
            LinkType.SESSION, 0.2,
            LinkType.CONTRIBUTION, 0.15,
            LinkType.SUBCONTRIBUTION, 0.25);

    private enum Kind {
        SLIDES("slides.pdf", "application/pdf", 2_500_000),
        PAPER("paper.pdf", "application/pdf", 600_000),
        MINUTES("minutes.txt", "text/plain", 8_000),
        PHOTO("photo.jpg", "image/jpeg", 1_800_000),
        RECORDING("recording.mp4", "video/mp4", 30_000_000);

        private final String filename;
        private final String contentType;
        private final long medianSize;

        Kind(String filename, String contentType, long medianSize) {
            this.filename = filename;
            this.contentType = contentType;
            this.medianSize = medianSize;
        }
    }

    private final Timeline timeline;
    private final Dice dice;
    private final UsersData users;
    private final Rows folders = new Rows(FOLDERS);
    private final Rows attachments = new Rows(ATTACHMENTS);
    private final Rows files = new Rows(FILES);

    MaterialsData(Timeline timeline, Dice dice, UsersData users) {
        this.timeline = timeline;
        this.dice = dice;
        this.users = users;
    }

    void fill(DSLContext dsl, List<Linked> objects) {
        for (Linked object : objects) {
            if (dice.chance(SHARES.getOrDefault(object.type(), 0.0))) {
                addFolder(object, null);
                if (dice.chance(0.2)) {
                    addFolder(object, dice.pick(Words.TOPICS));
                }
            }
        }
        write(dsl);
    }

    /** Adds a folder with something in it; the one without a title is the object's default one. */
    private void addFolder(Linked object, @Nullable String title) {
        int folder = folders.add()
                .set(FOLDERS.TITLE, title)
                .set(FOLDERS.IS_DEFAULT, title == null)
                .set(FOLDERS.IS_DELETED, title != null && dice.chance(2 * DELETED))
                .set(FOLDERS.PROTECTION_MODE, ProtectionMode.INHERITING)
                .set(FOLDERS.LINK_TYPE, object.type())
                .set(FOLDERS.EVENT_ID, object.event())
                .set(linkColumn(object.type()), object.id())
                .id();
        int number = dice.between(1, 3);
        for (int i = 0; i < number; i++) {
            Instant moment = timeline.between(object.from(), object.until());
            if (dice.chance(0.2)) {
                addLink(folder, moment, dice.chance(DELETED));
            } else {
                addFile(folder, moment, dice.chance(DELETED));
            }
        }
    }

    private static TableField<?, Integer> linkColumn(LinkType type) {
        return switch (type) {
            case CATEGORY -> FOLDERS.CATEGORY_ID;
            case EVENT -> FOLDERS.LINKED_EVENT_ID;
            case SESSION -> FOLDERS.SESSION_ID;
            case CONTRIBUTION -> FOLDERS.CONTRIBUTION_ID;
            case SUBCONTRIBUTION -> FOLDERS.SUBCONTRIBUTION_ID;
            case SESSION_BLOCK -> throw new IllegalArgumentException("no folder belongs to a " + type);
        };
    }

    int addLink(int folder, Instant moment, boolean isDeleted) {
        return addAttachment(folder, moment, isDeleted)
                .set(ATTACHMENTS.TYPE, AttachmentType.LINK)
                .set(ATTACHMENTS.TITLE, dice.pick(Words.TOPICS))
                .set(ATTACHMENTS.LINK_URL, "https://example.org/" + dice.between(1, 100_000))
                .id();
    }

    int addFile(int folder, Instant moment, boolean isDeleted) {
        Kind kind = dice.pick(List.of(Kind.values()));
        int versions = dice.chance(0.8) ? 1 : dice.between(2, 4);
        int attachment = addAttachment(folder, moment, isDeleted)
                .set(ATTACHMENTS.TYPE, AttachmentType.FILE)
                .set(ATTACHMENTS.TITLE, kind.filename)
                .id();
        for (int older = versions - 1; older >= 0; older--) {
            addVersion(attachment, kind, moment.minus(Duration.ofMinutes(10L * older)));
        }
        return attachment;
    }

    private Rows.Row addAttachment(int folder, Instant moment, boolean isDeleted) {
        return attachments
                .add()
                .set(ATTACHMENTS.FOLDER_ID, folder)
                .set(ATTACHMENTS.USER_ID, users.anyone().id())
                .set(ATTACHMENTS.MODIFIED_DT, moment)
                .set(ATTACHMENTS.IS_DELETED, isDeleted)
                .set(ATTACHMENTS.PROTECTION_MODE, ProtectionMode.INHERITING);
    }

    /** Adds a newer version of a file. */
    void addVersion(int attachment, Instant moment) {
        addVersion(attachment, Kind.SLIDES, moment);
    }

    private void addVersion(int attachment, Kind kind, Instant moment) {
        Rows.Row file = files.add();
        file.set(FILES.ATTACHMENT_ID, attachment)
                .set(FILES.USER_ID, users.anyone().id())
                .set(FILES.FILENAME, kind.filename)
                .set(FILES.CONTENT_TYPE, kind.contentType)
                .set(FILES.SIZE, dice.spreadAround(kind.medianSize))
                .set(FILES.MD5, "%032x".formatted(new BigInteger(MD5_BITS, dice.random())))
                .set(FILES.STORAGE_BACKEND, "default")
                .set(FILES.STORAGE_FILE_ID, "attachments/%d/%d-%s".formatted(attachment, file.id(), kind.filename))
                .set(FILES.CREATED_DT, moment);
    }

    void write(DSLContext dsl) {
        folders.write(dsl);
        attachments.write(dsl);
        files.write(dsl);
        showNewestVersions(dsl);
    }

    /** An attachment and its files refer to each other, so one of the two is told later. */
    private static void showNewestVersions(DSLContext dsl) {
        Highest newest = Highest.of(FILES.ID, FILES.ATTACHMENT_ID);
        dsl.update(ATTACHMENTS)
                .set(ATTACHMENTS.FILE_ID, newest.number())
                .from(newest.table())
                .where(newest.group().eq(ATTACHMENTS.ID), ATTACHMENTS.FILE_ID.isDistinctFrom(newest.number()))
                .execute();
    }
}
