package io.getindico.metrics.collectors;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Indico itself leaves in a new database, and what the plugin's own tests state of it. */
class PreparedDatabaseTest {
    private static final List<String> OF_LIVESYNC = List.of("livesync", "livesync_agents");

    @ParameterizedTest
    @EnumSource
    void aFreshIndicoHasItsSystemUserAndItsRoot(IndicoRelease release) {
        try (IndicoDatabase database = IndicoDatabase.create(release)) {
            database.prepare();
            Gauges gauges = read(database);
            assertThat(gauges.failures()).isEmpty();
            assertThat(gauges.values()).isEqualTo(expected(Map.of()));
            assertThat(gauges.reading().status().zone()).isEqualTo("Europe/Zurich (root category)");

            oneEventByOneUserInANewCategory(database);
            assertThat(read(database).values())
                    .isEqualTo(expected(
                            Map.of("indico_num_users", 2.0, "indico_num_categories", 2.0, "indico_num_events", 1.0)));

            database.dsl().execute("DROP SCHEMA plugin_livesync CASCADE");
            database.dsl().execute("DROP TABLE public.alembic_version_plugin_livesync");
            assertThatLivesyncIsAbsent(read(database));
        }
    }

    private static void oneEventByOneUserInANewCategory(IndicoDatabase database) {
        IndicoRows rows = IndicoRows.into(database.dsl());
        int creator = rows.row(USERS).insert();
        int category = rows.row(CATEGORIES).with(CATEGORIES.PARENT_ID, 0).insert();
        rows.row(EVENTS)
                .with(EVENTS.CATEGORY_ID, category)
                .with(EVENTS.CREATOR_ID, creator)
                .insert();
    }

    private static void assertThatLivesyncIsAbsent(Gauges gauges) {
        assertThat(gauges.values())
                .hasSize(20)
                .doesNotContainKeys("indico_size_livesync_queues", "indico_num_livesync_events_category_changes");
        assertThat(gauges.failures()).containsOnlyKeys(OF_LIVESYNC);
        assertThat(OF_LIVESYNC).map(gauges::collector).allSatisfy(collector -> {
            assertThat(collector.outcome()).isEqualTo(Outcome.SKIPPED);
            assertThat(collector.skipReasons()).containsExactly(SkipReason.PLUGIN_ABSENT);
        });
        // A release may be too old for a query.
        assertThat(labels(gauges, "indico_collector_skipped"))
                .filteredOn(labels -> !labels.get("reason").equals("release"))
                .containsExactlyInAnyOrderElementsOf(OF_LIVESYNC.stream()
                        .map(name -> Labels.of("collector", name, "reason", "plugin_absent"))
                        .toList());
        long running = gauges.reading().status().collectors().stream()
                .filter(collector -> collector.outcome() != Outcome.SKIPPED)
                .count();
        assertThat(labels(gauges, "indico_collector_success"))
                .hasSize((int) running)
                .doesNotContainAnyElementsOf(OF_LIVESYNC.stream()
                        .map(name -> Labels.of("collector", name))
                        .toList());
    }

    private static Gauges read(IndicoDatabase database) {
        return Gauges.read(database.dataSource(), NOW, UnaryOperator.identity());
    }

    private static SortedMap<String, Double> expected(Map<String, Double> others) {
        SortedMap<String, Double> expected = new TreeMap<>();
        Gauges.PLUGIN.forEach(gauge -> expected.put(gauge, 0.0));
        expected.put("indico_num_users", 1.0);
        expected.put("indico_num_categories", 1.0);
        expected.putAll(others);
        assertThat(expected).hasSize(22);
        return expected;
    }

    private static List<Labels> labels(Gauges gauges, String name) {
        return gauges.reading().metrics().stream()
                .filter(metric -> metric.getMetadata().getPrometheusName().equals(name))
                .flatMap(metric -> metric.getDataPoints().stream())
                .map(point -> point.getLabels())
                .toList();
    }
}
