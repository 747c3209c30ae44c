package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.LIVE;
import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static io.getindico.metrics.api.Value.one;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.unnest;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The settings of a collector's transaction, as the server sees them. */
class SettingsTest extends EngineTest {
    private static final String[] NAMES = {
        "application_name",
        "idle_in_transaction_session_timeout",
        "jit",
        "lock_timeout",
        "max_parallel_workers_per_gather",
        "plan_cache_mode",
        "row_security",
        "search_path",
        "statement_timeout",
        "transaction_isolation",
        "transaction_read_only",
        "work_mem",
    };

    private static final Pattern LABELS = Pattern.compile(".*\\{name=\"(.*)\",value=\"(.*)\"}");
    private static final Label NAME = Label.open("name");
    private static final Label VALUE = Label.open("value");
    private static final MetricFamily SETTING = MetricFamily.info("test_setting_info")
            .help("A setting.")
            .labels(NAME, VALUE)
            .build();
    private static final MetricFamily PREPARED = TestCollector.family("prepared_statements");

    private static TestCollector looking(RefreshClass refreshClass) {
        return TestCollector.of(
                        "looking",
                        List.of(SETTING, PREPARED),
                        context -> List.of(
                                FamilyQuery.from(names())
                                        .by(NAME, field("name"), field("name"))
                                        .by(VALUE, field("current_setting(name)"), field("name"))
                                        .value(SETTING, one()),
                                TestCollector.count(PREPARED, table("pg_prepared_statements"))))
                .in(refreshClass);
    }

    private static Table<?> names() {
        return unnest(NAMES).as("names", "name");
    }

    private static Map<String, String> settings(DSLContext dsl) {
        Map<String, String> settings = new TreeMap<>();
        for (String name : NAMES) {
            settings.put(name, String.valueOf(dsl.fetchValue("SHOW " + name)));
        }
        return settings;
    }

    private Map<String, String> seenBy(IndicoMetricsBuilder builder) {
        IndicoMetrics metrics = open(builder);
        Await.until("it looked", () -> scrape(metrics).success("looking") != null);
        Exposition scrape = scrape(metrics);
        assertThat(scrape.success("looking")).isEqualTo(1);
        Map<String, String> seen = new TreeMap<>();
        scrape.family("test_setting_info").keySet().forEach(series -> {
            Matcher labels = LABELS.matcher(series);
            assertThat(labels.matches()).as(series).isTrue();
            seen.put(labels.group(1), labels.group(2));
        });
        return seen;
    }

    @ParameterizedTest
    @CsvSource({"LIVE, 2s", "STANDARD, 10s", "HEAVY, 2min"})
    void byDefault(RefreshClass refreshClass, String budget) {
        String serversOwn = settings(database().dsl()).get("work_mem");
        IndicoMetricsBuilder untouched = IndicoMetrics.builder(database().dataSource())
                .collectors(looking(refreshClass))
                .clock(clock);
        assertThat(seenBy(untouched))
                .isEqualTo(Map.ofEntries(
                        Map.entry("application_name", "indico-metrics"),
                        Map.entry("idle_in_transaction_session_timeout", "5s"),
                        Map.entry("jit", "off"),
                        // A query that meets a lock gives up, and waits for it after all others are done.
                        Map.entry("lock_timeout", "10ms"),
                        Map.entry("max_parallel_workers_per_gather", "0"),
                        Map.entry("plan_cache_mode", "force_custom_plan"),
                        Map.entry("row_security", "off"),
                        Map.entry("search_path", "pg_catalog"),
                        Map.entry("statement_timeout", budget),
                        Map.entry("transaction_isolation", "repeatable read"),
                        Map.entry("transaction_read_only", "on"),
                        Map.entry("work_mem", String.valueOf(serversOwn))));
    }

    @Test
    void asSet() {
        assertThat(seenBy(engine(looking(STANDARD))
                        .queryBudget(STANDARD, Duration.ofMillis(7500))
                        .lockTimeout(Duration.ofMillis(3))
                        .workMem("17MB")
                        .workers(1)))
                .containsEntry("statement_timeout", "7500ms")
                .containsEntry("lock_timeout", "3ms")
                .containsEntry("work_mem", "17MB")
                .containsEntry("max_parallel_workers_per_gather", "1");
    }

    @Test
    void nothingIsLeftOnAConnectionThatGoesBackToAPool() throws SQLException {
        try (Connection only = database().dataSource().getConnection()) {
            DSLContext dsl = org.jooq.impl.DSL.using(only);
            Map<String, String> before = settings(dsl);
            IndicoMetrics metrics = engine(
                            new PoolOfOne(only),
                            looking(LIVE),
                            TestCollector.sql("failing", "SELECT 1/0").in(LIVE))
                    .build();
            try (metrics) {
                for (int i = 0; i < 12; i++) {
                    Exposition scrape = scrape(metrics);
                    assertThat(scrape.value("test_prepared_statements"))
                            .as("prepared statements")
                            .isZero();
                    clock.advance(Duration.ofSeconds(55));
                }
            }
            assertThat(settings(dsl)).isEqualTo(before);
            assertThat(only.getAutoCommit()).isTrue();
            assertThat(only.isReadOnly()).isFalse();
            assertThat(only.getNetworkTimeout()).isZero();
            assertThat(dsl.fetchCount(org.jooq.impl.DSL.table("pg_prepared_statements")))
                    .isZero();
        }
    }
}
