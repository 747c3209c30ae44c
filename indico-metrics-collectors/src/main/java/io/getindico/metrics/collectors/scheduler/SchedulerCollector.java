package io.getindico.metrics.collectors.scheduler;

import static io.getindico.metrics.api.Value.latest;
import static io.getindico.metrics.api.Value.one;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.jooq.indico.tables.Settings.SETTINGS;
import static org.jooq.impl.DSL.boolOr;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.DerivedRows;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.collectors.internal.settings.IndicoSetting;
import java.time.OffsetDateTime;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;

/**
 * Tells when a Celery worker last ran the heartbeat, which version of Indico it has, and whether the global announcement
 * is shown. A heartbeat that is not a time, and a version that is not a text, are absent.
 *
 * <p>Reads a few rows of {@code indico.settings} in three queries, through a function each.
 *
 * <pre>
 * # TYPE indico_scheduler_last_heartbeat_timestamp_seconds gauge
 * indico_scheduler_last_heartbeat_timestamp_seconds 1.7707143E9
 * # TYPE indico_scheduler_info gauge
 * indico_scheduler_info{version="3.2.9"} 1
 * # TYPE indico_announcement_enabled gauge
 * indico_announcement_enabled 1.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class SchedulerCollector implements MetricCollector {
    private static final Label VERSION = Label.open("version");

    private static final MetricFamily LAST_HEARTBEAT = MetricFamily.gauge(
                    "indico_scheduler_last_heartbeat_timestamp_seconds")
            .help("Unix time at which a Celery worker last ran the heartbeat task that the scheduler sends every 30"
                    + " minutes.")
            .unit("seconds")
            .purpose("Pages the person on call: without the scheduler there are no emails, reminders or clean-ups.")
            .build();
    private static final MetricFamily INFO = MetricFamily.info("indico_scheduler_info")
            .help("Indico version of the Celery worker that ran the first heartbeat after the last scheduler start.")
            .labels(VERSION)
            .purpose("This is the only exact Indico version in the database. If it is older than the deployed version,"
                    + " Celery was not restarted.")
            .build();
    private static final MetricFamily ANNOUNCEMENT = MetricFamily.gauge("indico_announcement_enabled")
            .help("Whether the global announcement is enabled and has a message (1) or not (0).")
            .purpose("Annotates dashboards. It also shows a maintenance banner that somebody forgot.")
            .build();

    /** Indico writes ISO 8601. Anything else would make the cast fail. */
    private static final String ISO_TIME = "^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
            + "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$";

    @Override
    public String name() {
        return "scheduler";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(LAST_HEARTBEAT, INFO, ANNOUNCEMENT);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.LIVE;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(heartbeat(), version(), announcement());
    }

    private static FamilyQuery heartbeat() {
        Field<OffsetDateTime> ranAt =
                IndicoSetting.text().cast(SQLDataType.TIMESTAMPWITHTIMEZONE).as("ran_at");
        DerivedRows heartbeat = DerivedRows.of(
                "scheduler_heartbeat",
                select(ranAt)
                        .from(SETTINGS)
                        .where(
                                SETTINGS.MODULE.eq("celery"),
                                SETTINGS.NAME.eq("last_ping"),
                                IndicoSetting.isText(),
                                IndicoSetting.text().likeRegex(inline(ISO_TIME))));
        return FamilyQuery.from(heartbeat.table()).value(LAST_HEARTBEAT, latest(heartbeat.field(ranAt)));
    }

    private static FamilyQuery version() {
        Field<String> text = IndicoSetting.text().as("version");
        DerivedRows version = DerivedRows.of(
                "scheduler_version",
                select(SETTINGS.ID, text)
                        .from(SETTINGS)
                        .where(
                                SETTINGS.MODULE.eq("celery"),
                                SETTINGS.NAME.eq("last_ping_version"),
                                IndicoSetting.isText()));
        return FamilyQuery.from(version.table())
                .by(VERSION, version.field(text), version.field(SETTINGS.ID))
                .value(INFO, one());
    }

    private static FamilyQuery announcement() {
        Condition hasMessage = coalesce(IndicoSetting.text(), inline("")).ne(inline(""));
        Condition isShown = condition(boolOr(SETTINGS.NAME.eq("enabled").and(IndicoSetting.isTrue())))
                .and(boolOr(SETTINGS.NAME.eq("message").and(hasMessage)));
        Field<Boolean> answer = coalesce(field(isShown), inline(false)).as("is_shown");
        DerivedRows announcement =
                DerivedRows.of("announcement", select(answer).from(SETTINGS).where(SETTINGS.MODULE.eq("announcement")));
        return FamilyQuery.from(announcement.table()).value(ANNOUNCEMENT, scalar(announcement.field(answer)));
    }
}
