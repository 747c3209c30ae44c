package io.getindico.metrics.demo;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.selectOne;

import io.getindico.metrics.jooq.categories.tables.Categories;
import io.getindico.metrics.jooq.enums.EventType;
import io.getindico.metrics.jooq.enums.LivesyncChangeType;
import io.getindico.metrics.jooq.enums.LivesyncEntryType;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Events and categories are made, changed and deleted. */
final class EventChanges {
    private final DemoData data;
    private final Dice dice;

    EventChanges(DemoData data) {
        this.data = data;
        this.dice = data.dice;
    }

    List<Change> all() {
        return List.of(
                this::beginShortly,
                this::beginShortly,
                this::announce,
                this::deleteEvent,
                this::addCategory,
                this::deleteCategory,
                this::protectCategory,
                this::protectCategory);
    }

    private void beginShortly(DSLContext dsl, Instant now) {
        Instant begin = now.plus(dice.between(Duration.ofSeconds(1), Duration.ofSeconds(15)));
        addEvent(dsl, now, begin, begin.plus(dice.between(Duration.ofSeconds(20), Duration.ofMinutes(10))));
    }

    private void announce(DSLContext dsl, Instant now) {
        Instant begin = now.plus(dice.between(Duration.ofDays(1), Duration.ofDays(90)));
        addEvent(dsl, now, begin, begin.plus(dice.between(Duration.ofMinutes(30), Duration.ofHours(4))));
    }

    private void addEvent(DSLContext dsl, Instant now, Instant begin, Instant end) {
        EventType type = dice.chance(0.5) ? EventType.MEETING : EventType.LECTURE;
        Optional<Integer> category =
                Pick.one(dsl, CATEGORIES.ID, CATEGORIES.IS_DELETED.isFalse(), CATEGORIES.PARENT_ID.isNotNull());
        Rows.Row event = data.events.newRow(type, now, begin, end).set(EVENTS.CATEGORY_ID, category.orElse(null));
        data.events.write(dsl);
        data.livesync.tell(dsl, LivesyncEntryType.EVENT, event.id(), LivesyncChangeType.CREATED, now);
    }

    private void deleteEvent(DSLContext dsl, Instant now) {
        Pick.one(dsl, EVENTS.ID, EVENTS.IS_DELETED.isFalse(), EVENTS.START_DT.gt(now))
                .ifPresent(event -> {
                    dsl.update(EVENTS)
                            .set(EVENTS.IS_DELETED, true)
                            .where(EVENTS.ID.eq(event))
                            .execute();
                    data.livesync.tell(dsl, LivesyncEntryType.EVENT, event, LivesyncChangeType.DELETED, now);
                });
    }

    private void addCategory(DSLContext dsl, Instant now) {
        Pick.one(dsl, CATEGORIES.ID, CATEGORIES.IS_DELETED.isFalse(), CATEGORIES.PARENT_ID.isNotNull())
                .ifPresent(parent -> {
                    int siblings = dsl.fetchCount(CATEGORIES, CATEGORIES.PARENT_ID.eq(parent));
                    data.categories.add(parent, siblings + 1, dice.pick(Words.TOPICS), false);
                    data.categories.write(dsl);
                });
    }

    /** Only an empty one can be deleted. */
    private void deleteCategory(DSLContext dsl, Instant now) {
        Categories below = CATEGORIES.as("below");
        Pick.one(
                        dsl,
                        CATEGORIES.ID,
                        CATEGORIES.IS_DELETED.isFalse(),
                        CATEGORIES.PARENT_ID.isNotNull(),
                        notExists(selectOne()
                                .from(below)
                                .where(below.PARENT_ID.eq(CATEGORIES.ID), below.IS_DELETED.isFalse())),
                        notExists(selectOne()
                                .from(EVENTS)
                                .where(EVENTS.CATEGORY_ID.eq(CATEGORIES.ID), EVENTS.IS_DELETED.isFalse())))
                .ifPresent(category -> dsl.update(CATEGORIES)
                        .set(CATEGORIES.IS_DELETED, true)
                        .where(CATEGORIES.ID.eq(category))
                        .execute());
    }

    /** Which other systems must know for all events in it. */
    private void protectCategory(DSLContext dsl, Instant now) {
        Pick.one(dsl, CATEGORIES.ID, CATEGORIES.IS_DELETED.isFalse(), CATEGORIES.PARENT_ID.isNotNull())
                .ifPresent(category -> {
                    ProtectionMode mode = dice.chance(0.3) ? ProtectionMode.PROTECTED : ProtectionMode.INHERITING;
                    dsl.update(CATEGORIES)
                            .set(CATEGORIES.PROTECTION_MODE, mode)
                            .where(CATEGORIES.ID.eq(category))
                            .execute();
                    data.livesync.tell(
                            dsl, LivesyncEntryType.CATEGORY, category, LivesyncChangeType.PROTECTION_CHANGED, now);
                });
    }
}
