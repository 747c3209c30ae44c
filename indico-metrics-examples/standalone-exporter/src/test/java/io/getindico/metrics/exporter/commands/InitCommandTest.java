package io.getindico.metrics.exporter.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InitCommandTest {
    private static final String SECRET = "s3cr3tWord";
    private static final int FUZZ_RUNS = 500;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void takesOnlyThePlaceAndTheZone() throws IOException {
        String conf = """
            # General settings
            SQLALCHEMY_DATABASE_URI = 'postgresql://indico:s3cr3tWord@db.example.org:5433/indico'
            SECRET_KEY = 's3cr3tWord'
            DEFAULT_TIMEZONE = 'Europe/Zurich'
            SMTP_PASSWORD = "s3cr3tWord"
            """;
        assertThat(init(conf)).isEqualTo(2);

        assertThat(settings()).isEqualTo("""
            # Settings of indico-metrics-exporter. All settings: indico-metrics-exporter --help
            database.url: postgresql://indico_metrics@db.example.org:5433/indico
            database.password-file: %s/password
            # The time zone of Indico's server, in which it stores room booking.
            zone: Europe/Zurich
            """.formatted(folder));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(output())))
                .isEqualTo("rw-r-----");
        assertThat(err.toString(UTF_8))
                .contains("database.password-file")
                .contains(folder + "/password")
                .hasLineCount(1);
        assertThat(out.toString(UTF_8)).contains("grants | runuser -u postgres -- psql -d indico -1");
    }

    @Test
    void addsAnInstanceAndKeepsWhatElseIsInTheFile() throws IOException {
        Files.writeString(output(), "# mine\ninstances:\n  geneva: {database.url: 'postgresql:///geneva'}");
        String conf = "SQLALCHEMY_DATABASE_URI = 'postgresql:///indico'";
        assertThat(init(conf, "--instance", "vienna", "--profile", "full")).isZero();

        assertThat(settings()).isEqualTo("""
            # mine
            instances:
              geneva: {database.url: 'postgresql:///geneva'}
            instances.vienna.database.url: postgresql:///indico
            # The time zone of Indico's server, in which it stores room booking.
            instances.vienna.zone: UTC
            instances.vienna.profile: 'full'
            """);
        assertThat(Settings.of(Map.of("config", output().toString()), Map.of()).instances())
                .containsOnlyKeys("geneva", "vienna");
        assertThat(out.toString(UTF_8)).contains("grants --instance vienna | runuser");

        assertThat(init(conf, "--instance", "vienna")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("--instance: got \"vienna\", but " + output() + " has it already");
        assertThat(init(conf, "--instance", "a b")).isEqualTo(2);
        assertThat(init(conf, "--instance", "bern", "--listen", ":1")).isEqualTo(2);
        assertThat(err.toString(UTF_8))
                .contains("--listen: is a setting of the whole exporter; leave it out, and set it in " + output());
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql:///indico, postgresql:///indico",
        "postgresql://indico@/indico?host=/tmp&port=5433, postgresql://%2Ftmp:5433/indico",
        "postgresql+psycopg2:///in%20dico?sslmode=disable, postgresql:///in%20dico"
    })
    void onASocketAsksForACheckAsTheServicesUser(String given, String written) throws IOException {
        assertThat(init("SQLALCHEMY_DATABASE_URI = '" + given + "'")).isZero();

        assertThat(settings()).contains("database.url: " + written + "\n").contains("zone: UTC\n");
        assertThat(settings()).doesNotContain("password");
        assertThat(out.toString(UTF_8)).contains("runuser -u indico_metrics -- indico-metrics-exporter check");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void keepsACopyOfAnExistingFile() throws IOException {
        Files.writeString(output(), "listen: :1\n");
        init("SQLALCHEMY_DATABASE_URI = 'postgresql:///indico'");

        assertThat(folder.resolve("exporter.yaml.old")).hasContent("listen: :1\n");
        assertThat(settings()).contains("postgresql:///indico");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SQLALCHEMY_DATABASE_URI = os.environ['s3cr3tWord'] | SQLALCHEMY_DATABASE_URI is computed there, and the"
                        + " file is not run; give --database-url",
                "X = 's3cr3tWord' | expected SQLALCHEMY_DATABASE_URI, which is not set there; give --database-url",
                "SQLALCHEMY_DATABASE_URI = 'mysql://u:s3cr3tWord@h/d' | SQLALCHEMY_DATABASE_URI is not a URL that the"
                        + " exporter understands; give --database-url",
                "SQLALCHEMY_DATABASE_URI = 'postgresql://h/d?s3cr3tWord=1' | SQLALCHEMY_DATABASE_URI is not a URL that"
                        + " the exporter understands; give --database-url",
                "SQLALCHEMY_DATABASE_URI = 'postgresql://h/d';DEFAULT_TIMEZONE = 's3cr3tWord' | DEFAULT_TIMEZONE is not a"
                        + " time zone that Java knows; give --zone",
                "SQLALCHEMY_DATABASE_URI = 'postgresql://h/d';DEFAULT_TIMEZONE = s3cr3tWord() | DEFAULT_TIMEZONE is"
                        + " computed there, and the file is not run; give --zone",
                "PASSWORD = \\\"s3cr3tWord | expected a Python file, but line 1 begins a string that does not end"
            })
    void saysWhatItCannotTake(String conf, String complaint) throws IOException {
        assertThat(init(conf.replace("\\\"", "\""))).isEqualTo(2);

        assertThat(err.toString(UTF_8))
                .isEqualTo("indico-metrics-exporter: --indico-conf " + folder.resolve("indico.conf") + ": " + complaint
                        + "\n");
        assertThat(output()).doesNotExist();
    }

    @Test
    void flagsReplaceComputedValues() throws IOException {
        String conf = "SQLALCHEMY_DATABASE_URI = f()\nDEFAULT_TIMEZONE = g()";
        assertThat(init(conf, "--database-url", "postgresql:///other", "--zone", "Europe/Paris"))
                .isZero();

        assertThat(settings()).contains("postgresql:///other").contains("zone: Europe/Paris");
    }

    @Test
    void writesTheSettingsGivenAsFlags() throws IOException {
        String conf = "SQLALCHEMY_DATABASE_URI = 'postgresql:///indico'";
        assertThat(init(conf, "--profile", "compatible", "--listen", "127.0.0.1:10999", "--ttl-users", "90s"))
                .isZero();

        assertThat(settings())
                .endsWith("zone: UTC\nlisten: '127.0.0.1:10999'\nprofile: 'compatible'\nttl.users: '90s'\n");
        assertThat(out.toString(UTF_8)).contains("wrote      " + output() + "; set more there if you wish");

        init(conf, "--database-url", "postgresql://db/indico", "--database-password-file", "/it's");
        assertThat(settings())
                .endsWith("zone: UTC\ndatabase.password-file: '/it''s'\n")
                .containsOnlyOnce("password");
        assertThat(out.toString(UTF_8)).contains("; the file before is " + output() + ".old");
    }

    @Test
    void namesAFileThatCannotBeRead() {
        assertThat(run("--indico-conf", folder.resolve("missing").toString())).isEqualTo(2);
        assertThat(err.toString(UTF_8))
                .endsWith("missing: expected a file that can be read, but it does not exist\n")
                .hasLineCount(1);
    }

    /** Only the place of the database and the zone may come out of the file. */
    @Test
    void showsNothingElseOfTheFile() throws IOException {
        Random random = new Random(17);
        List<String> pieces = List.of(
                "SQLALCHEMY_DATABASE_URI",
                "DEFAULT_TIMEZONE",
                "SECRET_KEY",
                SECRET,
                SECRET,
                " = ",
                "=",
                "'",
                "\"",
                "'''",
                "\n",
                "\n    ",
                ";",
                "(",
                ")",
                "{",
                "}",
                "\\",
                "#",
                "f",
                "r",
                "postgresql://",
                "mysql://",
                ":",
                "@",
                "/",
                "?",
                "&",
                "%",
                "host=",
                "password=",
                "/indico",
                "localhost",
                "5432",
                "Europe/Zurich",
                "\0",
                "\u00e9",
                "SQLALCHEMY_DATABASE_URI = 'postgresql://u:" + SECRET + "@localhost/indico'\n",
                "SQLALCHEMY_DATABASE_URI = 'postgresql:///indico?password=" + SECRET + "'\n",
                "DEFAULT_TIMEZONE = '" + SECRET + "'\n",
                "PASSWORD = '" + SECRET + "'\n");
        for (int run = 0; run < FUZZ_RUNS; run++) {
            StringBuilder conf = new StringBuilder();
            for (int i = random.nextInt(25); i >= 0; i--) {
                conf.append(pieces.get(random.nextInt(pieces.size())));
            }
            out.reset();
            err.reset();
            int code = init(conf.toString());
            String place = code == 0 ? settings().replaceFirst("(?m)^database.url: .*$", "") : "";
            String shown = out.toString(UTF_8).replaceFirst("psql -d \\S+", "");

            assertThat(shown + err.toString(UTF_8) + place).as(conf.toString()).doesNotContain(SECRET);
            assertThat(code).as(conf.toString()).isIn(0, 2);
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private int init(String conf, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("indico.conf"), conf);
        return run(Stream.concat(Stream.of("--indico-conf", file.toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    private int run(String... arguments) {
        String[] all = Stream.concat(Stream.of("init", "--output", output().toString()), Stream.of(arguments))
                .toArray(String[]::new);
        return ExporterMain.run(all, Map.of(), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }

    private Path output() {
        return folder.resolve("exporter.yaml");
    }

    private String settings() throws IOException {
        return Files.readString(output());
    }
}
