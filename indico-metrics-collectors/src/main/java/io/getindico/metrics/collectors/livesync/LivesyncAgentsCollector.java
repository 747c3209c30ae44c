package io.getindico.metrics.collectors.livesync;

import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.api.Value.min;
import static io.getindico.metrics.api.Value.one;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.jooq.indico.tables.Settings.SETTINGS;
import static io.getindico.metrics.jooq.plugin_livesync.tables.Agents.AGENTS;
import static org.jooq.impl.DSL.boolOr;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.falseCondition;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.DerivedRows;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.collectors.internal.settings.IndicoSetting;
import java.util.List;
import org.jooq.Field;

/**
 * Tells when each agent of the livesync plugin last ran and whether its initial export is done, and how the plugin is
 * configured. If agents have the same name, the least recent run counts, and the export is done if those of all these
 * agents are.
 *
 * <p>Reads {@code plugin_livesync.agents} once, and a few rows of {@code indico.settings}
 * through a function. Without the plugin's tables
 * the collector is skipped.
 *
 * <pre>
 * # TYPE indico_livesync_agent_last_run_timestamp_seconds gauge
 * indico_livesync_agent_last_run_timestamp_seconds{agent="agent1"} 1.7707158E9
 * # TYPE indico_livesync_agent_initial_export_done gauge
 * indico_livesync_agent_initial_export_done{agent="agent1"} 1.0
 * # TYPE indico_livesync_agent_info gauge
 * indico_livesync_agent_info{agent="agent1",backend="citadel"} 1
 * # TYPE indico_livesync_queue_runs_disabled gauge
 * indico_livesync_queue_runs_disabled 0.0
 * # TYPE indico_livesync_category_changes_skipped gauge
 * indico_livesync_category_changes_skipped 0.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class LivesyncAgentsCollector implements MetricCollector {
    private static final Label AGENT = Label.open("agent");
    private static final Label BACKEND = Label.open("backend");

    private static final MetricFamily LAST_RUN = MetricFamily.gauge("indico_livesync_agent_last_run_timestamp_seconds")
            .help("Unix time at which the LiveSync agent last ran, successfully or not.")
            .unit("seconds")
            .labels(AGENT)
            .purpose(
                    "Shows whether Celery runs the agent. It does not show that an upload succeeded, because the plugin"
                            + " sets this time even if an upload fails.")
            .build();
    private static final MetricFamily EXPORT_DONE = MetricFamily.gauge("indico_livesync_agent_initial_export_done")
            .help("Whether the initial export of the LiveSync agent is done (1) or not (0); until then its queue is not"
                    + " processed.")
            .labels(AGENT)
            .purpose("Silences the alert about an old queue until the agent processes it.")
            .build();
    private static final MetricFamily INFO = MetricFamily.info("indico_livesync_agent_info")
            .help("Backend that the LiveSync agent feeds.")
            .labels(AGENT, BACKEND)
            .purpose("Supplies a legend for charts of the queues.")
            .build();
    private static final MetricFamily RUNS_DISABLED = MetricFamily.gauge("indico_livesync_queue_runs_disabled")
            .help("Whether all LiveSync queue runs are disabled in the plugin settings (1) or not (0).")
            .purpose("If somebody leaves this on, entries pile up unnoticed.")
            .build();
    private static final MetricFamily CATEGORY_CHANGES_SKIPPED = MetricFamily.gauge(
                    "indico_livesync_category_changes_skipped")
            .help("Whether a plugin setting leaves category changes in the LiveSync queue (1) or not (0).")
            .purpose("Explains category entries that never leave the queue, and silences their alert.")
            .build();

    @Override
    public String name() {
        return "livesync_agents";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(LAST_RUN, EXPORT_DONE, INFO, RUNS_DISABLED, CATEGORY_CHANGES_SKIPPED);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.LIVE;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(agents(), pluginSettings());
    }

    private static FamilyQuery agents() {
        return FamilyQuery.from(AGENTS)
                .by(AGENT, AGENTS.NAME, AGENTS.ID)
                .by(BACKEND, AGENTS.BACKEND_NAME, AGENTS.ID)
                .value(LAST_RUN, earliest(AGENTS.LAST_RUN))
                .value(
                        EXPORT_DONE,
                        min(when(AGENTS.INITIAL_DATA_EXPORTED.isTrue(), inline(1))
                                .otherwise(inline(0))))
                .value(INFO, one());
    }

    /** The join never matches. It makes the query need the plugin's tables, without which the settings mean nothing. */
    private static FamilyQuery pluginSettings() {
        Field<Boolean> isDisabled = isOn("disable_queue_runs");
        Field<Boolean> isSkipped = isOn("skip_category_changes");
        DerivedRows settings = DerivedRows.of(
                "livesync_settings",
                select(isDisabled, isSkipped).from(SETTINGS).where(SETTINGS.MODULE.eq("plugin_livesync")));
        return FamilyQuery.from(settings.table().leftJoin(AGENTS).on(falseCondition()))
                .value(RUNS_DISABLED, scalar(settings.field(isDisabled)))
                .value(CATEGORY_CHANGES_SKIPPED, scalar(settings.field(isSkipped)));
    }

    private static Field<Boolean> isOn(String setting) {
        return coalesce(boolOr(SETTINGS.NAME.eq(setting).and(IndicoSetting.isTrue())), inline(false))
                .as(setting);
    }
}
