package io.getindico.metrics.collectors.events;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.latest;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.lateral;
import static org.jooq.impl.DSL.localDateTimeAdd;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.orderBy;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.trunc;
import static org.jooq.impl.DSL.val;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyHistory.Exactness;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.collectors.internal.events.EventLabels;
import io.getindico.metrics.collectors.internal.events.Windows;
import io.getindico.metrics.collectors.internal.history.EventLives;
import io.getindico.metrics.collectors.internal.history.Instants;
import io.getindico.metrics.collectors.internal.history.Spans;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DatePart;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Counts events by type: all, deleted and unlisted ones, those created recently, those of today, and upcoming ones.
 * Only the number of deleted events and the families of created events include deleted ones. A clone counts as created.
 * Today is the day in Indico's time zone.
 *
 * <p>Makes one pass over {@code events.events}. Five further queries read the rows of their windows through the indexes
 * on {@code created_dt}, {@code start_dt} and {@code end_dt}.
 *
 * <pre>
 * # TYPE indico_num_events gauge
 * indico_num_events 207.0
 * # TYPE indico_unlisted_events gauge
 * indico_unlisted_events 12.0
 * # TYPE indico_events_starting_1h gauge
 * indico_events_starting_1h 2.0
 * # TYPE indico_upcoming_events_peak_1d gauge
 * indico_upcoming_events_peak_1d 3.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class EventsCollector implements MetricCollector {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration MONTH = Duration.ofDays(30);

    private static final MetricFamily LIVE_EVENTS = MetricFamily.gauge("indico_num_events")
            .help("Events that are not deleted.")
            .profile(Profile.COMPATIBLE)
            .purpose("Shows the size of the instance, and how it grows.")
            .build();
    private static final MetricFamily EVENTS_BY_TYPE = byType("indico_events")
            .help("Number of non-deleted events by type; the sum is indico_num_events.")
            .purpose("Shows the mix of lectures, meetings and conferences, and how it changes.")
            .build();
    private static final MetricFamily DELETED = byType("indico_deleted_events")
            .help("Number of deleted events by type; Indico keeps their rows and can restore them.")
            .purpose("Detects a mass deletion by accident, by a script or from a stolen account.")
            .build();
    private static final MetricFamily UNLISTED = MetricFamily.gauge("indico_unlisted_events")
            .help("Number of non-deleted events that are in no category.")
            .purpose("Shows drafts, and usage that no category manager sees.")
            .build();
    private static final MetricFamily CREATED_1D = created("indico_events_created_1d", "day");
    private static final MetricFamily CREATED_7D = created("indico_events_created_7d", "7 days");
    private static final MetricFamily CREATED_30D = created("indico_events_created_30d", "30 days");
    private static final MetricFamily NEWEST_CREATED = MetricFamily.gauge(
                    "indico_events_newest_created_timestamp_seconds")
            .help("Unix time at which an event was last created, including deleted ones.")
            .unit("seconds")
            .timeDependent()
            .purpose("Tells a live instance from a restored copy or a stalled replica.")
            .build();
    private static final MetricFamily UPCOMING = byType("indico_upcoming_events")
            .help("Number of non-deleted events that start in the future, by type.")
            .timeDependent()
            .purpose("For planning. A drop to 0 means a broken restore.")
            .build();
    private static final MetricFamily STARTING_1H = MetricFamily.gauge("indico_events_starting_1h")
            .help("Number of non-deleted events that start within the next hour.")
            .timeDependent()
            .purpose("Answers whether now is a good time to restart Indico.")
            .build();
    private static final MetricFamily TODAY = byType("indico_events_today")
            .help(
                    "Number of non-deleted events taking place at least partly today (Indico server's time zone), by type.")
            .timeDependent()
            .purpose("Shows the support desk and audio-visual staff what the day will bring.")
            .build();
    private static final MetricFamily PEAK_1D = MetricFamily.gauge("indico_upcoming_events_peak_1d")
            .help("Peak number of concurrent non-deleted events within the next day.")
            .timeDependent()
            .purpose("Shows tomorrow's peak of load before it arrives. Past peaks are"
                    + " `max_over_time(indico_num_active_events[1d])`.")
            .build();

    private static MetricFamily.Builder byType(String name) {
        return MetricFamily.gauge(name).labels(EventLabels.TYPE);
    }

    private static MetricFamily created(String name, String window) {
        return byType(name)
                .help("Number of events created in the last " + window + ", including deleted ones, by type.")
                .timeDependent()
                .purpose("Shows the growth for monthly reports. A jump may be spam, and deleting the spam does not hide"
                        + " it.")
                .build();
    }

    @Override
    public String name() {
        return "events";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(
                LIVE_EVENTS,
                EVENTS_BY_TYPE,
                DELETED,
                UNLISTED,
                CREATED_1D,
                CREATED_7D,
                CREATED_30D,
                NEWEST_CREATED,
                UPCOMING,
                STARTING_1H,
                TODAY,
                PEAK_1D);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Instant now = context.now();
        return List.of(all(), created(now), newest(now), upcoming(now), today(context), peak(now));
    }

    private static FamilyQuery all() {
        return FamilyQuery.from(EVENTS)
                .by(EventLabels.TYPE, EVENTS.TYPE)
                .value(LIVE_EVENTS, countRows().where(EVENTS.IS_DELETED.isFalse()))
                .value(EVENTS_BY_TYPE, countRows().where(EVENTS.IS_DELETED.isFalse()))
                .value(DELETED, countRows().where(EVENTS.IS_DELETED.isTrue()))
                .value(UNLISTED, countRows().where(EVENTS.IS_DELETED.isFalse().and(EVENTS.CATEGORY_ID.isNull())));
    }

    private static FamilyQuery created(Instant now) {
        return FamilyQuery.from(EVENTS)
                .where(Windows.last(EVENTS.CREATED_DT, now, MONTH))
                .by(EventLabels.TYPE, EVENTS.TYPE)
                .value(CREATED_1D, countRows().where(Windows.last(EVENTS.CREATED_DT, now, DAY)))
                .value(CREATED_7D, countRows().where(Windows.last(EVENTS.CREATED_DT, now, WEEK)))
                .value(CREATED_30D, countRows());
    }

    private static FamilyQuery newest(Instant now) {
        return FamilyQuery.from(EVENTS)
                .where(EVENTS.CREATED_DT.le(now))
                .value(NEWEST_CREATED, latest(EVENTS.CREATED_DT));
    }

    private static FamilyQuery upcoming(Instant now) {
        return FamilyQuery.from(EVENTS)
                .where(EVENTS.IS_DELETED.isFalse(), EVENTS.START_DT.gt(now))
                .by(EventLabels.TYPE, EVENTS.TYPE)
                .value(UPCOMING, countRows())
                .value(STARTING_1H, countRows().where(Windows.next(EVENTS.START_DT, now, HOUR)));
    }

    private static FamilyQuery today(CollectionContext context) {
        Field<LocalDateTime> day = trunc(context.localNow(), DatePart.DAY);
        Field<LocalDateTime> nextDay = localDateTimeAdd(day, 1, DatePart.DAY);
        return FamilyQuery.from(EVENTS)
                .where(
                        EVENTS.IS_DELETED.isFalse(),
                        EVENTS.END_DT.gt(Instants.utc(day, context.zone(), EVENTS.END_DT.getDataType())),
                        EVENTS.START_DT.lt(Instants.utc(nextDay, context.zone(), EVENTS.START_DT.getDataType())))
                .by(EventLabels.TYPE, EVENTS.TYPE)
                .value(TODAY, countRows());
    }

    /** Walks through all starts and ends in order of time, and keeps the number of events that are in progress. */
    private static FamilyQuery peak(Instant now) {
        Field<Instant> at = field(DSL.name("change", "at"), EVENTS.END_DT.getDataType());
        Field<Integer> step = field(DSL.name("change", "step"), SQLDataType.INTEGER);
        Field<BigDecimal> concurrent = field(DSL.name("concurrent"), SQLDataType.NUMERIC);
        // An event in progress counts as starting now. At each instant, all starts come before all ends.
        Table<?> changes = lateral(DSL.values(
                        row(greatest(EVENTS.START_DT, val(now, EVENTS.START_DT)), inline(1)),
                        row(EVENTS.END_DT, inline(-1)))
                .as("change", "at", "step"));
        Table<?> running = select(sum(step)
                        .over(orderBy(at, step.desc()).rowsUnboundedPreceding())
                        .as(concurrent))
                .from(EVENTS.crossJoin(changes))
                .where(EVENTS.IS_DELETED.isFalse(), EVENTS.END_DT.gt(now), EVENTS.START_DT.le(now.plus(DAY)))
                .asTable("running");
        return FamilyQuery.from(running).value(PEAK_1D, scalar(coalesce(max(concurrent), inline(0))));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        EventLives lives = new EventLives();
        String typeOfToday = "An event has its present type from the beginning.";
        Spans created = new Spans(CREATED_1D, CREATED_7D, CREATED_30D);
        Condition lasts = EVENTS.IS_DELETED.isFalse();
        return List.of(
                FamilyHistory.exact(
                                FamilyQuery.from(lives.table())
                                        .where(lives.isAlive())
                                        .by(EventLabels.TYPE, EVENTS.TYPE)
                                        .value(LIVE_EVENTS, countRows())
                                        .value(EVENTS_BY_TYPE, countRows())
                                        .value(UNLISTED, countRows().where(EVENTS.CATEGORY_ID.isNull())),
                                "Rows say when events were created, and the log says when they were deleted or restored; those"
                                        + " that were deleted before 2017 never count, and those that were restored before Indico"
                                        + " 3.0 may count while they were deleted.")
                        .except(EVENTS_BY_TYPE, Exactness.NEAR_EXACT, typeOfToday)
                        .except(
                                UNLISTED,
                                Exactness.APPROXIMATE,
                                "An event without a category has none from the beginning, and one with a category has always"
                                        + " had it.")
                        .from(lives.begin())
                        .until(lives.end())
                        .inPartsOf(EVENTS.ID, lives.event()),
                created.limit(FamilyHistory.nearExact(
                                created.count(FamilyQuery.from(EVENTS).by(EventLabels.TYPE, EVENTS.TYPE)), typeOfToday))
                        .from(EVENTS.CREATED_DT)
                        .inPartsOf(EVENTS.ID),
                FamilyHistory.approximate(
                                FamilyQuery.from(EVENTS)
                                        .where(lasts)
                                        .by(EventLabels.TYPE, EVENTS.TYPE)
                                        .value(UPCOMING, countRows()),
                                "An event has its present date from the beginning, and deleted events are missing.")
                        .from(EVENTS.CREATED_DT)
                        .until(EVENTS.START_DT)
                        .inPartsOf(EVENTS.ID));
    }
}
