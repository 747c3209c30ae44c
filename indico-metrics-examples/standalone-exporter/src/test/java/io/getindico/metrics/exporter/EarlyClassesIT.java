package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.settings.Setting;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.bcrypt.BCrypt;

/** Once it has read everything, the exporter never needs its jars again, so an upgrade may replace them. */
@Tag("slow")
final class EarlyClassesIT {
    private static final String LOST = "NoClassDefFoundError|ClassNotFoundException| ERROR |\tat ";
    private static final String TLS = "tls_server_config: {cert_file: server.pem, key_file: server.key}\n";
    private static final String PROTOBUF =
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

    private static TestDatabase database;

    @TempDir
    Path folder;

    @BeforeAll
    static void createDatabase() {
        database = new TestDatabase();
        database.execute("CREATE ROLE early SUPERUSER LOGIN PASSWORD 'early'");
    }

    @AfterAll
    static void dropDatabase() {
        database.execute("DROP ROLE early");
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"distribution", "jar"})
    void keepsServingWhenItsJarsAreReplaced(String artefact) throws Exception {
        List<String> command = artefact.equals("jar") ? copiedJar() : copiedDistribution();
        try (Relay relay = Relay.to(database.indico().jdbcUrl());
                Program serve = Program.start(command, environment(relay), "serve")) {
            keepsServing(serve, relay, () -> {});
        }
    }

    @Test
    void keepsServingWithTlsAndPushingWhenItsJarsAreReplaced() throws Exception {
        Certificates certificates = new Certificates(folder);
        certificates.authority("authority");
        for (String name : List.of("first", "second")) {
            certificates.server(name, "authority", "ip:127.0.0.1", "-1H");
        }
        write(certificates, "first");
        Path web = Files.writeString(folder.resolve("web.yml"), TLS);
        try (Relay relay = Relay.to(database.indico().jdbcUrl());
                OtlpReceiver receiver = new OtlpReceiver()) {
            Map<String, String> environment = environment(relay);
            environment.put(Setting.variable("web.config.file"), web.toString());
            environment.put(Setting.variable("otlp.endpoint"), receiver.url());
            environment.put(Setting.variable("otlp.interval"), "1s");
            try (Program serve = Program.start(copiedDistribution(), environment, "serve")) {
                assertThat(serve.uri().getScheme()).isEqualTo("https");
                Waiting.until("it has pushed", () -> !receiver.all().isEmpty());
                keepsServing(serve, relay, () -> {
                    losePushes(serve, receiver);
                    changeTls(serve, certificates, web);
                });
            }
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private void keepsServing(Program serve, Relay relay, Work more) throws Exception {
        URI uri = serve.uri();
        awaitReadings(uri);
        replaceJars();

        try {
            openAllPages(uri);
            failInAllWays(uri);
            loseTheDatabase(uri, relay);
            refuseTheLogin(uri);
            more.run();
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; the log: " + serve.err(), e);
        }

        serve.signal("TERM");
        assertThat(serve.exitCode(20)).as(serve.err()).isZero();
        assertThat(serve.err()).contains("stopping").contains("stopped").doesNotContainPattern(LOST);
    }

    private static void losePushes(Program serve, OtlpReceiver receiver) throws Exception {
        receiver.answer(401);
        awaitLog(serve, "it answered with status 401");
        receiver.answer(200);
        awaitLog(serve, "takes the metrics again");
        receiver.close();
        awaitLog(serve, "cannot connect; check host and port");
    }

    private void changeTls(Program serve, Certificates certificates, Path web) throws Exception {
        URI uri = serve.uri();
        assertThat(Answer.send(URI.create("http:" + uri.getSchemeSpecificPart()), "GET / HTTP/1.1\r\n\r\n")
                        .status())
                .isZero();
        write(certificates, "second");
        awaitLog(serve, "are read again");
        Files.writeString(web, "tls_server_config: {cert_file: none}");
        awaitLog(serve, "what was read before stays in force");
        Files.writeString(
                web, TLS + "basic_auth_users: {early: '" + BCrypt.hashpw("right", BCrypt.gensalt(4)) + "'}\n");
        Waiting.until("a login is needed", () -> Answer.get(uri).status() == 401);
        assertThat(Answer.get(uri, login("early:wrong")).status()).isEqualTo(401);
        assertThat(Answer.get(uri, login("early:right")).status()).isEqualTo(200);
        assertThat(Answer.get(uri.resolve("/-/healthy")).status()).isEqualTo(200);
    }

    private static String login(String userAndPassword) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(UTF_8));
    }

    private void write(Certificates certificates, String name) throws Exception {
        Files.writeString(folder.resolve("server.pem"), certificates.certificate(name));
        Files.writeString(folder.resolve("server.key"), certificates.key(name));
    }

    private static void awaitLog(Program serve, String line) throws Exception {
        Waiting.until("the log has: " + line, () -> serve.err().contains(line));
    }

    private static void awaitReadings(URI uri) throws Exception {
        Waiting.until("all is read", () -> {
            Answer.get(uri);
            return !Answer.get(uri.resolve("/")).body().matches("(?s).*<td>(not read yet|[^\n]*✗ failed).*");
        });
    }

    private static void openAllPages(URI uri) throws Exception {
        assertThat(Answer.get(uri.resolve("/")).status()).isEqualTo(200);
        assertThat(Answer.get(uri.resolve("/-/healthy")).status()).isEqualTo(200);
        Waiting.until("it is ready", () -> Answer.get(uri.resolve("/-/ready")).status() == 200);
        assertThat(Answer.get(uri).body()).contains("indico_up 1.0");
        assertThat(Answer.get(uri, "Accept: application/openmetrics-text;version=1.0.0")
                        .body())
                .contains("# EOF");
        assertThat(Answer.get(uri, "Accept: " + PROTOBUF).status()).isEqualTo(200);
        assertThat(Answer.get(uri, "Accept-Encoding: gzip").unzippedBody()).contains("indico_up 1.0");
        assertThat(Answer.get(URI.create(uri + "?name%5B%5D=indico_up")).body()).contains("indico_up 1.0");
        assertThat(Answer.get(uri.resolve("/none")).status()).isEqualTo(404);
        assertThat(Answer.request("POST", uri).status()).isEqualTo(405);
        assertThat(Answer.get(URI.create(uri + "?name%5B%5D=%ff")).status()).isEqualTo(400);
        assertThat(Answer.get(URI.create(uri + "?x=" + "x".repeat(30_000))).status())
                .isEqualTo(414);
        assertThat(Answer.get(uri, "X: " + "x".repeat(30_000)).status()).isEqualTo(431);
        OddRequests requests = new OddRequests(1);
        for (int i = 0; i < 300; i++) {
            var unused = Answer.send(uri, requests.next() + "GET / HTTP/1.0\r\n\r\n");
        }
        assertThat(Answer.get(uri).status()).isEqualTo(200);
    }

    private static void loseTheDatabase(URI uri, Relay relay) throws Exception {
        relay.goAway();
        Waiting.until("it is missed", () -> {
            Answer answer = Answer.get(uri);
            return answer.value("indico_up") == 0
                    && answer.value("indico_database_error{reason=\"unreachable\"}") == 1
                    && answer.value("indico_collector_success{collector=\"events\"}") == 0;
        });
        assertThat(Answer.get(uri.resolve("/")).body()).contains("cannot be reached");
        relay.comeBack();
        Waiting.until("it is read again", () -> Answer.get(uri).value("indico_up") == 1);
    }

    private static void failInAllWays(URI uri) throws Exception {
        database.execute("ALTER TABLE events.notes RENAME TO notes_away");
        awaitState(uri, "notes", "– skipped");
        database.execute("ALTER TABLE events.notes_away RENAME TO notes");

        database.execute("ALTER TABLE users.users RENAME TO users_away");
        database.execute("CREATE VIEW users.users AS SELECT * FROM users.users_away WHERE 1 / (SELECT 0) = 1");
        awaitState(uri, "users", "failed[^:]*: the database refused");
        database.execute("CREATE OR REPLACE VIEW users.users AS SELECT u.* FROM users.users_away u, pg_sleep(60)");
        awaitState(uri, "users", "failed[^:]*: took longer");
        database.execute("DROP VIEW users.users");
        database.execute("ALTER TABLE users.users_away RENAME TO users");

        try (Connection locker = database.indico().dataSource().getConnection();
                Statement statement = locker.createStatement()) {
            locker.setAutoCommit(false);
            statement.execute("LOCK TABLE events.events IN ACCESS EXCLUSIVE MODE");
            awaitState(uri, "active_events", "failed[^:]*: took longer");
        }

        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'early'");
        awaitState(uri, "active_events", "✓ read");
    }

    private static void awaitState(URI uri, String collector, String state) throws Exception {
        Waiting.until(collector + ": " + state, () -> {
            Answer.get(uri);
            return Answer.get(uri.resolve("/"))
                    .body()
                    .matches("(?s).*<th scope=\"row\">" + collector + "</th><td>[^\n]*" + state + ".*");
        });
    }

    private static void refuseTheLogin(URI uri) throws Exception {
        database.execute("ALTER ROLE early PASSWORD 'late'");
        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'early'");
        Waiting.until("it is refused", () -> Answer.get(uri).value("indico_database_error{reason=\"auth\"}") == 1);
        assertThat(Answer.get(uri.resolve("/")).body()).contains("refuses the login");
        database.execute("ALTER ROLE early PASSWORD 'early'");
    }

    private static Map<String, String> environment(Relay relay) {
        Map<String, String> environment = database.environment(
                "database.url",
                "jdbc:postgresql://127.0.0.1:" + relay.port() + "/"
                        + database.indico().name(),
                "database.user",
                "early",
                "database.password",
                "early",
                "ttl.live",
                "1s",
                "ttl.standard",
                "1s",
                "ttl.heavy",
                "1s",
                "query-budget.standard",
                "2s",
                "database-share",
                "100%");
        environment.put("INDICO_METRICS_CACHE", "none");
        return environment;
    }

    private List<String> copiedJar() throws IOException {
        return Program.jar(Files.copy(Program.JAR, folder.resolve("exporter.jar")));
    }

    private List<String> copiedDistribution() throws IOException {
        Path from = Program.LAUNCHER.resolve("../..").normalize();
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve("home").resolve(from.relativize(file)));
            }
        }
        return List.of(folder.resolve("home/bin")
                .resolve(Program.LAUNCHER.getFileName())
                .toString());
    }

    /** Overwrites the files in place, as {@code cp} does. */
    private void replaceJars() throws IOException {
        List<Path> jars = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> file.toString().endsWith(".jar")).forEach(jars::add);
        }
        assertThat(jars).isNotEmpty();
        for (Path jar : jars) {
            Files.writeString(jar, "another version");
        }
    }
}
