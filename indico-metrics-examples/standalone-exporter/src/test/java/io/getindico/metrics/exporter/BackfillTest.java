package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.getindico.metrics.exporter.backfill.Period;
import io.getindico.metrics.exporter.commands.ExporterMain;
import io.getindico.metrics.testing.SyntheticIndico;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The past that {@code backfill} writes, imported by the real promtool. */
final class BackfillTest {
    private static final Instant NOW = Instant.parse("2026-06-01T10:00:00Z");
    private static final String UNTIL = "2026-06-01T06:00:00Z";
    private static final long LAST_MIDNIGHT =
            Instant.parse("2026-06-01T00:00:00Z").getEpochSecond();
    private static final Pattern SAMPLE = Pattern.compile("([a-z_0-9]+\\{.*}) \\S+ (\\d+)");

    private static TestDatabase database;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeAll
    static void fill() {
        database = new TestDatabase();
        SyntheticIndico.of(0.001).now(NOW).fill(database.indico().dataSource());
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    private int run(Map<String, String> environment, String... arguments) {
        return ExporterMain.run(
                arguments, environment, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }

    private int backfill(String... arguments) {
        List<String> all = new ArrayList<>(List.of("backfill", "--label=job=indico", "--label=instance=localhost"));
        all.addAll(List.of(arguments));
        if (all.stream().noneMatch(argument -> argument.startsWith("--until="))) {
            all.add("--until=" + UNTIL);
        }
        return run(database.environment(), all.toArray(String[]::new));
    }

    private String err() {
        return err.toString(UTF_8);
    }

    @Test
    void promtoolImportsEachSample() throws Exception {
        Path promtool = Tools.require("promtool");
        Path file = folder.resolve("history.om");
        assertThat(backfill("--from=2024-01-01T00:00:00Z", "--out=" + file))
                .as(err())
                .isZero();
        long written = samples(file);
        assertThat(written).isGreaterThan(100_000);
        assertThat(err()).contains("wrote " + written + " samples of ");

        Path data = folder.resolve("data");
        tool(promtool, "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=13122h", "-q", file, data);
        assertThat(imported(tool(promtool, "tsdb", "list", data))).isEqualTo(written);

        Tools.require("prometheus");
        Path configuration = Files.writeString(folder.resolve("prometheus.yml"), "scrape_configs: []\n");
        try (PrometheusServer prometheus =
                PrometheusServer.start(configuration, "--storage.tsdb.retention.time=100y")) {
            String events = "last_over_time(indico_num_events[2d] @ " + LAST_MIDNIGHT + ")";
            Waiting.until("Prometheus answers", () -> !prometheus.query(events).isEmpty());
            double past = prometheus.query(events).values().iterator().next();
            assertThat(past).isBetween(500.0, 1100.0);
            String growth = "last_over_time(indico_num_events[2d] @ " + (LAST_MIDNIGHT - 86_400 * 365) + ")";
            assertThat(prometheus.query(growth).values().iterator().next()).isLessThan(past);
        }
    }

    @Test
    void victoriaMetricsTakesEachSample() throws Exception {
        String victoriaMetrics = Tools.require("victoria-metrics").toString();
        Path file = folder.resolve("history.om");
        assertThat(backfill("--from=2025-06-01T00:00:00Z", "--out=" + file))
                .as(err())
                .isZero();
        long written = samples(file);
        URI uri = URI.create("http://127.0.0.1:" + PrometheusServer.freePort() + "/");
        List<String> command = List.of(
                victoriaMetrics,
                "-retentionPeriod=100y",
                "-storageDataPath=" + folder.resolve("data"),
                "-httpListenAddr=" + uri.getAuthority());
        try (Program server = Program.start(command, Map.of())) {
            Waiting.until(
                    "it serves: " + server.err(),
                    () -> Curl.get(folder, uri.resolve("/health")).isAnswered(200));
            assertThat(Curl.get(folder, "-X", "POST", "-T", file, uri.resolve("/api/v1/import/prometheus"))
                            .output())
                    .contains("HTTP/1.1 204 ");
            URI all = uri.resolve("/api/v1/export?match%5B%5D=%7Bjob=%22indico%22%7D");
            Waiting.until("it has each sample", () -> exported(all) == written);
            String events = "/api/v1/query?query=indico_num_events&time=" + LAST_MIDNIGHT;
            assertThat(Curl.get(folder, uri.resolve(events)).output())
                    .contains("\"value\":[" + LAST_MIDNIGHT + ",\"" + eventsAt(file, LAST_MIDNIGHT) + "\"]");
        }
    }

    /** VictoriaMetrics exports each series as a line of JSON. */
    private long exported(URI uri) throws IOException, InterruptedException {
        long samples = 0;
        for (String line : Curl.get(folder, uri).output().lines().toList()) {
            if (line.startsWith("{\"metric\"")) {
                samples += new ObjectMapper().readTree(line).path("values").size();
            }
        }
        return samples;
    }

    private static String eventsAt(Path file, long second) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith("indico_num_events{") && line.endsWith(" " + second))
                    .map(line -> line.split(" ", -1)[1])
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static long samples(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> !line.startsWith("#")).count();
        }
    }

    private String tool(Object... command) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Stream.of(command).map(Object::toString).toList())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(output);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }

    /** Sums the column NUM SAMPLES. */
    private static long imported(String list) {
        List<String> lines = list.lines().toList();
        int header = 0;
        while (!lines.get(header).contains("NUM SAMPLES")) {
            header++;
        }
        int column = columns(lines.get(header)).indexOf("NUM SAMPLES");
        return lines.stream()
                .skip(header + 1L)
                .filter(line -> !line.isBlank())
                .mapToLong(line -> Long.parseLong(columns(line).get(column)))
                .sum();
    }

    private static List<String> columns(String line) {
        return List.of(line.trim().split(" {2,}", -1));
    }

    @Test
    void familiesAreContiguousAndSeriesAreInOrderOfTime() throws IOException {
        Path file = folder.resolve("history.om.gz");
        assertThat(backfill("--from=2026-01-01T00:00:00Z", "--out=" + file))
                .as(err())
                .isZero();
        String text = new String(new GZIPInputStream(Files.newInputStream(file)).readAllBytes(), UTF_8);
        assertThat(text).endsWith("\n# EOF\n");
        Map<String, Long> last = new HashMap<>();
        List<String> families = new ArrayList<>();
        String family = "";
        for (String line : text.lines().toList()) {
            Matcher sample = SAMPLE.matcher(line);
            if (line.startsWith("# TYPE ")) {
                family = line.replaceFirst("# TYPE (\\S+) .*", "$1");
                families.add(family);
            } else if (sample.matches()) {
                long at = Long.parseLong(sample.group(2));
                assertThat(line).startsWith(family + "{instance=\"localhost\",job=\"indico\"");
                assertThat(at).isLessThanOrEqualTo(Instant.parse(UNTIL).getEpochSecond());
                Long before = last.put(sample.group(1), at);
                assertThat(before == null || before < at).as(line).isTrue();
            } else {
                assertThat(line).matches("# (HELP|UNIT|EOF).*");
            }
        }
        assertThat(families).doesNotHaveDuplicates().hasSizeGreaterThan(30);
    }

    @Test
    void standardOutputGetsTheSameText() throws IOException {
        Path file = folder.resolve("history.om");
        String families = "--families=indico_num_events,indico_num_active_events";
        assertThat(backfill("--from=2026-05-01T00:00:00Z", families, "--out=" + file))
                .as(err())
                .isZero();
        assertThat(backfill("--from=2026-05-01T00:00:00Z", families, "--out=-")).isZero();
        assertThat(out.toString(UTF_8)).isEqualTo(Files.readString(file));
        assertThat(out.toString(UTF_8).lines().filter(line -> line.startsWith("indico_num_events{")))
                .hasSize(32);
        assertThat(out.toString(UTF_8).lines().filter(line -> line.startsWith("indico_num_active_events{")))
                .hasSize(31 * 24 + 7);
    }

    @Test
    void aTimeWithoutAFullDayWritesNoFile() {
        Path file = folder.resolve("history.om");
        assertThat(backfill("--from=2026-06-01T05:00:00Z", "--families=indico_num_events", "--out=" + file))
                .isEqualTo(1);
        assertThat(err()).contains("has no full day", "there are no values in this time");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void verifyFindsNoExactFamilyThatDiffers() {
        assertThat(run(database.environment(), "backfill", "--verify"))
                .as(err())
                .isZero();
        assertThat(out.toString(UTF_8).lines().skip(1))
                .hasSizeGreaterThan(30)
                .noneMatch(line -> line.contains("a bug"))
                .anyMatch(line -> line.matches("indico_num_events +exact +\\d+ +\\d+ +equal"));
    }

    @Test
    void verifyReportsAnExactFamilyThatDiffers() {
        database.execute("UPDATE events.events SET created_dt = now() + interval '1 day'"
                + " WHERE id = (SELECT min(id) FROM events.events WHERE NOT is_deleted)");
        try {
            assertThat(run(database.environment(), "backfill", "--verify", "--families=indico_num_events"))
                    .as(err())
                    .isZero();
            assertThat(out.toString(UTF_8).lines().skip(1))
                    .singleElement()
                    .asString()
                    .matches("indico_num_events +exact +\\d+ +\\d+ +1 series differ: a bug, please report it");
        } finally {
            database.execute(
                    "UPDATE events.events SET created_dt = now() - interval '1 year' WHERE created_dt > now()");
        }
    }

    @Test
    void theDefaultEndIsTheLatestThatPrometheusDoesNotHaveInMemory() throws IOException {
        Path file = folder.resolve("history.om");
        Instant before = Instant.now();
        assertThat(run(
                        database.environment(),
                        "backfill",
                        "--from=" + before.minus(Duration.ofDays(1)),
                        "--families=indico_num_active_events",
                        "--out=" + file))
                .as(err())
                .isZero();
        List<Instant> written = Files.readAllLines(file).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> Instant.ofEpochSecond(Long.parseLong(line.substring(line.lastIndexOf(' ') + 1))))
                .toList();
        assertThat(written.get(written.size() - 1)).isIn(Period.latestUntil(before), Period.latestUntil(Instant.now()));
        assertThat(err()).doesNotContain("in memory");
    }

    @Test
    void anEndThatPrometheusMayHaveInMemoryGetsAWarning() {
        Path file = folder.resolve("history.om");
        String until = Instant.now().minus(Duration.ofHours(1)).toString();
        assertThat(backfill("--until=" + until, "--families=indico_num_events", "--out=" + file))
                .as(err())
                .isZero();
        assertThat(err()).contains("--until: Prometheus may have values after ", " in memory");
        assertThat(file).exists();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --from=2026-07-01T00:00:00Z | --from: 2026-07-01T00:00:00Z is after --until
            --from=yesterday            | --from: got "yesterday", expected an instant
            --until=2099-01-01T00:00:00Z | --until: 2099-01-01T00:00:00Z is in the future; give an instant before 20
            --label=job                 | --label: got 'job', expected NAME=VALUE
            --label=__name__=x          | --label: got '__name__=x', expected NAME=VALUE
            --label=job=x               | --label: 'job' is given twice
            --label=event_type=x        | --label: 'event_type' is a label of
            --families=indico_num_rooms | --families: indico_num_rooms has no past
            --out=/nowhere/x            | --out: the folder /nowhere does not exist
            --out=.                     | --out: . exists
            --verify                    | --verify: it compares with the present and writes no file; leave out --out
            """)
    void badInputGetsOneLine(String argument, String line) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(argument));
        if (!argument.startsWith("--out")) {
            arguments.add("--out=" + folder.resolve("history.om"));
        }
        assertThat(backfill(arguments.toArray(String[]::new))).isEqualTo(2);
        assertThat(err().lines()).singleElement().asString().contains(line);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anUnreachableDatabaseLeavesNoFile() {
        Map<String, String> environment = new TreeMap<>(database.environment());
        environment.put("INDICO_METRICS_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/indico");
        assertThat(run(environment, "backfill", "--out=" + folder.resolve("history.om")))
                .isEqualTo(1);
        assertThat(err().lines().reduce((a, b) -> b))
                .hasValueSatisfying(line -> assertThat(line).contains("cannot connect", "nothing was written"));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFullDiskIsNamed() throws IOException {
        try (PrintStream full = new PrintStream(new FileOutputStream("/dev/full"), false, UTF_8)) {
            int code = ExporterMain.run(
                    new String[] {"backfill", "--families=indico_num_events", "--out=-"},
                    database.environment(),
                    full,
                    new PrintStream(err, true, UTF_8));
            assertThat(code).isEqualTo(1);
            assertThat(err()).contains("standard output");
        }
    }

    @Test
    void aMissingRightLeavesTheFamilyOutUntilItIsGranted() throws Exception {
        String role = "indico_backfill_test";
        execute("DROP ROLE IF EXISTS " + role);
        assertThat(run(database.environment(), "grants", "--role=" + role)).isZero();
        execute(out.toString(UTF_8));
        execute("ALTER ROLE " + role + " PASSWORD 'secret'");
        try {
            Map<String, String> environment = new TreeMap<>(database.environment());
            environment.put("INDICO_METRICS_DATABASE_USER", role);
            environment.put("INDICO_METRICS_DATABASE_PASSWORD", "secret");
            Path file = folder.resolve("history.om");
            assertThat(run(
                            environment,
                            "backfill",
                            "--families=indico_num_events,indico_num_bookings",
                            "--out=" + file))
                    .as(err())
                    .isZero();
            assertThat(err()).contains("left out indico_num_events: ", "events.logs", "grants --backfill");
            assertThat(Files.readString(file)).contains("indico_num_bookings ").doesNotContain("indico_num_events");
            assertThat(run(environment, "backfill", "--families=indico_num_events", "--out=" + folder.resolve("no.om")))
                    .isEqualTo(1);
            assertThat(err()).contains("all metrics were left out; nothing was written");

            out.reset();
            assertThat(run(environment, "backfill", "--verify", "--families=indico_num_events,indico_num_bookings"))
                    .as(err())
                    .isZero();
            assertThat(out.toString(UTF_8)).contains("indico_num_bookings ").doesNotContain("indico_num_events ");

            out.reset();
            err.reset();
            assertThat(run(database.environment(), "grants", "--backfill", "--role=" + role))
                    .isZero();
            String rights = out.toString(UTF_8);
            execute(rights);
            assertThat(run(environment, "backfill", "--out=" + folder.resolve("all.om")))
                    .isZero();
            assertThat(err()).doesNotContain("left out");
            execute(rights.lines()
                    .filter(line -> line.startsWith("-- REVOKE"))
                    .map(line -> line.substring(3))
                    .reduce("", (a, b) -> a + b));
            err.reset();
            assertThat(run(environment, "backfill", "--out=" + folder.resolve("less.om")))
                    .isZero();
            assertThat(err()).contains("left out indico_num_events, ");
        } finally {
            execute("DROP OWNED BY " + role);
            execute("DROP ROLE " + role);
        }
    }

    private static void execute(String sql) throws Exception {
        try (Connection connection = database.indico().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
