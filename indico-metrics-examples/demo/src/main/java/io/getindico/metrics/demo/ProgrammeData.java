package io.getindico.metrics.demo;

import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Sessions.SESSIONS;
import static io.getindico.metrics.jooq.events.tables.Subcontributions.SUBCONTRIBUTIONS;

import io.getindico.metrics.demo.EventsData.Event;
import io.getindico.metrics.jooq.enums.EventType;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import io.getindico.metrics.jooq.enums.RenderMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jooq.DSLContext;
import org.jooq.TableField;
import org.jooq.types.YearToSecond;
import org.jspecify.annotations.Nullable;

/** What events are made of: sessions, contributions and their parts. */
final class ProgrammeData {
    private static final double DELETED = 0.1;

    private final Dice dice;
    private final Rows sessions = new Rows(SESSIONS);
    private final Rows contributions = new Rows(CONTRIBUTIONS);
    private final Rows subcontributions = new Rows(SUBCONTRIBUTIONS);
    private final List<Linked> parts = new ArrayList<>();

    ProgrammeData(Dice dice) {
        this.dice = dice;
    }

    void fill(DSLContext dsl, List<Event> events) {
        events.forEach(this::addTo);
        sessions.write(dsl);
        contributions.write(dsl);
        subcontributions.write(dsl);
        numberLast(dsl);
    }

    private void addTo(Event event) {
        switch (event.type()) {
            case CONFERENCE -> addTo(event, dice.between(2, 6), dice.between(8, 24));
            case MEETING -> addTo(event, dice.chance(0.1) ? 1 : 0, dice.between(0, 3));
            case LECTURE -> {} // It is its only contribution.
        }
    }

    private void addTo(Event event, int numberOfSessions, int numberOfContributions) {
        List<Integer> live = new ArrayList<>();
        for (int friendlyId = 1; friendlyId <= numberOfSessions; friendlyId++) {
            boolean isDeleted = dice.chance(DELETED);
            int session = addSession(event, friendlyId, isDeleted);
            if (!isDeleted) {
                live.add(session);
            }
        }
        for (int friendlyId = 1; friendlyId <= numberOfContributions; friendlyId++) {
            addContribution(event, friendlyId, live.isEmpty() ? null : dice.pick(live));
        }
    }

    private int addSession(Event event, int friendlyId, boolean isDeleted) {
        int id = sessions.add()
                .set(SESSIONS.EVENT_ID, event.id())
                .set(SESSIONS.FRIENDLY_ID, friendlyId)
                .set(SESSIONS.TITLE, dice.pick(Words.TOPICS))
                .set(SESSIONS.DEFAULT_CONTRIBUTION_DURATION, minutes(20))
                .set(SESSIONS.TEXT_COLOR, "1D041F")
                .set(SESSIONS.BACKGROUND_COLOR, "EEE0EF")
                .set(SESSIONS.IS_DELETED, isDeleted)
                .set(SESSIONS.PROTECTION_MODE, ProtectionMode.INHERITING)
                .set(SESSIONS.INHERIT_LOCATION, true)
                .id();
        parts.add(event.linked(LinkType.SESSION, id));
        return id;
    }

    private void addContribution(Event event, int friendlyId, @Nullable Integer session) {
        int id = contributions
                .add()
                .set(CONTRIBUTIONS.EVENT_ID, event.id())
                .set(CONTRIBUTIONS.FRIENDLY_ID, friendlyId)
                .set(CONTRIBUTIONS.SESSION_ID, session)
                .set(CONTRIBUTIONS.TITLE, title())
                .set(CONTRIBUTIONS.DURATION, minutes(5 * dice.between(1, 8)))
                .set(CONTRIBUTIONS.RENDER_MODE, RenderMode.MARKDOWN)
                .set(CONTRIBUTIONS.IS_DELETED, dice.chance(DELETED))
                .set(CONTRIBUTIONS.PROTECTION_MODE, ProtectionMode.INHERITING)
                .set(CONTRIBUTIONS.INHERIT_LOCATION, true)
                .id();
        parts.add(event.linked(LinkType.CONTRIBUTION, id));
        if (event.type() == EventType.MEETING && dice.chance(0.15)) {
            int number = dice.between(1, 4);
            for (int position = 1; position <= number; position++) {
                addSubcontribution(event, id, position);
            }
        }
    }

    private void addSubcontribution(Event event, int contribution, int position) {
        int id = subcontributions
                .add()
                .set(SUBCONTRIBUTIONS.CONTRIBUTION_ID, contribution)
                .set(SUBCONTRIBUTIONS.FRIENDLY_ID, position)
                .set(SUBCONTRIBUTIONS.POSITION, position)
                .set(SUBCONTRIBUTIONS.TITLE, title())
                .set(SUBCONTRIBUTIONS.DURATION, minutes(5))
                .set(SUBCONTRIBUTIONS.RENDER_MODE, RenderMode.MARKDOWN)
                .set(SUBCONTRIBUTIONS.IS_DELETED, dice.chance(DELETED))
                .id();
        parts.add(event.linked(LinkType.SUBCONTRIBUTION, id));
    }

    private String title() {
        return dice.pick(Words.TALKS) + " " + dice.pick(Words.TOPICS).toLowerCase(Locale.ROOT);
    }

    private static YearToSecond minutes(int minutes) {
        return YearToSecond.valueOf(Duration.ofMinutes(minutes));
    }

    /** Events and contributions know the last number that they gave to a part. */
    private static void numberLast(DSLContext dsl) {
        numberLast(
                dsl, EVENTS.ID, EVENTS.LAST_FRIENDLY_SESSION_ID, Highest.of(SESSIONS.FRIENDLY_ID, SESSIONS.EVENT_ID));
        numberLast(
                dsl,
                EVENTS.ID,
                EVENTS.LAST_FRIENDLY_CONTRIBUTION_ID,
                Highest.of(CONTRIBUTIONS.FRIENDLY_ID, CONTRIBUTIONS.EVENT_ID));
        numberLast(
                dsl,
                CONTRIBUTIONS.ID,
                CONTRIBUTIONS.LAST_FRIENDLY_SUBCONTRIBUTION_ID,
                Highest.of(SUBCONTRIBUTIONS.FRIENDLY_ID, SUBCONTRIBUTIONS.CONTRIBUTION_ID));
    }

    private static void numberLast(
            DSLContext dsl, TableField<?, Integer> id, TableField<?, Integer> column, Highest parts) {
        dsl.update(column.getTable())
                .set(column, parts.number())
                .from(parts.table())
                .where(parts.group().eq(id))
                .execute();
    }

    /** Sessions, contributions and subcontributions, deleted ones included. */
    List<Linked> parts() {
        return parts;
    }
}
