package io.getindico.metrics.collectors.livesync;

import static io.getindico.metrics.jooq.indico.tables.Settings.SETTINGS;
import static io.getindico.metrics.jooq.plugin_livesync.tables.Agents.AGENTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import org.jooq.JSONB;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LivesyncAgentsCollectorTest extends CollectorContract {
    private static final Instant MONDAY = Instant.parse("2026-06-15T12:00:00Z");
    private static final Instant TUESDAY = Instant.parse("2026-06-16T12:00:00Z");
    private static final String DISABLED = "indico_livesync_queue_runs_disabled";
    private static final String SKIPPED = "indico_livesync_category_changes_skipped";

    @Override
    protected MetricCollector collector() {
        return new LivesyncAgentsCollector();
    }

    /** The announcement is none because it is not enabled: {@code scheduler} is tried with these rows, too. */
    @Override
    protected void insertRows(IndicoRows rows) {
        agent(rows, "search", "citadel", MONDAY, true);
        agent(rows, "search", "citadel", TUESDAY, true);
        agent(rows, "test", "debug", TUESDAY, false);
        setting(rows, "plugin_livesync", "disable_queue_runs", "true");
        setting(rows, "plugin_livesync", "other", "true");
        setting(rows, "other", "skip_category_changes", "true");
        setting(rows, "announcement", "enabled", "false");
        setting(rows, "announcement", "other", "true");
        setting(rows, "announcement", "message", "\"text\"");
    }

    @Test
    void reportsEachAgent(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database))
                .isEqualTo(Map.of(
                        "indico_livesync_agent_last_run_timestamp_seconds{agent=\"search\"}",
                        (double) MONDAY.getEpochSecond(),
                        "indico_livesync_agent_last_run_timestamp_seconds{agent=\"test\"}",
                        (double) TUESDAY.getEpochSecond(),
                        "indico_livesync_agent_initial_export_done{agent=\"search\"}",
                        1.0,
                        "indico_livesync_agent_initial_export_done{agent=\"test\"}",
                        0.0,
                        "indico_livesync_agent_info{agent=\"search\",backend=\"citadel\"}",
                        1.0,
                        "indico_livesync_agent_info{agent=\"test\",backend=\"debug\"}",
                        1.0,
                        DISABLED,
                        1.0,
                        SKIPPED,
                        0.0));
    }

    @Test
    void theWorseOfTwoAgentsWithTheSameNameCounts(IndicoDatabase database, IndicoRows rows) {
        agent(rows, "search", "citadel", TUESDAY, true);
        agent(rows, "search", "debug", MONDAY, false);
        assertThat(values(database))
                .isEqualTo(Map.of(
                        "indico_livesync_agent_last_run_timestamp_seconds{agent=\"search\"}",
                        (double) MONDAY.getEpochSecond(),
                        "indico_livesync_agent_initial_export_done{agent=\"search\"}",
                        0.0,
                        "indico_livesync_agent_info{agent=\"search\",backend=\"citadel\"}",
                        1.0,
                        "indico_livesync_agent_info{agent=\"search\",backend=\"debug\"}",
                        1.0,
                        DISABLED,
                        0.0,
                        SKIPPED,
                        0.0));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            quoteCharacter = '\'',
            value = {"true,1", "false,0", "null,0", "'\"true\"',0", "1,0", "'[true]',0"})
    void aSettingIsOnIfItIsTrue(String value, double expected, IndicoDatabase database, IndicoRows rows) {
        setting(rows, "plugin_livesync", "disable_queue_runs", value);
        setting(rows, "plugin_livesync", "skip_category_changes", value);
        assertThat(values(database)).isEqualTo(Map.of(DISABLED, expected, SKIPPED, expected));
    }

    @Test
    void beyondFiftyAgentsTheLeastRecentRunAndTheLowestStateCount(IndicoDatabase database, IndicoRows rows) {
        for (int i = 1; i <= 50; i++) {
            agent(rows, "a" + i, "debug", TUESDAY, true);
        }
        agent(rows, "b1", "debug", TUESDAY, false);
        agent(rows, "b2", "debug", MONDAY, true);
        assertThat(values(database))
                .containsEntry("indico_livesync_agent_last_run_timestamp_seconds{agent=\"other\"}", (double)
                        MONDAY.getEpochSecond())
                .containsEntry("indico_livesync_agent_initial_export_done{agent=\"other\"}", 0.0);
    }

    private static void agent(IndicoRows rows, String name, String backend, Instant lastRun, boolean exported) {
        rows.row(AGENTS)
                .with(AGENTS.NAME, name)
                .with(AGENTS.BACKEND_NAME, backend)
                .with(AGENTS.LAST_RUN, lastRun)
                .with(AGENTS.INITIAL_DATA_EXPORTED, exported)
                .insert();
    }

    private static void setting(IndicoRows rows, String module, String name, String json) {
        rows.row(SETTINGS)
                .with(SETTINGS.MODULE, module)
                .with(SETTINGS.NAME, name)
                .with(SETTINGS.VALUE, JSONB.valueOf(json))
                .insert();
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
