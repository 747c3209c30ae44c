package io.getindico.metrics.exporter.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.getindico.metrics.exporter.Answer;
import io.getindico.metrics.exporter.DeployFile;
import io.getindico.metrics.exporter.Exporter;
import io.getindico.metrics.exporter.ProbeConfiguration;
import io.getindico.metrics.exporter.PrometheusServer;
import io.getindico.metrics.exporter.TestDatabase;
import io.getindico.metrics.exporter.Waiting;
import io.getindico.metrics.exporter.promql.Catalogue;
import io.getindico.metrics.testing.SyntheticIndico;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every expression of the boards, on a real Prometheus that scrapes the exporter. */
final class BoardsIT {
    private static final Catalogue CATALOGUE = Catalogue.declared();
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final double SIZE = 0.003;
    static final long DAY = 86_400;

    /** The Indico that a reader of the boards chooses. */
    private static final String NAME = "geneva";

    /** The boards compare with a year before, and look two days further back for a value. */
    private static final int LONGEST_LOOK = 368;

    /** The days before today of which the made-up history has values, for comparisons with a week, a month, a year. */
    private static final List<Integer> DAYS = List.of(366, 365, 364, 31, 30, 29, 8, 7, 6);

    /** Expressions that rightly have no data on a busy Indico, each with the reason. */
    private static final Map<String, String> EMPTY = Map.ofEntries(
            Map.entry("time() - indico_database_replay_timestamp_seconds", "the database is a primary"),
            Map.entry("indico_collector_failing", "no reading fails"),
            Map.entry("indico_database_error > 0", "the database can be read"),
            Map.entry("indico_collector_skipped", "the login may read everything"),
            Map.entry(
                    "sum by (collector) (increase(indico_collector_failures_total[$__rate_interval])) > 0",
                    "no reading fails"),
            Map.entry(
                    "indico_calls_for_papers_next_deadline_timestamp_seconds - time()", "no call for papers is open"));

    /** What the synthetic Indico does not have at every moment. */
    static final List<String> CHANGES = List.of(
            "UPDATE events.events SET end_dt = now() + interval '2 days' WHERE id IN (SELECT a.event_id"
                    + " FROM event_abstracts.abstracts a JOIN events.events e ON e.id = a.event_id WHERE NOT a.is_deleted"
                    + " AND NOT e.is_deleted AND a.state = 1 LIMIT 1)",
            "UPDATE event_registration.forms SET start_dt = now() + interval '1 day', end_dt = NULL WHERE id IN (SELECT"
                    + " f.id FROM event_registration.forms f JOIN events.events e ON e.id = f.event_id WHERE NOT"
                    + " e.is_deleted AND NOT f.is_deleted AND NOT f.is_purged LIMIT 1)",
            "UPDATE events.payment_transactions SET status = 4 WHERE id IN (SELECT r.transaction_id FROM"
                    + " event_registration.registrations r JOIN events.events e ON e.id = r.event_id WHERE NOT"
                    + " r.is_deleted AND NOT e.is_deleted AND r.transaction_id IS NOT NULL LIMIT 1)",
            "UPDATE events.events SET end_dt = now() + interval '2 days' WHERE id IN (SELECT r.event_id FROM"
                    + " event_registration.registrations r JOIN events.payment_transactions t ON t.id = r.transaction_id"
                    + " WHERE t.status = 4)",
            "UPDATE events.logs SET logged_dt = now() AT TIME ZONE 'UTC' - interval '1 minute' WHERE id IN (SELECT id FROM"
                    + " events.logs WHERE type = 'email' AND data ->> 'state' = 'sent' LIMIT 1)");

    @TempDir
    Path folder;

    @Test
    void everyExpressionHasData() throws Exception {
        try (TestDatabase database = new TestDatabase()) {
            fill(database);
            try (Exporter exporter = exporter(database, "full")) {
                Path configuration = configuration(
                        folder,
                        exporter,
                        "metric_relabel_configs: [ { target_label: instance_name, replacement: %s } ]".formatted(NAME));
                History history = new History(
                        folder,
                        Map.of("job", "indico", "instance", exporter.uri().getAuthority(), "instance_name", NAME));
                importHistory(history, database, exporter.uri());
                importTheLastExporter(history, exporter.uri());
                // The default of 15 days deletes the imported values, unless one block has all of them.
                try (PrometheusServer prometheus =
                        PrometheusServer.start(configuration, "--storage.tsdb.retention.time=100y")) {
                    awaitScrapes(prometheus);
                    for (Board board : Boards.all()) {
                        assertSurroundings(board, prometheus);
                    }
                    StringBuilder listing =
                            new StringBuilder("| board | panel | expression | value |\n|---|---|---|---|\n");
                    for (Board board : Boards.all()) {
                        for (Panel panel : board.panels()) {
                            for (Target target : panel.targets) {
                                data(prometheus, target, ".+", NAME);
                                SortedMap<String, Double> values = data(prometheus, target, ".+", ".*");
                                assertThat(values.values())
                                        .as(target.expression())
                                        .noneMatch(value -> value.isNaN());
                                listing.append("| %s | %s | `%s` | %s |\n"
                                        .formatted(
                                                board.name(),
                                                panel.title,
                                                target.expression().replace("|", "\\|"),
                                                sample(values)));
                            }
                        }
                    }
                    Files.writeString(Path.of("target/panels.md"), listing);
                }
            }
        }
    }

    /** The annotation marks the new exporter, and the variables offer its job, its instance and its Indico. */
    private static void assertSurroundings(Board board, PrometheusServer prometheus) throws Exception {
        Surroundings surroundings = Surroundings.of(board, CATALOGUE);
        for (String annotation : surroundings.annotations()) {
            assertThat(prometheus.query(forTest(annotation, ".+", NAME)))
                    .as(annotation)
                    .anySatisfy((series, value) -> assertThat(series).contains("component=\"indico\""));
        }
        for (Surroundings.Variable variable : surroundings.variables()) {
            String offered = "label_replace(count by (%1$s) (%2$s), \"offered\", \"$1\", \"%1$s\", \"(.+)\")"
                    .formatted(variable.label(), forTest(variable.series(), ".+", ".*"));
            assertThat(prometheus.query(offered).keySet())
                    .as(offered)
                    .singleElement()
                    .asString()
                    .startsWith("{offered=");
        }
    }

    private static SortedMap<String, Double> data(
            PrometheusServer prometheus, Target target, String instance, String instanceName) throws Exception {
        SortedMap<String, Double> values = new TreeMap<>();
        if (EMPTY.containsKey(target.expression())) {
            assertThat(prometheus.query(forTest(target, instance, instanceName)))
                    .as(target.expression())
                    .isEmpty();
        } else {
            // A subquery has data at full minutes only.
            Waiting.until("there is data for " + target.expression(), () -> {
                values.putAll(prometheus.query(forTest(target, instance, instanceName)));
                return !values.isEmpty();
            });
        }
        return values;
    }

    private static void fill(TestDatabase database) {
        SyntheticIndico.of(SIZE).now(Instant.now()).fill(database.indico().dataSource());
        CHANGES.forEach(database::execute);
    }

    /** One exporter reads both, and Prometheus scrapes it as the page on operations says. */
    @Test
    @Tag("slow")
    void eachOfSeveralIndicosHasItsOwnDataAndAlerts() throws Exception {
        TestDatabase geneva = new TestDatabase();
        TestDatabase vienna = new TestDatabase();
        Map<String, TestDatabase> databases = Map.of("geneva", geneva, "vienna", vienna);
        Map<String, String> settings = new TreeMap<>(Map.of("profile", "full", "listen", "127.0.0.1:0"));
        databases.forEach((name, database) -> {
            fill(database);
            database.settings("collector-metrics", "all")
                    .forEach((setting, value) -> settings.put(
                            setting.startsWith("database.") ? "instances." + name + "." + setting : setting, value));
        });
        try (Exporter exporter = Exporter.start(settings)) {
            for (Map.Entry<String, TestDatabase> one : databases.entrySet()) {
                URI probe = exporter.uri().resolve("/probe?target=" + one.getKey());
                awaitCollectors(probe);
                importHistory(
                        new History(folder, Map.of("job", "indico", "instance", one.getKey())), one.getValue(), probe);
            }
            Path configuration = ProbeConfiguration.write(folder, exporter, """
                    global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
                    rule_files: ['%s']
                    """.formatted(
                            new DeployFile("rules/indico.yml").path().toRealPath()));
            try (PrometheusServer prometheus =
                    PrometheusServer.start(configuration, "--storage.tsdb.retention.time=100y")) {
                awaitScrapes(prometheus);
                for (Target target : targets()) {
                    for (String instance : databases.keySet()) {
                        data(prometheus, target, isOfTheExporter(target) ? ".+" : instance, ".*");
                    }
                    // Whoever chooses both gets sums, but no error.
                    prometheus.query("count(" + forTest(target, ".+", ".*") + ")");
                }
                Waiting.until(
                        "the alerts know both",
                        () -> prometheus.query("count(indico:settled)").containsValue(2.0));
                cutOff(vienna, geneva);
                String alerts = "count by (alertname) (ALERTS{alertname=\"IndicoDatabaseUnreachable\",instance";
                Waiting.until(
                        "an alert is pending",
                        () -> !prometheus.query(alerts + "=\"vienna\"})").isEmpty());
                assertThat(prometheus.query(alerts + "!=\"vienna\"})")).isEmpty();
                assertThat(prometheus.query("count(indico:settled{instance=\"geneva\"})"))
                        .isNotEmpty();
                assertThat(prometheus.ruleErrors()).isEmpty();
            }
        } finally {
            databases.values().forEach(TestDatabase::close);
        }
    }

    /** Refuses connections to a database and ends those of the exporter, through a connection to another one. */
    private static void cutOff(TestDatabase database, TestDatabase other) {
        String name = database.indico().name();
        other.execute("ALTER DATABASE \"" + name + "\" ALLOW_CONNECTIONS false");
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
    }

    private static List<Target> targets() {
        return Boards.all().stream()
                .flatMap(board -> board.panels().stream())
                .flatMap(panel -> panel.targets.stream())
                .toList();
    }

    /** What is about the exporter itself has the instance of the exporter's own target. */
    private static boolean isOfTheExporter(Target target) {
        return target.check(CATALOGUE).families().stream().allMatch(family -> family.startsWith("indico_exporter_"));
    }

    /** Nothing is an error, not a number or red without a fault, and an empty panel says why. */
    @ParameterizedTest
    @CsvSource({
        "FRESH, default",
        "FRESH, compatible",
        "FRESH, full",
        "BARE, default",
        "COMPATIBLE, compatible",
        "BUSY, full",
    })
    void noBoardShowsAFault(Scene scene, String profile) throws Exception {
        try (TestDatabase database = new TestDatabase()) {
            scene.fill(database, SIZE);
            try (Exporter exporter = exporter(database, profile);
                    PrometheusServer prometheus = PrometheusServer.start(configuration(folder, exporter))) {
                awaitScrapes(prometheus);
                List<String> faults = new ArrayList<>();
                for (Board board : Boards.all()) {
                    Iterator<String> reasons = reasons(board).iterator();
                    for (Panel panel : board.panels()) {
                        String reason = reasons.next();
                        List<Double> values = values(prometheus, panel);
                        values.stream()
                                .filter(value -> !colour(panel, value).matches("green|blue"))
                                .forEach(value -> faults.add(board.name() + ": " + panel.title + ": " + value));
                        if (values.isEmpty() && isThere(reason, scene, profile)) {
                            faults.add(board.name() + ": " + panel.title + ": " + reason);
                        }
                    }
                }
                assertThat(faults).isEmpty();
            }
        }
    }

    private static List<Double> values(PrometheusServer prometheus, Panel panel) throws Exception {
        List<Double> values = new ArrayList<>();
        for (Target target : panel.targets) {
            values.addAll(prometheus.query(forTest(target, ".+", ".*")).values());
        }
        return values;
    }

    /** What each panel of a board says if it has no data. */
    private static List<String> reasons(Board board) throws IOException {
        return StreamSupport.stream(
                        MAPPER.readTree(BoardJson.of(board, CATALOGUE))
                                .path("panels")
                                .spliterator(),
                        false)
                .filter(panel -> !panel.path("type").textValue().equals("row"))
                .map(panel -> panel.at("/fieldConfig/defaults/noValue").textValue())
                .toList();
    }

    /** Whether a panel without data says only that it needs what is there. */
    private static boolean isThere(String reason, Scene scene, String profile) {
        Set<String> there = new TreeSet<>(Set.of("a day of data"));
        if (scene != Scene.BARE) {
            there.add("the livesync plugin");
        }
        if (!profile.equals("compatible")) {
            there.add("profile default");
        }
        if (profile.equals("full")) {
            there.add("profile full");
        }
        return reason.equals("no data")
                || (reason.startsWith("needs ")
                        && Stream.of(reason.substring("needs ".length()).split(" and "))
                                .allMatch(need -> there.contains(need) || need.startsWith("Indico ")));
    }

    private static String colour(Panel panel, double value) {
        if (!Double.isFinite(value)) {
            return "not a number";
        }
        Panel.Mapping mapping = panel.mappings.get(String.valueOf((long) value));
        if (mapping != null) {
            return mapping.colour();
        }
        return panel.warning != null && value >= panel.warning ? "orange" : "green";
    }

    static Exporter exporter(TestDatabase database, String profile) throws Exception {
        Exporter exporter = Exporter.start(database.settings("profile", profile, "collector-metrics", "all"));
        awaitCollectors(exporter.uri());
        return exporter;
    }

    private static void awaitCollectors(URI metrics) throws Exception {
        Waiting.until("all collectors are read", () -> {
            String body = Answer.get(metrics).body();
            return collectors(body, "indico_collector_ttl_seconds")
                    == collectors(body, "indico_collector_last_success_timestamp_seconds")
                            + collectors(body, "indico_collector_skipped");
        });
    }

    /** How many collectors have a series of the metric, other than 0. */
    private static long collectors(String exposition, String metric) {
        return exposition
                .lines()
                .filter(line -> line.startsWith(metric + "{") && !line.endsWith(" 0.0"))
                .map(line -> line.replaceFirst(".*collector=\"(\\w+)\".*", "$1"))
                .distinct()
                .count();
    }

    static Path configuration(Path folder, Exporter exporter) throws IOException {
        return configuration(folder, exporter, "");
    }

    /**
     * Writes a configuration of Prometheus with a short interval.
     *
     * @param more more settings of the job
     */
    private static Path configuration(Path folder, Exporter exporter, String more) throws IOException {
        return Files.writeString(
                folder.resolve("prometheus.yml"),
                "global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n"
                        + "  - { job_name: indico, static_configs: [ { targets: [ '%s' ] } ], %s }\n"
                                .formatted(exporter.uri().getAuthority(), more));
    }

    /** An increase takes two scrapes. */
    static void awaitScrapes(PrometheusServer prometheus) throws Exception {
        Waiting.until("two scrapes", () -> {
            SortedMap<String, Double> counts = prometheus.query("min(count_over_time(indico_num_notes[1m]))");
            return counts.values().stream().anyMatch(count -> count >= 3);
        });
    }

    private static String forTest(Target target, String instance, String instanceName) {
        return forTest(target.check(CATALOGUE).scoped(), instance, instanceName);
    }

    private static String forTest(String scoped, String instance, String instanceName) {
        return scoped.replace("$job", "indico")
                .replace("$instance_name", instanceName)
                .replace("$instance", instance)
                .replace("$__rate_interval", "1m");
    }

    private static String sample(SortedMap<String, Double> values) {
        return values.isEmpty()
                ? "none"
                : values.firstKey() + " " + values.get(values.firstKey()) + (values.size() > 1 ? ", …" : "");
    }

    /** What has no past gets the present values, a little smaller. */
    private void importHistory(History history, TestDatabase database, URI metrics) throws Exception {
        Instant now = Instant.now();
        Set<String> known = history.backfill(database, "full", now.minus(Duration.ofDays(LONGEST_LOOK)));
        assertThat(known).hasSizeGreaterThan(60);
        history.makeUp(
                series(metrics).filter(line -> !known.contains(History.family(line))),
                DAYS.stream()
                        .mapToLong(days -> now.getEpochSecond() - days * DAY)
                        .toArray(),
                (family, value, second) -> value * (1 - (now.getEpochSecond() - second) / (1000.0 * DAY)));
    }

    /** Until now, the exporter had another version. */
    private static void importTheLastExporter(History history, URI metrics) throws Exception {
        long now = Instant.now().getEpochSecond();
        history.makeUp(
                series(metrics).filter(line -> History.family(line).equals("indico_up")),
                LongStream.rangeClosed(-10, -1).map(minute -> now + minute * 60).toArray(),
                (family, value, second) -> value);
    }

    /** The lines of the exposition that are samples. */
    static Stream<String> series(URI metrics) throws IOException {
        return Answer.get(metrics).body().lines().filter(line -> !line.startsWith("#"));
    }
}
