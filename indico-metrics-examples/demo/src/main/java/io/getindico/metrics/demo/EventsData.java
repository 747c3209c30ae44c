package io.getindico.metrics.demo;

import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;

import io.getindico.metrics.demo.CategoriesData.Category;
import io.getindico.metrics.jooq.enums.EventType;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;

/** Some thousand events: over the years as people plan them, and around the start so that some begin or end all the time. */
final class EventsData {
    private static final int OVER_THE_YEARS = 2400;
    private static final int FIRST_DAY = -4 * 365;
    private static final int LAST_DAY = 200;
    private static final int AROUND_START = 800;
    private static final Duration REACH = Duration.ofHours(2);
    private static final double DELETED = 0.05;
    private static final double UNLISTED = 0.02;
    private static final LocalTime CONFERENCE_END = LocalTime.of(17, 30);

    /**
     * An event.
     *
     * @param lastChange until when people add to it
     */
    record Event(int id, EventType type, Instant created, Instant lastChange) {
        Linked linked() {
            return linked(LinkType.EVENT, id);
        }

        /** One of its parts. */
        Linked linked(LinkType part, int partId) {
            return new Linked(part, partId, id, created, lastChange);
        }
    }

    private final Timeline timeline;
    private final Dice dice;
    private final UsersData users;
    private final CategoriesData categories;
    private final Rows events = new Rows(EVENTS);
    private final List<Event> all = new ArrayList<>();

    EventsData(Timeline timeline, Dice dice, UsersData users, CategoriesData categories) {
        this.timeline = timeline;
        this.dice = dice;
        this.users = users;
        this.categories = categories;
    }

    void fill(DSLContext dsl) {
        for (int i = 0; i < OVER_THE_YEARS; i++) {
            addPlanned();
        }
        for (int i = 0; i < AROUND_START; i++) {
            Instant begin = timeline.aroundStart(REACH);
            Instant end = begin.plus(dice.between(Duration.ofMinutes(2), Duration.ofMinutes(50)));
            add(dice.chance(0.6) ? EventType.MEETING : EventType.LECTURE, announced(begin), begin, end);
        }
        write(dsl);
    }

    private void addPlanned() {
        LocalDateTime begin = timeline.workingTime(FIRST_DAY, LAST_DAY);
        EventType type =
                dice.chance(0.08) ? EventType.CONFERENCE : dice.chance(0.6) ? EventType.MEETING : EventType.LECTURE;
        LocalDateTime end = type == EventType.CONFERENCE
                ? begin.plusDays(dice.between(1, 4)).with(CONFERENCE_END)
                : begin.plusMinutes(30L * dice.between(1, type == EventType.MEETING ? 8 : 3));
        add(type, announced(timeline.instant(begin)), timeline.instant(begin), timeline.instant(end));
    }

    /** Some days or months before, but not after the demo's start. */
    private Instant announced(Instant begin) {
        return timeline.atLatestStart(begin.minus(dice.between(Duration.ofDays(2), Duration.ofDays(250))));
    }

    private void add(EventType type, Instant created, Instant begin, Instant end) {
        Rows.Row row = newRow(type, created, begin, end);
        if (dice.chance(UNLISTED)) {
            row.set(EVENTS.PROTECTION_MODE, ProtectionMode.INHERITING).set(EVENTS.IS_DELETED, dice.chance(DELETED));
        } else {
            Category category = dice.pick(categories.holders());
            row.set(EVENTS.CATEGORY_ID, category.id())
                    // No live event stands in a deleted category.
                    .set(EVENTS.IS_DELETED, category.isDeleted() || dice.chance(DELETED));
        }
        Instant minutesReady = timeline.atLatestStart(end.plus(Duration.ofDays(2)));
        all.add(new Event(row.id(), type, created, minutesReady.isAfter(created) ? minutesReady : created));
    }

    /** Begins an event, which is unlisted until it gets a category. */
    Rows.Row newRow(EventType type, Instant created, Instant begin, Instant end) {
        return events.add()
                .set(EVENTS.TYPE, type)
                .set(EVENTS.TITLE, title(type))
                .set(EVENTS.CREATOR_ID, users.anyone().id())
                .set(EVENTS.CREATED_DT, created)
                .set(EVENTS.START_DT, begin)
                .set(EVENTS.END_DT, end)
                .set(EVENTS.TIMEZONE, timeline.zone().getId())
                .set(EVENTS.IS_LOCKED, dice.chance(0.02))
                .set(EVENTS.VISIBILITY, dice.chance(0.1) ? dice.between(0, 2) : null)
                .set(EVENTS.PROTECTION_MODE, dice.chance(0.12) ? ProtectionMode.PROTECTED : ProtectionMode.INHERITING);
    }

    private String title(EventType type) {
        List<String> forms = switch (type) {
            case LECTURE -> Words.LECTURES;
            case MEETING -> Words.MEETINGS;
            case CONFERENCE -> Words.CONFERENCES;
        };
        return dice.pick(Words.TOPICS) + ": " + dice.pick(forms);
    }

    void write(DSLContext dsl) {
        events.write(dsl);
    }

    /** Those of the fill, deleted ones included. */
    List<Event> all() {
        return all;
    }
}
