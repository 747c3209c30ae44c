package io.getindico.metrics.collectors.livesync;

import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.plugin_livesync.tables.Agents.AGENTS;
import static io.getindico.metrics.jooq.plugin_livesync.tables.Queues.QUEUES;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.table;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.Value;
import io.getindico.metrics.jooq.enums.LivesyncEntryType;
import java.time.Instant;
import java.util.List;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.Table;
import org.jooq.impl.DSL;

/**
 * Counts the entries in the queues of the livesync plugin by agent, and the events below the categories that unprocessed
 * entries are about. An event counts once for each entry about a category above it, because each entry is work to do.
 * Deleted events and events below a deleted category do not count. An agent without entries has the value 0.
 *
 * <p>Makes two passes over {@code plugin_livesync.queues}. The first pass reads the unprocessed entries for the gauges
 * of Indico's own plugin. It also walks {@code categories.categories} down from the root once, regardless of the number
 * of entries, and reads the {@code events.events} below the queued categories. The second pass reads all entries.
 * Without the plugin's tables the collector is skipped.
 *
 * <pre>
 * # TYPE indico_size_livesync_queues gauge
 * indico_size_livesync_queues 39.0
 * # TYPE indico_num_livesync_events_category_changes gauge
 * indico_num_livesync_events_category_changes 131.0
 * # TYPE indico_livesync_queue_entries gauge
 * indico_livesync_queue_entries{agent="agent1",object_type="attachment"} 2.0
 * indico_livesync_queue_entries{agent="agent1",object_type="category"} 2.0
 * # TYPE indico_livesync_processed_entries gauge
 * indico_livesync_processed_entries{agent="agent1"} 5.0
 * # TYPE indico_livesync_queue_oldest_entry_timestamp_seconds gauge
 * indico_livesync_queue_oldest_entry_timestamp_seconds{agent="agent1"} 1.7705442E9
 * </pre>
 *
 * @since 0.1.0
 */
public final class LivesyncCollector implements MetricCollector {
    private static final MetricFamily QUEUE_SIZE = MetricFamily.gauge("indico_size_livesync_queues")
            .help("Entries in the livesync queues that are not processed yet.")
            .profile(Profile.COMPATIBLE)
            .purpose("Shows the search team how many changes other systems do not know yet.")
            .build();
    private static final MetricFamily CATEGORY_CHANGES = MetricFamily.gauge(
                    "indico_num_livesync_events_category_changes")
            .help("Events below the categories that unprocessed livesync entries are about, once for each entry.")
            .profile(Profile.COMPATIBLE)
            .purpose("Shows the work behind a short queue: one entry about a category can mean thousands of events.")
            .build();
    private static final Label AGENT = Label.open("agent");
    private static final Label OBJECT_TYPE = Label.closed(
            "object_type", "category", "event", "contribution", "subcontribution", "session", "note", "attachment");
    private static final MetricFamily QUEUE_ENTRIES = MetricFamily.gauge("indico_livesync_queue_entries")
            .help("Number of unprocessed LiveSync queue entries by agent and changed object; the sum is"
                    + " indico_size_livesync_queues.")
            .labels(AGENT, OBJECT_TYPE)
            .purpose("Shows the search team which agent lags, and what changed.")
            .build();
    private static final MetricFamily PROCESSED_ENTRIES = MetricFamily.gauge("indico_livesync_processed_entries")
            .help("Number of processed LiveSync queue entries that are still kept, by agent.")
            .labels(AGENT)
            .purpose("Its `delta()` is the throughput. With the plugin's queue_entry_ttl at its default of 0, entries"
                    + " are kept forever, and every query on the table costs more each day.")
            .build();
    private static final MetricFamily OLDEST_ENTRY = MetricFamily.gauge(
                    "indico_livesync_queue_oldest_entry_timestamp_seconds")
            .help("Unix time of the oldest unprocessed LiveSync queue entry by agent, excluding entries about"
                    + " categories.")
            .unit("seconds")
            .labels(AGENT)
            .purpose("Detects a stuck search index. The queue runs every 15 minutes.")
            .build();
    private static final MetricFamily OLDEST_CATEGORY_ENTRY = MetricFamily.gauge(
                    "indico_livesync_queue_oldest_category_entry_timestamp_seconds")
            .help("Unix time of the oldest unprocessed LiveSync queue entry about a category, by agent.")
            .unit("seconds")
            .labels(AGENT)
            .purpose("Detects the same for categories. A setting of the plugin,"
                    + " `indico_livesync_category_changes_skipped`, leaves these entries in the queue.")
            .build();
    private static final String ENTRIES = "entries";

    @Override
    public String name() {
        return "livesync";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(
                QUEUE_SIZE, CATEGORY_CHANGES, QUEUE_ENTRIES, PROCESSED_ENTRIES, OLDEST_ENTRY, OLDEST_CATEGORY_ENTRY);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(unprocessed(), byAgent());
    }

    private static FamilyQuery unprocessed() {
        CommonTableExpression<?> queued = queued();
        CommonTableExpression<?> live = liveCategories(queued);
        var isBelow = EVENTS.CATEGORY_ID.eq(live.field(CATEGORIES.ID)).and(EVENTS.IS_DELETED.isFalse());
        Table<?> eventsBelow = live.join(EVENTS).on(isBelow, entries(live).gt(0L));
        return FamilyQuery.withoutFrom()
                .with(queued, live)
                .value(QUEUE_SIZE, total(entries(queued), queued))
                .value(CATEGORY_CHANGES, total(entries(live), eventsBelow));
    }

    /** Groups millions of entries before it joins the agents, whose names are texts. */
    private static FamilyQuery byAgent() {
        Field<Instant> oldest = min(QUEUES.TIMESTAMP).as("oldest");
        Table<?> groups = select(QUEUES.AGENT_ID, QUEUES.PROCESSED, QUEUES.TYPE, count().as(ENTRIES), oldest)
                .from(QUEUES)
                .groupBy(QUEUES.AGENT_ID, QUEUES.PROCESSED, QUEUES.TYPE)
                .asTable("groups");
        Condition isProcessed = groups.field(QUEUES.PROCESSED).isTrue();
        Condition isWaiting = groups.field(QUEUES.PROCESSED).isFalse();
        Condition isCategory = groups.field(QUEUES.TYPE).eq(LivesyncEntryType.CATEGORY);
        return FamilyQuery.from(
                        AGENTS.leftJoin(groups).on(groups.field(QUEUES.AGENT_ID).eq(AGENTS.ID)))
                .by(AGENT, AGENTS.NAME, AGENTS.ID)
                .by(OBJECT_TYPE, groups.field(QUEUES.TYPE))
                .value(QUEUE_ENTRIES, Value.sum(entries(groups)).where(isWaiting))
                .value(PROCESSED_ENTRIES, Value.sum(entries(groups)).where(isProcessed))
                .value(OLDEST_ENTRY, earliest(groups.field(oldest)).where(isWaiting.and(isCategory.not())))
                .value(OLDEST_CATEGORY_ENTRY, earliest(groups.field(oldest)).where(isWaiting.and(isCategory)));
    }

    private static Field<Long> entries(Table<?> table) {
        return table.field(ENTRIES, Long.class);
    }

    private static Value total(Field<Long> entries, Table<?> from) {
        return Value.scalar(coalesce(field(select(sum(entries)).from(from)), inline(0)));
    }

    private static CommonTableExpression<?> queued() {
        return DSL.name("queued")
                .asMaterialized(select(QUEUES.TYPE, QUEUES.CATEGORY_ID, count().as(ENTRIES))
                        .from(QUEUES)
                        .where(QUEUES.PROCESSED.isFalse())
                        .groupBy(QUEUES.TYPE, QUEUES.CATEGORY_ID));
    }

    /**
     * The categories that are not below a deleted one, each with the number of entries about it or a category above it.
     */
    private static CommonTableExpression<?> liveCategories(Table<?> queued) {
        Name above = DSL.name("live_categories");
        Field<Integer> parent = field(above.append("id"), Integer.class);
        Field<Long> entriesAbove = field(above.append(ENTRIES), Long.class);
        Field<Long> entries = coalesce(entries(queued), inline(0L));
        var isAbout = queued.field(QUEUES.TYPE)
                .eq(LivesyncEntryType.CATEGORY)
                .and(queued.field(QUEUES.CATEGORY_ID).eq(CATEGORIES.ID));
        return above.as(select(CATEGORIES.ID, entries.as(ENTRIES))
                .from(CATEGORIES)
                .leftJoin(queued)
                .on(isAbout)
                .where(CATEGORIES.PARENT_ID.isNull(), CATEGORIES.IS_DELETED.isFalse())
                .unionAll(select(CATEGORIES.ID, entriesAbove.plus(entries))
                        .from(table(above))
                        .join(CATEGORIES)
                        .on(CATEGORIES.PARENT_ID.eq(parent), CATEGORIES.IS_DELETED.isFalse())
                        .leftJoin(queued)
                        .on(isAbout)));
    }
}
