package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The artefacts: the executable jar and the launcher of the distribution. */
final class ProgramIT {
    /** Nothing listens there. */
    private static final String NOBODY = "jdbc:postgresql://127.0.0.1:9/indico";

    @AutoClose
    private static final TestDatabase database = new TestDatabase();

    @TempDir
    Path folder;

    @Test
    void theJarWorksAloneAndCarriesNoServerAndNoDemo() throws Exception {
        try (JarFile jar = new JarFile(Program.JAR.toFile());
                Program version = Program.start(Program.jar(), Map.of(), "version")) {
            List<String> entries = jar.stream().map(JarEntry::getName).toList();

            assertThat(entries)
                    .noneMatch(name -> name.contains("zonky") || name.endsWith(".txz") || name.contains("/demo/"))
                    .noneMatch(name -> name.matches("META-INF/[^/]+\\.(SF|RSA|DSA)"))
                    .contains(
                            "META-INF/services/java.sql.Driver",
                            "META-INF/services/io.getindico.metrics.api.MetricCollector",
                            "META-INF/services/org.slf4j.spi.SLF4JServiceProvider");
            assertThat(version.exitCode(60)).isZero();
            assertThat(version.out()).startsWith("indico-metrics-exporter ");
            assertThat(version.err()).isEmpty();
        }
    }

    @Test
    void onceWritesTheExpositionAndNothingElse() throws Exception {
        try (Program once = Program.start(Program.jar(), database.environment(), "once")) {
            assertThat(once.exitCode(60)).isZero();
            assertThat(once.out().lines())
                    .isNotEmpty()
                    .allMatch(line -> line.matches("# (HELP|TYPE) indico_\\w+ .*|indico_\\w+(\\{[^}]*})? [-+0-9.Ee]+"));
            assertThat(once.err()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalLetsAScrapeInFlightEndAndThenTheProgram(String signal) throws Exception {
        try (Connection locker = database.indico().dataSource().getConnection();
                Statement statement = locker.createStatement()) {
            locker.setAutoCommit(false);
            statement.execute("LOCK TABLE events.events IN ACCESS EXCLUSIVE MODE");
            Map<String, String> environment =
                    database.environment("lock-timeout", "40s", "query-budget.live", "40s", "wait-limit", "40s");
            try (Program serve = Program.start(Program.jar(), environment)) {
                int port = serve.uri().getPort();
                var uri = serve.uri();
                CompletableFuture<Answer> scrape = CompletableFuture.supplyAsync(() -> {
                    try {
                        return Answer.get(uri);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                Waiting.until("the scrape's query waits", ProgramIT::waitsForLock);

                serve.signal(signal);

                assertThat(serve.exitCode(10)).as(serve.err()).isZero();
                Answer answer = scrape.get(5, TimeUnit.SECONDS);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).contains("indico_collector_");
                assertThat(answer.body()).doesNotContain("indico_num_active_events");
                assertThat(serve.err()).contains("stopping").contains("stopped").doesNotContain("\tat ");
                assertThat(serve.out()).isEmpty();
                try (Socket refused = new Socket()) {
                    assertThat(catchConnect(refused, port)).isInstanceOf(IOException.class);
                }
            }
        }
    }

    /** A pipe as the settings file shows that the program has begun to start, and holds it there. */
    @Test
    void aHangupWhileItStartsReadsTheSettingsOnceMore() throws Exception {
        Path pipe = pipe();
        Map<String, String> environment = database.environment("config", pipe.toString());
        try (Program serve = Program.start(Program.jar(), environment)) {
            try (OutputStream settings = Files.newOutputStream(pipe)) {
                serve.signal("HUP");
                settings.write("token: first\n".getBytes(UTF_8));
                Path second = Files.writeString(folder.resolve("second.yaml"), "token: second\n");
                Files.move(second, pipe, StandardCopyOption.REPLACE_EXISTING);
            }
            var uri = serve.uri();
            Waiting.until(
                    "the second token is in force",
                    () -> Answer.get(uri, "Authorization: Bearer second").status() == 200);
            assertThat(Answer.get(uri, "Authorization: Bearer first").status()).isEqualTo(401);
            serve.signal("TERM");
            assertThat(serve.exitCode(10)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aStopWhileItStartsIsNoFailure(String signal) throws Exception {
        Path pipe = pipe();
        try (Program serve = Program.start(Program.jar(), database.environment("config", pipe.toString()));
                OutputStream settings = Files.newOutputStream(pipe)) {
            serve.signal(signal);
            assertThat(serve.exitCode(10)).isZero();
            settings.flush();
        }
    }

    @Test
    void aHangupEndsACommandThatDoesNotServe() throws Exception {
        Path pipe = pipe();
        try (Program once = Program.start(Program.jar(), database.environment("config", pipe.toString()), "once");
                OutputStream settings = Files.newOutputStream(pipe)) {
            once.signal("HUP");
            assertThat(once.exitCode(10)).isEqualTo(129);
            settings.flush();
        }
    }

    private Path pipe() throws Exception {
        Path pipe = folder.resolve("settings.yaml");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        return pipe;
    }

    @Test
    void hangupsNeverEndIt() throws Exception {
        Path file = Files.writeString(folder.resolve("exporter.yaml"), "token: t0\n");
        try (Program serve = Program.start(Program.jar(), database.environment("config", file.toString()))) {
            var uri = serve.uri();
            for (int i = 1; i <= 20; i++) {
                String token = "t" + i;
                Files.writeString(file, "token: " + token + "\nwait-limit: " + i + "s\n");
                serve.signal("HUP");
                Waiting.until(
                        "the token is in force",
                        () -> Answer.get(uri, "Authorization: Bearer " + token).status() == 200);
            }
            serve.signal("TERM");
            assertThat(serve.exitCode(10)).isZero();
            assertThat(serve.err()).doesNotContain("\tat ").doesNotContain("were closed");
        }
    }

    @Test
    void onlyAnAcceptedReloadChangesTheLog() throws Exception {
        Path file = Files.writeString(folder.resolve("exporter.yaml"), "log.format: text\n");
        try (Program serve = Program.start(Program.jar(), database.environment("config", file.toString()))) {
            serve.uri();
            Files.writeString(file, "log.format: json\nexclude: no_such\n");
            serve.signal("HUP");
            Waiting.until("it is refused", () -> serve.err().contains("the settings are refused"));
            assertThat(serve.err()).contains(" ERROR Exporter - the settings are refused");

            Files.writeString(file, "log.format: json\n");
            serve.signal("HUP");
            Waiting.until("it is accepted", () -> serve.err().contains("the settings are read again"));
            assertThat(serve.err()).contains("\"message\":\"the settings are read again\"");
        }
    }

    @Test
    void whatNeedsARestartIsSaid() throws Exception {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Path file = folder.resolve("exporter.yaml");
        String same = "plugins: " + plugins + "\n";
        Files.writeString(file, same + "listen: 127.0.0.1:0\n");
        Map<String, String> environment = database.environment("config", file.toString());
        environment.remove("INDICO_METRICS_LISTEN");
        try (Program serve = Program.start(Program.jar(), environment)) {
            URI uri = serve.uri();
            Files.writeString(file, same + "listen: 127.0.0.1:9\n");
            serve.signal("HUP");
            Waiting.until(
                    "listen is named",
                    () -> serve.err()
                            .contains("line 2: listen: a change needs a restart; until then it stays 127.0.0.1:0"));
            assertThat(serve.err()).doesNotContain("jars in the folder");
            assertThat(Answer.get(uri).status()).isEqualTo(200);

            Files.writeString(plugins.resolve("new.jar"), "not a jar");
            serve.signal("HUP");
            Waiting.until(
                    "the plugins are named",
                    () -> serve.err().contains("plugins: the jars in the folder have changed, which needs a restart"));

            Files.writeString(file, "listen: nowhere\n");
            serve.signal("HUP");
            Waiting.until(
                    "the refusal is logged",
                    () -> serve.err()
                            .contains("the settings are refused, and the ones before stay in force: " + file
                                    + ", line 1: listen: got \"nowhere\""));
        }
    }

    /** Queries outside the locking transaction, because inside it the activity would never change. */
    private static boolean waitsForLock() {
        return !database.indico()
                .dsl()
                .fetch("select 1 from pg_stat_activity where wait_event_type = 'Lock'"
                        + " and application_name = 'indico-metrics' and datname = current_database()")
                .isEmpty();
    }

    private static Throwable catchConnect(Socket socket, int port) {
        return org.assertj.core.api.Assertions.catchThrowable(
                () -> socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2000));
    }

    @Test
    void aPortInUseGivesOneLineAndExitCode4() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Program serve = Program.start(
                        Program.jar(), database.environment("listen", "127.0.0.1:" + taken.getLocalPort()), "serve")) {
            assertThat(serve.exitCode(60)).isEqualTo(4);
            assertThat(serve.err().lines())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "indico-metrics-exporter: INDICO_METRICS_LISTEN: got \"127.0.0.1:" + taken.getLocalPort()
                                    + "\", but cannot listen there now: Address already in use; end what listens"
                                    + " there (ss -ltnp shows it), or choose another port");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "database.password | s3cr3t | 28",
                "database.url | postgresql://u:s3cr3t@127.0.0.1:9/indico | 08",
                "database.url | postgresql://u:s3cr3t@127.0.0.1:9/indico?password=s3cr3t | 08",
                "token | s3cr3t | ",
            })
    void noSecretIsEverShown(String setting, String value, String sqlStateClass) throws Exception {
        Map<String, String> environment = database.environment(setting, value);
        if (setting.equals("database.url")) {
            environment.keySet().removeIf(name -> name.matches("INDICO_METRICS_DATABASE_(USER|PASSWORD)"));
        }
        environment.put("INDICO_METRICS_JAVA_OPTS", "");
        try (Program serve = Program.start(Program.jar(), environment)) {
            var uri = serve.uri();
            String seen = Answer.get(uri).body()
                    + Answer.get(uri.resolve("/")).body()
                    + Answer.get(uri.resolve("/none")).body();
            String commandLine = serve.commandLine();
            if (sqlStateClass != null) {
                Waiting.until("the trouble is logged", () -> serve.err().contains("WARN DatabaseContact"));
            }
            serve.signal("TERM");
            assertThat(serve.exitCode(10)).isZero();
            assertThat(seen + serve.err() + serve.out() + commandLine).doesNotContain("s3cr3t");
        }
    }

    @Test
    void underSystemdTheLogHasPrioritiesAndNoTime() throws Exception {
        List<String> command = new ArrayList<>(
                List.of("sh", "-c", "JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec \"$0\" \"$@\""));
        command.addAll(Program.jar());
        try (Program serve = Program.start(command, database.environment("database.url", NOBODY))) {
            serve.uri();
            Waiting.until("the trouble is logged", () -> serve.err().contains("<4>WARN DatabaseContact - database: "));
            assertThat(serve.err()).contains("<6>INFO Exporter - version ");
            assertThat(serve.err().lines()).allMatch(line -> line.matches("<[346]>(ERROR|WARN|INFO) \\w+ - .*"));
        }
    }

    @Test
    void aLogInJsonHasAnObjectInEachLine() throws Exception {
        Map<String, String> environment =
                database.environment("database.url", NOBODY, "log.format", "json", "log.level", "warn");
        try (Program serve = Program.start(Program.jar(), environment)) {
            Waiting.until("the trouble is logged", () -> serve.err().contains("\n"));
            JsonNode line =
                    new ObjectMapper().readTree(serve.err().lines().findFirst().orElseThrow());
            assertThat(line.path("level").asText()).isEqualTo("WARN");
            assertThat(line.path("logger").asText()).isEqualTo("io.getindico.metrics.api.engine.DatabaseContact");
            assertThat(line.path("reason").asText()).isEqualTo("unreachable");
            assertThat(serve.err()).doesNotContain("INFO");
        }
    }

    @Tag("slow")
    @Test
    void theLauncherStartsFromAnywhereAndKeepsAnArchiveOfItsOwn() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Program.LAUNCHER);
        Path cache = folder.resolve("cache");
        Map<String, String> environment = database.environment();
        environment.put("INDICO_METRICS_CACHE", cache.toString());
        serveAndStop(link, environment);

        Path archive;
        try (Stream<Path> files = Files.list(cache)) {
            List<Path> all = files.toList();
            assertThat(all).singleElement().asString().endsWith(".jsa");
            archive = all.get(0);
        }
        var made = Files.getLastModifiedTime(archive);
        serveAndStop(link, environment);
        assertThat(Files.getLastModifiedTime(archive)).isEqualTo(made);

        // One that is spoilt is not used, and harms nothing.
        Files.delete(archive);
        Files.writeString(archive, "spoilt");
        serveAndStop(link, environment);
    }

    @Tag("slow")
    @Test
    void theLauncherWorksWithoutAnArchive() throws Exception {
        Map<String, String> environment = database.environment();
        for (String cache : new String[] {"none", "/dev/null/not-there"}) {
            environment.put("INDICO_METRICS_CACHE", cache);
            serveAndStop(Program.LAUNCHER, environment);
        }
    }

    private static void serveAndStop(Path launcher, Map<String, String> environment) throws Exception {
        try (Program serve = Program.start(List.of(launcher.toString()), environment, "serve")) {
            assertThat(Answer.get(serve.uri()).status()).isEqualTo(200);
            serve.signal("TERM");
            assertThat(serve.exitCode(10)).isZero();
            assertThat(serve.out()).isEmpty();
            assertThat(serve.err()).doesNotContain("[warning]").doesNotContain("[error]");
        }
    }

    @Test
    void theLauncherReadsTheFileBesideItAndKeepsOutputClean() throws Exception {
        Map<String, String> environment = new HashMap<>(database.environment());
        environment.put("INDICO_METRICS_CACHE", "none");
        try (Program once = Program.start(List.of(Program.LAUNCHER.toString()), environment, "once")) {
            assertThat(once.exitCode(60)).as(once.err()).isZero();
            assertThat(once.out()).startsWith("# HELP indico_").doesNotContain("[");
        }

        Path home = Program.LAUNCHER.resolveSibling("..");
        assertThat(home.resolve("config/exporter.yaml"))
                .hasSameTextualContentAs(Path.of("src/main/dist/config/exporter.yaml"));
        environment.remove("INDICO_METRICS_DATABASE_URL");
        try (Program once = Program.start(List.of(Program.LAUNCHER.toString()), environment, "once")) {
            assertThat(once.exitCode(60)).isEqualTo(2);
            assertThat(once.err().lines()).hasSize(1);
        }
    }
}
