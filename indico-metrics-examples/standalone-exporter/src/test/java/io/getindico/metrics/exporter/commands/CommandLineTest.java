package io.getindico.metrics.exporter.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.settings.Setting;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public final class CommandLineTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void servesByDefaultAndTakesOptionsBeforeAndAfterTheCommand() {
        assertThat(parse().command()).isInstanceOf(ServeCommand.class);
        assertThat(parse("--zone", "UTC").command()).isInstanceOf(ServeCommand.class);
        assertThat(parse("--zone", "UTC", "once", "--workers=2").flags())
                .isEqualTo(Map.of("zone", "UTC", "workers", "2"));
        assertThat(parse("check").flags()).isEmpty();
    }

    @Test
    void onceTakesAnInstant() {
        assertThat(at("--at", "2026-03-01T12:00:00Z")).isEqualTo(Instant.parse("2026-03-01T12:00:00Z"));
        assertThat(at("--at=2026-03-01T12:00:00+01:00")).isEqualTo(Instant.parse("2026-03-01T11:00:00Z"));
        assertThat(at()).isNull();
        assertThat(complaint("once", "--at", "yesterday"))
                .isEqualTo("--at: got \"yesterday\", expected an instant such as 2026-03-01T12:00:00Z; correct it, or"
                        + " leave it out (default: now)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--database-password", "--token"})
    void aSecretIsRefusedAndNotRepeated(String flag) {
        for (String[] arguments : new String[][] {{flag, "s3cr3t"}, {flag + "=s3cr3t"}, {"serve", flag, "s3cr3t"}}) {
            assertThat(complaint(arguments))
                    .startsWith(flag + ": a secret on the command line can be read by every user")
                    .contains(flag + "-file FILE")
                    .doesNotContain("s3cr3t");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--databas-password=s3cr3t, --database-password-file",
        "--verion=s3cr3t, --version",
        "--zoen=s3cr3t, --zone",
        "--tokn s3cr3t, ",
        "s3cr3t, ",
        "once s3cr3t, ",
        "--zone UTC s3cr3t, ",
        "-ps3cr3t, ",
        "--token:s3cr3t, "
    })
    void aWrongOptionIsRepeatedOnlyUpToItsName(String line, String hint) {
        String complaint = complaint(line.split(" ", -1));

        assertThat(complaint).doesNotContain("s3cr3t").contains("--help");
        if (hint != null) {
            assertThat(complaint).contains("did you mean " + hint + "?");
        }
    }

    @Test
    void aMistypedCommandIsNamedWithTheNearest() {
        assertThat(complaint("srve")).startsWith("\"srve\": no command has this name (did you mean serve?)");
        assertThat(complaint("--zone")).startsWith("--zone: its value ZONE is missing");
        assertThat(complaint("check", "--token-file")).startsWith("--token-file: its value FILE is missing");
        assertThat(complaint("--zone", "UTC", "--zone", "UTC")).startsWith("--zone: is given twice");
        assertThat(complaint("--ttl-notes")).startsWith("--ttl-notes: its value DURATION is missing");
        assertThat(complaint("--collector-notes-age")).startsWith("--collector-notes-age: its value VALUE is missing");
        assertThat(complaint("--ttl-notes", "1m", "--ttl-notes=1m")).startsWith("--ttl-notes: is given twice");
    }

    @Test
    void aMisplacedWordIsNotReportedAsUnknown() {
        assertThat(complaint("serve", "--at", "2026-03-01T12:00:00Z"))
                .startsWith("--at: is an option of the command once alone");
        assertThat(complaint("--at=2026-03-01T12:00:00Z")).startsWith("--at: is an option of the command once alone");
        assertThat(complaint("once", "check")).startsWith("\"check\": is a second command; give one");
    }

    @Test
    void aFileNamedByAnAtSignIsNotRead() {
        assertThat(complaint("@/etc/passwd")).doesNotContain("root");
    }

    @Test
    void helpListsEverySettingButSecrets() {
        assertThat(run(Map.of(), "--help")).isZero();
        String help = out.toString(UTF_8);
        for (Setting setting : Setting.ALL) {
            assertThat(help.contains(setting.flag() + "=")).as(setting.flag()).isEqualTo(!setting.isSecret());
        }
        assertThat(help).contains("serve", "once", "check", "version").doesNotContain("training-run");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void helpOfACommandIsItsOwn() {
        assertThat(run(Map.of(), "once", "--help")).isZero();
        assertThat(out.toString(UTF_8)).contains("--at=INSTANT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "--version", "-V", "check --version"})
    void versionNeedsNoSettings(String arguments) {
        assertThat(run(Map.of("INDICO_METRICS_ZONE", "nonsense"), arguments.split(" ", -1)))
                .isZero();
        assertThat(out.toString(UTF_8).lines())
                .hasSize(3)
                .anyMatch(line -> line.matches("indico-metrics-exporter \\d+\\.\\d+\\.\\d+.*"))
                .anyMatch(line -> line.matches("commit (unknown|[0-9a-f]{7,})"))
                .anyMatch(line -> line.startsWith("Java " + System.getProperty("java.version")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "once", "check"})
    void badSettingsEndWithTwoAndOneLine(String command) {
        assertThat(run(Map.of(), command)).isEqualTo(2);
        assertThat(err.toString(UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith("indico-metrics-exporter: database.url: is missing");
        assertThat(out.toString(UTF_8)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"metrics", "grants"})
    void warningsAboutTheSettingsArePrinted(String command) {
        assertThat(run(Map.of("INDICO_METRICS_ZOEN", "x"), command)).isZero();
        assertThat(err.toString(UTF_8).lines())
                .containsExactly("indico-metrics-exporter: INDICO_METRICS_ZOEN: no setting has this name"
                        + " (did you mean INDICO_METRICS_ZONE?)");
    }

    @Test
    void onlyServeIsAService() {
        assertThat(parse("serve").command().isService()).isTrue();
        assertThat(parse("once").command().isService()).isFalse();
        assertThat(parse("check").command().isService()).isFalse();
    }

    /** Other tests use it too. */
    public static CommandLineArguments.Parsed parse(String... arguments) {
        return ExporterMain.parse(System.out, complaint -> {}, arguments);
    }

    private static @Nullable Instant at(String... arguments) {
        String[] once = Stream.concat(Stream.of("once"), Stream.of(arguments)).toArray(String[]::new);
        return ((OnceCommand) parse(once).command()).at();
    }

    private int run(Map<String, String> environment, String... arguments) {
        return ExporterMain.run(
                arguments, environment, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }

    private String complaint(String... arguments) {
        err.reset();
        assertThat(run(Map.of(), arguments)).isEqualTo(2);
        String text = err.toString(UTF_8);
        assertThat(text.lines()).hasSize(1);
        return text.strip().substring("indico-metrics-exporter: ".length());
    }
}
