package io.getindico.metrics.demo;

import static io.getindico.metrics.jooq.enums.LivesyncChangeType.CREATED;
import static io.getindico.metrics.jooq.enums.LivesyncChangeType.DATA_CHANGED;
import static io.getindico.metrics.jooq.enums.LivesyncChangeType.DELETED;
import static io.getindico.metrics.jooq.enums.LivesyncChangeType.LOCATION_CHANGED;
import static io.getindico.metrics.jooq.enums.LivesyncChangeType.MOVED;
import static io.getindico.metrics.jooq.enums.LivesyncChangeType.PROTECTION_CHANGED;
import static io.getindico.metrics.jooq.plugin_livesync.tables.Agents.AGENTS;
import static io.getindico.metrics.jooq.plugin_livesync.tables.Queues.QUEUES;

import io.getindico.metrics.jooq.enums.LivesyncChangeType;
import io.getindico.metrics.jooq.enums.LivesyncEntryType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.TableField;

/** What the livesync plugin told other systems, and what it has yet to tell them. */
final class LivesyncData {
    private static final List<String> BACKENDS = List.of("citadel", "debug");
    private static final int NUMBER = 1200;
    private static final Duration AGE = Duration.ofDays(30);

    private final Timeline timeline;
    private final Dice dice;
    private final Rows agents = new Rows(AGENTS);
    private final Rows queues = new Rows(QUEUES);
    private final List<Integer> agentIds = new ArrayList<>();

    LivesyncData(Timeline timeline, Dice dice) {
        this.timeline = timeline;
        this.dice = dice;
    }

    /**
     * Fills agents and queues.
     *
     * @param objects what may have changed, by its type
     */
    void fill(DSLContext dsl, Map<LivesyncEntryType, List<Integer>> objects) {
        Instant lastRun = timeline.start().minus(Duration.ofMinutes(1));
        BACKENDS.forEach(backend -> addAgent(backend, lastRun));
        List<LivesyncEntryType> types = List.copyOf(objects.keySet());
        for (int i = 0; i < NUMBER; i++) {
            LivesyncEntryType type = dice.pick(types);
            // Some a month ago, and some since the agents ran.
            Instant moment = timeline.start().minus(dice.partOf(AGE, 4));
            add(type, dice.pick(objects.getOrDefault(type, List.of())), change(type), moment, moment.isBefore(lastRun));
        }
        write(dsl);
    }

    private void addAgent(String backend, Instant lastRun) {
        agentIds.add(agents.add()
                .set(AGENTS.BACKEND_NAME, backend)
                .set(AGENTS.NAME, "Demo " + backend)
                .set(AGENTS.INITIAL_DATA_EXPORTED, true)
                .set(AGENTS.LAST_RUN, lastRun)
                .id());
    }

    private LivesyncChangeType change(LivesyncEntryType type) {
        return dice.pick(
                switch (type) {
                    case CATEGORY -> List.of(MOVED, PROTECTION_CHANGED);
                    case EVENT -> List.of(CREATED, DELETED, MOVED, DATA_CHANGED, PROTECTION_CHANGED, LOCATION_CHANGED);
                    case SESSION -> List.of(DATA_CHANGED, PROTECTION_CHANGED, LOCATION_CHANGED);
                    case CONTRIBUTION -> List.of(CREATED, DELETED, DATA_CHANGED, PROTECTION_CHANGED, LOCATION_CHANGED);
                    case SUBCONTRIBUTION, NOTE, ATTACHMENT -> List.of(CREATED, DELETED, DATA_CHANGED);
                });
    }

    /** Has every agent tell of a change when it runs next. */
    void tell(DSLContext dsl, LivesyncEntryType type, int id, LivesyncChangeType change, Instant moment) {
        add(type, id, change, moment, false);
        write(dsl);
    }

    private void add(LivesyncEntryType type, int id, LivesyncChangeType change, Instant moment, boolean isProcessed) {
        for (int agent : agentIds) {
            queues.add()
                    .set(QUEUES.AGENT_ID, agent)
                    .set(QUEUES.TIMESTAMP, moment)
                    .set(QUEUES.PROCESSED, isProcessed)
                    .set(QUEUES.CHANGE, change)
                    .set(QUEUES.TYPE, type)
                    .set(column(type), id);
        }
    }

    private static TableField<?, Integer> column(LivesyncEntryType type) {
        return switch (type) {
            case CATEGORY -> QUEUES.CATEGORY_ID;
            case EVENT -> QUEUES.EVENT_ID;
            case SESSION -> QUEUES.SESSION_ID;
            case CONTRIBUTION -> QUEUES.CONTRIBUTION_ID;
            case SUBCONTRIBUTION -> QUEUES.SUBCONTRIBUTION_ID;
            case NOTE -> QUEUES.NOTE_ID;
            case ATTACHMENT -> QUEUES.ATTACHMENT_ID;
        };
    }

    /** Has one of the agents tell its system of all that it has not told yet. */
    void run(DSLContext dsl, Instant now) {
        int agent = dice.pick(agentIds);
        dsl.update(QUEUES)
                .set(QUEUES.PROCESSED, true)
                .where(QUEUES.AGENT_ID.eq(agent), QUEUES.PROCESSED.isFalse())
                .execute();
        dsl.update(AGENTS).set(AGENTS.LAST_RUN, now).where(AGENTS.ID.eq(agent)).execute();
    }

    private void write(DSLContext dsl) {
        agents.write(dsl);
        queues.write(dsl);
    }
}
