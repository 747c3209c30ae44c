package io.getindico.metrics.collectors.livesync;

import static io.getindico.metrics.api.Value.scalar;
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

    /** Apart from the collector, which is asked for its families before any table is needed. */
    private static final class Queued {
        static final Name NAME = DSL.name("queued");
        static final Field<LivesyncEntryType> TYPE = field(NAME.append("type"), QUEUES.TYPE.getDataType());
        static final Field<Integer> CATEGORY = field(NAME.append("category_id"), SQLDataType.INTEGER);
        static final Field<Long> ENTRIES = field(NAME.append("entries"), SQLDataType.BIGINT);
    }

    private static final class Live {
        static final Name NAME = DSL.name("live_categories");
        static final Field<Integer> ID = field(NAME.append("id"), SQLDataType.INTEGER);
        static final Field<Long> ENTRIES = field(NAME.append("entries"), SQLDataType.BIGINT);
    }

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
        return List.of(FamilyQuery.withoutFrom()
                .with(queued(), liveCategories())
                .value(
                        QUEUE_SIZE,
                        scalar(field(select(coalesce(sum(Queued.ENTRIES), inline(BigDecimal.ZERO)))
                                .from(table(Queued.NAME)))))
                .value(
                        CATEGORY_CHANGES,
                        scalar(field(select(coalesce(sum(Live.ENTRIES), inline(BigDecimal.ZERO)))
                                .from(table(Live.NAME))
                                .join(EVENTS)
                                .on(EVENTS.CATEGORY_ID.eq(Live.ID), EVENTS.IS_DELETED.isFalse())
                                .where(Live.ENTRIES.gt(0L))))));
    }

    private static CommonTableExpression<?> queued() {
        return Queued.NAME
                .fields("type", "category_id", "entries")
                .asMaterialized(select(QUEUES.TYPE, QUEUES.CATEGORY_ID, count())
                        .from(QUEUES)
                        .where(QUEUES.PROCESSED.isFalse())
                        .groupBy(QUEUES.TYPE, QUEUES.CATEGORY_ID));
    }

    /** Categories whose chain up to the root is live, each with the entries about it or a category above it. */
    private static CommonTableExpression<?> liveCategories() {
        var isAbout = Queued.TYPE.eq(LivesyncEntryType.CATEGORY).and(Queued.CATEGORY.eq(CATEGORIES.ID));
        Field<Long> entries = coalesce(Queued.ENTRIES, inline(0L));
        return Live.NAME
                .fields("id", "entries")
                .as(select(CATEGORIES.ID, entries)
                        .from(CATEGORIES)
                        .leftJoin(table(Queued.NAME))
                        .on(isAbout)
                        .where(CATEGORIES.PARENT_ID.isNull(), CATEGORIES.IS_DELETED.isFalse())
                        .unionAll(select(CATEGORIES.ID, Live.ENTRIES.plus(entries))
                                .from(table(Live.NAME))
                                .join(CATEGORIES)
                                .on(CATEGORIES.PARENT_ID.eq(Live.ID), CATEGORIES.IS_DELETED.isFalse())
                                .leftJoin(table(Queued.NAME))
                                .on(isAbout)));
    }
}
