package io.getindico.metrics.collectors.livesync;

import static io.getindico.metrics.api.RowCounts.countRows;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.plugin_livesync.tables.Queues.QUEUES;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.table;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Samples;
import io.getindico.metrics.jooq.enums.LivesyncEntryType;
import java.math.BigDecimal;
import java.util.List;
import org.jooq.CommonTableExpression;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Counts what waits in the queues of the livesync plugin: entries not processed yet, and the events below the categories
 * that such entries are about. An event counts once for each entry about a category above it, since each is work to
 * do; those that are deleted, or below a deleted category, do not count.
 *
 * <p>Reads {@code plugin_livesync.queues} once, walks {@code categories.categories} down from the root once, however
 * many entries there are, and reads the {@code events.events} below the queued categories. Without the plugin's tables
 * the collector is skipped.
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
            .build();
    private static final MetricFamily CATEGORY_CHANGES = MetricFamily.gauge(
                    "indico_num_livesync_events_category_changes")
            .help("Events below the categories that unprocessed livesync entries are about, once for each entry.")
            .build();

    private static final Name QUEUED = DSL.name("queued");
    private static final Field<LivesyncEntryType> QUEUED_TYPE = field(QUEUED.append("type"), QUEUES.TYPE.getDataType());
    private static final Field<Integer> QUEUED_CATEGORY = field(QUEUED.append("category_id"), SQLDataType.INTEGER);
    private static final Field<Long> QUEUED_ENTRIES = field(QUEUED.append("entries"), SQLDataType.BIGINT);

    private static final Name LIVE = DSL.name("live_categories");
    private static final Field<Integer> LIVE_ID = field(LIVE.append("id"), SQLDataType.INTEGER);
    private static final Field<Long> LIVE_ENTRIES = field(LIVE.append("entries"), SQLDataType.BIGINT);

    @Override
    public String name() {
        return "livesync";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(QUEUE_SIZE, CATEGORY_CHANGES);
    }

    @Override
    public void collect(CollectionContext context, Samples samples) {
        var sizes = context.dsl()
                .withRecursive(queued(), liveCategories())
                .select(
                        field(select(coalesce(sum(QUEUED_ENTRIES), inline(BigDecimal.ZERO)))
                                .from(table(QUEUED))),
                        field(select(coalesce(sum(LIVE_ENTRIES), inline(BigDecimal.ZERO)))
                                .from(table(LIVE))
                                .join(EVENTS)
                                .on(EVENTS.CATEGORY_ID.eq(LIVE_ID), EVENTS.IS_DELETED.isFalse())
                                .where(LIVE_ENTRIES.gt(0L))))
                .fetchSingle();
        samples.set(QUEUE_SIZE, sizes.value1());
        samples.set(CATEGORY_CHANGES, sizes.value2());
    }

    private static CommonTableExpression<?> queued() {
        return QUEUED.fields("type", "category_id", "entries")
                .asMaterialized(select(QUEUES.TYPE, QUEUES.CATEGORY_ID, countRows())
                        .from(QUEUES)
                        .where(QUEUES.PROCESSED.isFalse())
                        .groupBy(QUEUES.TYPE, QUEUES.CATEGORY_ID));
    }

    /** Categories whose chain up to the root is live, each with the entries about it or a category above it. */
    private static CommonTableExpression<?> liveCategories() {
        var isAbout = QUEUED_TYPE.eq(LivesyncEntryType.CATEGORY).and(QUEUED_CATEGORY.eq(CATEGORIES.ID));
        Field<Long> entries = coalesce(QUEUED_ENTRIES, inline(0L));
        return LIVE.fields("id", "entries")
                .as(select(CATEGORIES.ID, entries)
                        .from(CATEGORIES)
                        .leftJoin(table(QUEUED))
                        .on(isAbout)
                        .where(CATEGORIES.PARENT_ID.isNull(), CATEGORIES.IS_DELETED.isFalse())
                        .unionAll(select(CATEGORIES.ID, LIVE_ENTRIES.plus(entries))
                                .from(table(LIVE))
                                .join(CATEGORIES)
                                .on(CATEGORIES.PARENT_ID.eq(LIVE_ID), CATEGORIES.IS_DELETED.isFalse())
                                .leftJoin(table(QUEUED))
                                .on(isAbout)));
    }
}
