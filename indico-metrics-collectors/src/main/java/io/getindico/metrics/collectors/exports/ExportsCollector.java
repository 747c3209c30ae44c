package io.getindico.metrics.collectors.exports;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.jooq.events.tables.StaticSites.STATIC_SITES;
import static io.getindico.metrics.jooq.users.tables.DataExportRequests.DATA_EXPORT_REQUESTS;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.collectors.internal.events.Windows;
import io.getindico.metrics.jooq.enums.DataExportRequestState;
import io.getindico.metrics.jooq.enums.StaticSiteState;
import java.time.Duration;
import java.util.List;
import org.jooq.Condition;

/**
 * Counts the offline copies of events and the exports of personal data that users asked for. It also exports since when
 * the oldest has been unfinished. Indico keeps only the newest export of a user. A worker that is killed leaves a copy
 * unfinished forever. After 7 days the copy no longer counts as unfinished, so that an alert ends.
 *
 * <p>Makes one pass over each of {@code events.static_sites} and {@code users.data_export_requests}. The second table
 * needs Indico 3.3.
 *
 * <pre>
 * # TYPE indico_data_export_requests gauge
 * indico_data_export_requests{state="expired"} 3.0
 * indico_data_export_requests{state="failed"} 3.0
 * indico_data_export_requests{state="none"} 5.0
 * indico_data_export_requests{state="running"} 4.0
 * indico_data_export_requests{state="success"} 0.0
 * # TYPE indico_data_exports_oldest_running_timestamp_seconds gauge
 * indico_data_exports_oldest_running_timestamp_seconds 1.780920001E9
 * # TYPE indico_static_sites gauge
 * indico_static_sites{state="expired"} 2.0
 * indico_static_sites{state="failed"} 3.0
 * indico_static_sites{state="pending"} 5.0
 * indico_static_sites{state="running"} 3.0
 * indico_static_sites{state="success"} 2.0
 * # TYPE indico_static_sites_oldest_unfinished_timestamp_seconds gauge
 * indico_static_sites_oldest_unfinished_timestamp_seconds 1.780920001E9
 * </pre>
 *
 * @since 0.1.0
 */
public final class ExportsCollector implements MetricCollector {
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Label SITE_STATE = Label.closed("state", "pending", "running", "success", "failed", "expired");
    private static final Label EXPORT_STATE = Label.closed("state", "none", "running", "success", "failed", "expired");
    private static final MetricFamily SITES = MetricFamily.gauge("indico_static_sites")
            .help("Offline copies of events that users asked for, by state.")
            .purpose("Failed ones need an operator's attention.")
            .labels(SITE_STATE)
            .build();
    private static final MetricFamily OLDEST_SITE = MetricFamily.gauge(
                    "indico_static_sites_oldest_unfinished_timestamp_seconds")
            .help(
                    "When the oldest offline copy that is still pending or running was asked for, in Unix time, within the"
                            + " last 7 days.")
            .purpose("Tells an operator that long Celery tasks hang.")
            .unit("seconds")
            .timeDependent()
            .build();
    private static final MetricFamily EXPORTS = MetricFamily.gauge("indico_data_export_requests")
            .help("Exports of personal data by state; only the newest of each user counts.")
            .purpose("Tells a data protection officer which exports failed and are still owed to a user.")
            .labels(EXPORT_STATE)
            .build();
    private static final MetricFamily OLDEST_EXPORT = MetricFamily.gauge(
                    "indico_data_exports_oldest_running_timestamp_seconds")
            .help(
                    "When the oldest export of personal data that is still running was asked for, in Unix time, within the"
                            + " last 7 days.")
            .purpose("Tells an operator that long Celery tasks hang.")
            .unit("seconds")
            .timeDependent()
            .build();

    @Override
    public String name() {
        return "exports";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(SITES, OLDEST_SITE, EXPORTS, OLDEST_EXPORT);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Condition isUnfinished = STATIC_SITES
                .STATE
                .in(StaticSiteState.PENDING, StaticSiteState.RUNNING)
                .and(Windows.last(STATIC_SITES.REQUESTED_DT, context.now(), WEEK));
        Condition isRunning = DATA_EXPORT_REQUESTS
                .STATE
                .eq(DataExportRequestState.RUNNING)
                .and(Windows.last(DATA_EXPORT_REQUESTS.REQUESTED_DT, context.now(), WEEK));
        return List.of(
                FamilyQuery.from(STATIC_SITES)
                        .by(SITE_STATE, STATIC_SITES.STATE)
                        .value(SITES, countRows())
                        .value(OLDEST_SITE, earliest(STATIC_SITES.REQUESTED_DT).where(isUnfinished)),
                FamilyQuery.from(DATA_EXPORT_REQUESTS)
                        .by(EXPORT_STATE, DATA_EXPORT_REQUESTS.STATE)
                        .value(EXPORTS, countRows())
                        .value(
                                OLDEST_EXPORT,
                                earliest(DATA_EXPORT_REQUESTS.REQUESTED_DT).where(isRunning))
                        .since("3.3"));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        return List.of(
                FamilyHistory.approximate(
                                FamilyQuery.from(STATIC_SITES)
                                        .by(SITE_STATE, STATIC_SITES.STATE)
                                        .value(SITES, countRows()),
                                "A copy has its present state from the moment on when it was asked for.")
                        .from(STATIC_SITES.REQUESTED_DT),
                FamilyHistory.approximate(
                                FamilyQuery.from(DATA_EXPORT_REQUESTS)
                                        .by(EXPORT_STATE, DATA_EXPORT_REQUESTS.STATE)
                                        .value(EXPORTS, countRows())
                                        .since("3.3"),
                                "A user counts from the newest export on, in its present state.")
                        .from(DATA_EXPORT_REQUESTS.REQUESTED_DT));
    }
}
