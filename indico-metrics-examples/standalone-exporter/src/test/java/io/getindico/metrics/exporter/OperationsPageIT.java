package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.testing.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.crypto.bcrypt.BCrypt;

/**
 * Follows docs/operations.md as a reader does: runs the commands of its tasks line by line, with the paths below a
 * folder. The test starts and stops the exporter as the unit says where a command calls systemctl.
 */
@Tag("slow")
final class OperationsPageIT {
    private static final String ROLE = "indico_metrics_of_page_it";
    private static final String PASSWORD = "golden password: 7c2d";
    private static final String COPY = "indico_copy_of_page_it";

    /** {@code packaging/test} follows them in a new Debian. */
    private static final Set<String> OF_PACKAGES = Set.of("Install a package", "Upgrade a package");

    /** They need tools that a build does not need. {@code packaging/test} starts the image's files. */
    private static final Set<String> UNTESTED = Set.of("Containers", "Icinga");

    private static final Pattern ROOT = Pattern.compile("(?<=[\\s\"'=(\\[]|^)/(?=(opt|etc|usr/l\\w+|var/lib)\\b)");
    private static final Pattern USER_PARAMETER = Pattern.compile("(?m)^UserParameter=indico\\[\\*],(.*)$");

    private final Set<String> ran = new HashSet<>();
    private final TestDatabase database = new TestDatabase();
    private final PostgresServer server = PostgresServer.shared();

    @TempDir
    Path folder;

    private OperationsPage page;
    private int port;
    private @Nullable Program exporter;

    @BeforeEach
    void prepare() throws Exception {
        for (String tool : List.of("psql", "createdb", "curl", "openssl", "promtool")) {
            Tools.require(tool);
        }
        page = OperationsPage.read();
        port = PrometheusServer.freePort();
        for (String created : List.of(
                "opt",
                "etc/systemd/system",
                "etc/prometheus",
                "etc/zabbix/zabbix_agentd.d",
                "usr/local/bin",
                "usr/lib/check_mk_agent/local",
                "var/lib/prometheus/node-exporter")) {
            Files.createDirectories(folder.resolve(created));
        }
        for (String version : List.of("0.1.0", "0.2.0")) {
            String name = "indico-metrics-exporter-" + version;
            shell("tar -czf " + name + ".tar.gz -C "
                    + Program.LAUNCHER.resolve("../../..").normalize() + " --transform 's,^indico-metrics-exporter,"
                    + name + ",' indico-metrics-exporter");
        }
        shell("sha256sum *.tar.gz > SHA256SUMS");
    }

    @AfterEach
    void tidy() throws Exception {
        if (exporter != null) {
            exporter.close();
        }
        database.execute("DROP DATABASE IF EXISTS " + COPY);
        database.execute("DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '" + ROLE
                + "') THEN DROP OWNED BY " + ROLE + "; DROP ROLE " + ROLE + "; END IF; END $$");
        database.close();
    }

    @Test
    void theTasksLeadFromTheArchiveToTlsAndBack() throws Exception {
        run("Install the archive");
        putDeployedFilesIntoTheFolder();
        run("Settings");
        editSettings();
        run("Role in the database");
        database.execute("ALTER ROLE " + ROLE + " PASSWORD '" + PASSWORD + "'");
        assertThat(run("Check")).contains("\nall that run ").doesNotContain("CANNOT RUN", "FAILED", "WARNING");
        assertThat(run("Service")).contains("\nindico_up 1.0\n");

        run("node_exporter");
        assertThat(folder.resolve("var/lib/prometheus/node-exporter/indico.prom"))
                .content()
                .contains("\nindico_up 1");
        assertThat(run("Checkmk"))
                .contains("0 \"Indico database\" - is read\n", "P \"Indico collectors\" failing=0;1 ");
        assertThat(run("Zabbix")).isEqualTo("1.0\n");
        usePrometheus();
        assertThat(run("When the exporter uses too much of the database")).contains("pid");

        run("Reload");
        assertThat(exporter().err()).contains("INFO Exporter - the settings are read again");
        run("Copy, restore or rename the database");
        run("Upgrade the archive");
        assertThat(folder.resolve("opt/indico-metrics-exporter").toRealPath())
                .endsWithRaw(Path.of("indico-metrics-exporter-0.2.0"));
        run("Go back");
        assertThat(folder.resolve("opt/indico-metrics-exporter").toRealPath())
                .endsWithRaw(Path.of("indico-metrics-exporter-0.1.0"));
        assertThat(run("After an upgrade of Indico")).doesNotContain("CANNOT RUN");

        turnOnTls();
        assertThat(run("TLS and logins")).contains("\nindico_up 1.0\n");
        readTwoIndicos();
        assertThat(run("Several Indicos")).contains("\nindico_up 1.0\n").contains("zone=\"Europe/Vienna\"");

        Set<String> all = new HashSet<>(ran);
        all.addAll(OF_PACKAGES);
        all.addAll(UNTESTED);
        assertThat(page.commands().keySet()).containsExactlyInAnyOrderElementsOf(all);
    }

    /** The files that the archive brings for other folders. */
    private void putDeployedFilesIntoTheFolder() throws IOException {
        try (Stream<DeployFile> files = DeployFile.all()) {
            for (DeployFile file : files.toList()) {
                Files.writeString(
                        folder.resolve("opt/indico-metrics-exporter/deploy").resolve(file.name()),
                        inFolder(file.text()));
            }
        }
    }

    private void editSettings() throws IOException {
        Path file = settings();
        Files.writeString(
                file,
                Files.readString(file).replace("indico_metrics@db.example.org/indico", address()) + "listen: 127.0.0.1:"
                        + port + "\nweb.enable-lifecycle: true\n");
        Files.writeString(file.resolveSibling("password"), PASSWORD + "\n");
    }

    private Path settings() {
        return folder.resolve("etc/indico-metrics-exporter/exporter.yaml");
    }

    private String address() {
        return ROLE + "@" + server.jdbcUrl(database.indico().name()).replaceFirst("^jdbc:postgresql://", "");
    }

    private void usePrometheus() throws Exception {
        Path prometheus = folder.resolve("etc/prometheus");
        Files.writeString(prometheus.resolve("prometheus.yml"), inFolder(new DeployFile("prometheus.yml").text()));
        Files.writeString(prometheus.resolve("indico-ca.pem"), "");
        assertThat(run("Prometheus")).contains("SUCCESS");
    }

    private void turnOnTls() throws Exception {
        Certificates certificates = new Certificates(folder);
        Files.copy(certificates.authority("authority"), folder.resolve("ca.pem"));
        certificates.server("server", "authority", "dns:localhost", "-1d");
        Files.writeString(folder.resolve("certificate.pem"), certificates.certificate("server"));
        Files.writeString(folder.resolve("key.pem"), certificates.key("server"));
        Path web = settings().resolveSibling("web.yml");
        Files.writeString(
                web,
                page.yaml("# /etc/indico-metrics-exporter/web.yml")
                        .replaceFirst(
                                "prometheus: \\$.*",
                                Matcher.quoteReplacement("prometheus: " + BCrypt.hashpw("right", BCrypt.gensalt(4)))));
        Files.writeString(settings(), "web.config.file: " + web + "\n", StandardOpenOption.APPEND);
    }

    /** Both in the same database, and without TLS. */
    private void readTwoIndicos() throws Exception {
        String text = page.yaml(
                "# /etc/indico-metrics-exporter/exporter.yaml\ntoken-file: /etc/indico-metrics-exporter/token");
        Files.writeString(
                settings(),
                inFolder(text)
                                .replaceAll(
                                        "indico_metrics@db\\d.example.org/indico", Matcher.quoteReplacement(address()))
                        + "listen: 127.0.0.1:" + port + "\n");
        for (String name : List.of("geneva", "vienna")) {
            Files.writeString(settings().resolveSibling("password-" + name), PASSWORD);
        }
        systemctl("restart");
    }

    private String run(String task) throws Exception {
        List<String> commands = page.commands().getOrDefault(task, List.of());
        assertThat(commands).as(task).isNotEmpty();
        ran.add(task);
        StringBuilder output = new StringBuilder();
        for (String command : commands) {
            output.append(execute(command));
        }
        return output.toString();
    }

    private String execute(String command) throws Exception {
        if (command.startsWith("systemctl ")) {
            if (command.endsWith(" indico-metrics-exporter")) {
                systemctl(command.split(" ", -1)[1]);
            }
            return "";
        }
        if (command.startsWith("useradd ")) {
            return "";
        }
        if (command.startsWith("zabbix_agentd ")) {
            return zabbix(command);
        }
        return shell(inFolder(command));
    }

    /** What the agent does with the line of its file: $1 is the item's parameter, and $$ is a dollar. */
    private String zabbix(String command) throws Exception {
        Matcher line =
                USER_PARAMETER.matcher(Files.readString(folder.resolve("etc/zabbix/zabbix_agentd.d/indico.conf")));
        Matcher item = Pattern.compile("-t \"indico\\[(\\w+)]\"$").matcher(command);
        assertThat(line.find() && item.find()).as(command).isTrue();
        return shell(
                line.group(1).replace("$$", "\0").replace("$1", item.group(1)).replace("\0", "$"));
    }

    private void systemctl(String action) throws Exception {
        switch (action) {
            case "enable", "start" -> startService();
            case "stop" -> stopService();
            case "restart" -> {
                stopService();
                startService();
            }
            case "reload" -> exporter().signal("HUP");
            default -> throw new AssertionError(action);
        }
    }

    private void startService() throws Exception {
        Unit unit = new Unit(Files.readString(folder.resolve("etc/systemd/system/indico-metrics-exporter.service")));
        Map<String, String> environment = new HashMap<>(unit.environment());
        environment.put("INDICO_METRICS_CACHE", "none");
        exporter = Program.start(unit.command(), environment);
    }

    private void stopService() throws Exception {
        // Before it serves, a signal ends Java at once.
        exporter().uri();
        exporter().signal("TERM");
        assertThat(exporter().exitCode(60)).as(exporter().err()).isZero();
    }

    private Program exporter() {
        return Objects.requireNonNull(exporter);
    }

    private String inFolder(String text) {
        return ROOT.matcher(text)
                .replaceAll(Matcher.quoteReplacement(folder + "/"))
                .replaceAll("runuser -u \\w+ -- ", "")
                .replaceAll("-g \\w+ ", "")
                .replaceAll("-d indico ", "-d " + database.indico().name() + " ")
                .replace("-T indico indico_copy", "-T " + database.indico().name() + " " + COPY)
                .replace("ROLE indico_metrics ", "ROLE " + ROLE + " ")
                .replace("-u prometheus ", "-u prometheus:right ")
                .replace("127.0.0.1:10742", "127.0.0.1:" + port)
                .replace("metrics.example.org:10742", "localhost:" + port);
    }

    /** Runs one command in the folder, and returns its standard output. */
    private String shell(String command) throws Exception {
        URI address = URI.create(server.jdbcUrl("postgres").substring("jdbc:".length()));
        Map<String, String> environment = Map.of(
                "PGHOST", address.getHost(),
                "PGPORT", String.valueOf(address.getPort()),
                "PGUSER", server.user(),
                "PGPASSWORD", server.password(),
                "INDICO_METRICS_CONFIG", settings().toString(),
                "PATH", folder.resolve("usr/local/bin") + ":" + System.getenv().getOrDefault("PATH", ""));
        try (Program program = Program.start(List.of("sh", "-c", "cd " + folder + " && " + command), environment)) {
            assertThat(program.exitCode(120))
                    .as("%s%n%s%s", command, program.out(), program.err())
                    .isZero();
            return program.out();
        }
    }
}
