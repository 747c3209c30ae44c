package io.getindico.metrics.collectors.reviewing;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.jooq.impl.DSL.cast;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.trim;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.DerivedRows;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.jooq.events.tables.Settings;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Counts the calls for abstracts and for papers that are scheduled, and exports the next deadline of the open ones.
 * A call counts if it has a start, its event is not deleted, and the event has the feature enabled. A call without an
 * end stays open.
 *
 * <p>A start, an end or a list of features counts as missing if Indico could not have written it.
 *
 * <p>Two queries read {@code events.settings} through the index on its module, each with a function, and join {@code
 * events.events}.
 *
 * <pre>
 * # TYPE indico_calls_for_abstracts gauge
 * indico_calls_for_abstracts{state="closed"} 1.0
 * indico_calls_for_abstracts{state="open"} 1.0
 * indico_calls_for_abstracts{state="upcoming"} 1.0
 * # TYPE indico_calls_for_abstracts_next_deadline_timestamp_seconds gauge
 * indico_calls_for_abstracts_next_deadline_timestamp_seconds 1.781784E9
 * # TYPE indico_calls_for_papers gauge
 * indico_calls_for_papers{state="closed"} 0.0
 * indico_calls_for_papers{state="open"} 2.0
 * indico_calls_for_papers{state="upcoming"} 0.0
 * # TYPE indico_calls_for_papers_next_deadline_timestamp_seconds gauge
 * indico_calls_for_papers_next_deadline_timestamp_seconds 1.781524801E9
 * </pre>
 *
 * @since 0.1.0
 */
public final class CallsCollector implements MetricCollector {
    private static final Label STATE = Label.closed("state", "upcoming", "open", "closed");
    private static final MetricFamily FOR_ABSTRACTS = calls("abstracts");
    private static final MetricFamily NEXT_FOR_ABSTRACTS = nextDeadline("abstracts");
    private static final MetricFamily FOR_PAPERS = calls("papers");
    private static final MetricFamily NEXT_FOR_PAPERS = nextDeadline("papers");

    /** How Indico writes a time: without a fraction of a second, or with one. */
    private static final List<String> TIMES = List.of(
            "strict $.datetime(\"yyyy-mm-dd\\\"T\\\"HH24:MI:SSTZH:TZM\")",
            "strict $.datetime(\"yyyy-mm-dd\\\"T\\\"HH24:MI:SS.USTZH:TZM\")");

    private static MetricFamily calls(String what) {
        return MetricFamily.gauge("indico_calls_for_" + what)
                .help("Scheduled calls for " + what
                        + " by state, for events that are not deleted and have the feature enabled.")
                .purpose("Shows a conference office how many calls are open.")
                .labels(STATE)
                .timeDependent()
                .profile(Profile.FULL)
                .build();
    }

    private static MetricFamily nextDeadline(String what) {
        return MetricFamily.gauge("indico_calls_for_" + what + "_next_deadline_timestamp_seconds")
                .help("Next deadline of the calls for " + what + " that are open, in Unix time.")
                .purpose("Warns an operator of the load before a deadline.")
                .unit("seconds")
                .timeDependent()
                .profile(Profile.FULL)
                .build();
    }

    @Override
    public String name() {
        return "calls";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(FOR_ABSTRACTS, NEXT_FOR_ABSTRACTS, FOR_PAPERS, NEXT_FOR_PAPERS);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(
                query("abstracts", "abstracts", FOR_ABSTRACTS, NEXT_FOR_ABSTRACTS, context.now()),
                query("paper_reviewing", "papers", FOR_PAPERS, NEXT_FOR_PAPERS, context.now()));
    }

    private static FamilyQuery query(
            String module, String feature, MetricFamily calls, MetricFamily nextDeadline, Instant now) {
        Settings starts = Settings.SETTINGS.as("starts");
        Settings ends = Settings.SETTINGS.as("ends");
        Settings features = Settings.SETTINGS.as("features");
        Field<Instant> startOf = instant(starts.VALUE).as("starts_at");
        Field<Instant> endOf = instant(ends.VALUE).as("ends_at");
        DerivedRows scheduled = DerivedRows.of(
                "calls_for_" + feature,
                select(starts.EVENT_ID, startOf, endOf)
                        .from(starts.join(features)
                                .on(features.EVENT_ID.eq(starts.EVENT_ID), is(features, "features", "enabled"))
                                .leftJoin(ends)
                                .on(ends.EVENT_ID.eq(starts.EVENT_ID), is(ends, module, "end_dt")))
                        .where(
                                is(starts, module, "start_dt"),
                                instant(starts.VALUE).isNotNull(),
                                contains(features.VALUE, feature)));
        Field<Instant> start = scheduled.field(startOf);
        Field<Instant> end = scheduled.field(endOf);
        return FamilyQuery.from(scheduled.table().join(EVENTS).on(EVENTS.ID.eq(scheduled.field(starts.EVENT_ID))))
                .where(EVENTS.IS_DELETED.isFalse())
                .by(
                        STATE,
                        when(start.gt(now), inline("upcoming"))
                                .when(end.le(now), inline("closed"))
                                .otherwise(inline("open")))
                .value(calls, countRows())
                .value(nextDeadline, earliest(end).where(start.le(now).and(end.gt(now))));
    }

    private static Condition is(Settings settings, String module, String setting) {
        return settings.MODULE.eq(inline(module)).and(settings.NAME.eq(inline(setting)));
    }

    /** The time that a setting holds, or NULL if it holds anything else: a cast would fail, and with it the query. */
    private static Field<Instant> instant(Field<JSONB> value) {
        Field<JSONB> time = coalesce(
                path("jsonb_path_query_first", SQLDataType.JSONB, value, TIMES.get(0)),
                path("jsonb_path_query_first", SQLDataType.JSONB, value, TIMES.get(1)));
        return cast(trim(cast(time, SQLDataType.VARCHAR), inline("\"")), SQLDataType.INSTANT);
    }

    /** Whether a setting is a list with a text in it. */
    private static Condition contains(Field<JSONB> value, String text) {
        return condition(
                path("jsonb_path_exists", SQLDataType.BOOLEAN, value, "strict $[*] ? (@ == \"" + text + "\")"));
    }

    /** Returns the value at a path in a JSON value. If the path does not fit, the result is NULL and not an error. */
    private static <T> Field<T> path(String function, DataType<T> type, Field<JSONB> value, String path) {
        return function(DSL.name(function), type, value, inline(path), inline("{}"), inline(true));
    }
}
