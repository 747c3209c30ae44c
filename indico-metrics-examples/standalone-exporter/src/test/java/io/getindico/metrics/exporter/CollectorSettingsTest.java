package io.getindico.metrics.exporter;

import static io.getindico.metrics.jooq.users.tables.Identities.IDENTITIES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.commands.ExporterMain;
import io.getindico.metrics.testing.IndicoRows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings that a collector declares, and what is exported about each collector. */
final class CollectorSettingsTest {
    private static final String AGE = "INDICO_METRICS_COLLECTOR_ACTIVE_USERS_AGE";

    private static TestDatabase database;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    @BeforeAll
    static void aUserWhoLoggedInThreeDaysAgo() {
        database = new TestDatabase();
        IndicoRows.into(database.indico().dsl())
                .row(IDENTITIES)
                .with(IDENTITIES.LAST_LOGIN_DT, Instant.now().minus(Duration.ofDays(3)))
                .insert();
    }

    @AfterAll
    static void dropDatabase() {
        database.close();
    }

    @Test
    void theDefaultIsTwoDays() {
        assertThat(activeUsers(Map.of())).isEqualTo("0.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--collector-active-users-age=4d",
                "--collector-active_users-age=4d",
                "--active-user-age=4d",
            })
    void aFlagSetsIt(String flag) {
        assertThat(activeUsers(Map.of(), flag)).isEqualTo("1.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {AGE, "INDICO_METRICS_ACTIVE_USER_AGE"})
    void aVariableSetsIt(String variable) {
        assertThat(activeUsers(Map.of(variable, "4d"))).isEqualTo("1.0");
        assertThat(activeUsers(Map.of(variable, ""))).isEqualTo("0.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "collector.active_users.age: 4d",
                "collector:\n  active_users:\n    age: 4d",
                "active-user-age: 4d",
            })
    void aFileSetsIt(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("exporter.yaml"), text + "\n");
        assertThat(activeUsers(Map.of("INDICO_METRICS_CONFIG", file.toString())))
                .isEqualTo("1.0");
    }

    @Test
    void theFlagBeatsTheVariable() {
        assertThat(activeUsers(Map.of(AGE, "1d"), "--collector-active-users-age=4d"))
                .isEqualTo("1.0");
    }

    @Test
    void bothSpellingsAtOnceAreRefused() {
        assertThat(refusal(Map.of(AGE, "4d"), "--active-user-age=4d"))
                .contains(AGE + " and --active-user-age: are two spellings of one setting; leave out one");
    }

    @Test
    void aValueThatIsNoDurationIsRefused() {
        assertThat(refusal(Map.of(AGE, "soon")))
                .isEqualTo("indico-metrics-exporter: " + AGE
                        + ": got 'soon', expected a duration of more than zero such as"
                        + " 90s, 5m, 48h or 2d; correct it, or leave it out\n");
    }

    @Test
    void aSettingThatNoCollectorHasIsRefused() {
        assertThat(refusal(Map.of(), "--collector-active-users-agee=4d"))
                .isEqualTo(
                        "indico-metrics-exporter: --collector-active-users-agee: no collector has this setting, expected"
                                + " one of collector.active_users.age; correct it, or leave it out\n");
    }

    @Test
    void fiveMetricsOfEachCollectorAreExportedByDefault() {
        String text = once(Map.of());
        assertThat(selfMetricsOfUsers(text))
                .containsExactlyInAnyOrder(
                        "indico_collector_success",
                        "indico_collector_duration_seconds",
                        "indico_collector_last_success_timestamp_seconds",
                        "indico_collector_ttl_seconds",
                        "indico_collector_failures_total");
    }

    @Test
    void allMetricsOfEachCollectorAreExportedIfTheyAreAskedFor() throws IOException {
        Path file = Files.writeString(folder.resolve("exporter.yaml"), "collector-metrics: all\n");
        List<String> byFlag = selfMetricsOfUsers(once(Map.of(), "--collector-metrics=all"));
        assertThat(selfMetricsOfUsers(once(Map.of(), "--collector-metrics", "all")))
                .isEqualTo(byFlag);
        assertThat(selfMetricsOfUsers(once(Map.of(), "--config", file.toString())))
                .isEqualTo(byFlag);
        String text = once(Map.of("INDICO_METRICS_COLLECTOR_METRICS", "all"));
        assertThat(selfMetricsOfUsers(text))
                .isEqualTo(byFlag)
                .hasSize(9)
                .contains(
                        "indico_collector_last_attempt_timestamp_seconds",
                        "indico_collector_rows_read",
                        "indico_collector_buffers_read",
                        "indico_collector_core_ratio");
    }

    @Test
    void anotherAmountOfMetricsIsRefused() {
        assertThat(refusal(Map.of("INDICO_METRICS_COLLECTOR_METRICS", "some")))
                .contains("INDICO_METRICS_COLLECTOR_METRICS: got \"some\", expected basic or all");
    }

    @Test
    void checkPrintsTheLimitOfSeries() {
        String limit = once(Map.of())
                .lines()
                .filter(line -> line.startsWith("indico_series_limit "))
                .map(line -> line.substring(line.indexOf(' ') + 1, line.length() - 2))
                .findFirst()
                .orElseThrow();
        out.reset();
        ExporterMain.run(
                new String[] {"check"},
                database.environment(),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
        assertThat(Integer.parseInt(limit)).isGreaterThan(1000);
        assertThat(out.toString(UTF_8)).contains("\nSeries: at most " + limit + ", including the self-metrics");
    }

    private List<String> selfMetricsOfUsers(String text) {
        return text.lines()
                .filter(line -> line.contains("{collector=\"users\"}"))
                .map(line -> line.substring(0, line.indexOf('{')))
                .toList();
    }

    private String activeUsers(Map<String, String> environment, String... flags) {
        return once(environment, flags)
                .lines()
                .filter(line -> line.startsWith("indico_num_active_users "))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .findFirst()
                .orElse("none");
    }

    private String once(Map<String, String> environment, String... flags) {
        assertThat(run(environment, flags)).as(err.toString(UTF_8)).isZero();
        return out.toString(UTF_8);
    }

    private String refusal(Map<String, String> environment, String... flags) {
        assertThat(run(environment, flags)).isEqualTo(2);
        assertThat(out.toString(UTF_8)).isEmpty();
        assertThat(err.toString(UTF_8)).hasLineCount(1);
        return err.toString(UTF_8);
    }

    private int run(Map<String, String> environment, String... flags) {
        out.reset();
        err.reset();
        Map<String, String> all = new TreeMap<>(database.environment());
        all.putAll(environment);
        String[] arguments = new String[flags.length + 1];
        arguments[0] = "once";
        System.arraycopy(flags, 0, arguments, 1, flags.length);
        return ExporterMain.run(arguments, all, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }
}
