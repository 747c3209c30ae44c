package io.getindico.metrics.collectors.livesync;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.plugin_livesync.tables.Queues.QUEUES;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.table;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.Value;
import io.getindico.metrics.jooq.enums.LivesyncEntryType;
import java.util.List;
import org.jooq.CommonTableExpression;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.Table;
import org.jooq.impl.DSL;

/**
 * Counts the unprocessed entries in the queues of the livesync plugin, and the events below the categories that such
 * entries are about. An event counts once for each entry about a category above it, because each entry is work to do.
 * Deleted events and events below a deleted category do not count.
 *
 * <p>Reads {@code plugin_livesync.queues} once, walks {@code categories.categories} down from the root once regardless
 * of the number of entries, and reads the {@code events.events} below the queued categories. Without the plugin's
 * tables the collector is skipped.
 *
 * <pre>
 * # TYPE indico_size_livesync_queues gauge
 * indico_size_livesync_queues 39.0
 * # TYPE indico_num_livesync_events_category_changes gauge
 * indico_num_livesync_events_category_changes 131.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class LivesyncCollector implements MetricCollector {
    private static final MetricFamily QUEUE_SIZE = MetricFamily.gauge("indico_size_livesync_queues")
            .help("Entries in the livesync queues that are not processed yet.")
            .profile(Profile.COMPATIBLE)
            .build();
    private static final MetricFamily CATEGORY_CHANGES = MetricFamily.gauge(
                    "indico_num_livesync_events_category_changes")
            .help("Events below the categories that unprocessed livesync entries are about, once for each entry.")
            .profile(Profile.COMPATIBLE)
            .build();
    private static final String ENTRIES = "entries";

    @Override
    public String name() {
        return "livesync";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(QUEUE_SIZE, CATEGORY_CHANGES);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        CommonTableExpression<?> queued = queued();
        CommonTableExpression<?> live = liveCategories(queued);
        var isBelow = EVENTS.CATEGORY_ID.eq(live.field(CATEGORIES.ID)).and(EVENTS.IS_DELETED.isFalse());
        Table<?> eventsBelow = live.join(EVENTS).on(isBelow, entries(live).gt(0L));
        return List.of(FamilyQuery.withoutFrom()
                .with(queued, live)
                .value(QUEUE_SIZE, total(entries(queued), queued))
                .value(CATEGORY_CHANGES, total(entries(live), eventsBelow)));
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

    /** Categories that are live up to the root, each with the number of entries about it or a category above it. */
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
