package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.DatabaseError;
import io.getindico.metrics.api.engine.FailureReason;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.exporter.commands.ExitCode;
import io.getindico.metrics.exporter.http.RejectedRequests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The page of operations has short tasks, links to the files that operators install, and covers what they may encounter.
 * {@link OperationsPageIT} runs its commands.
 */
final class OperationsPageTest {
    private static final Path REFERENCE = Path.of("../../docs/exporter-reference.md");

    private final OperationsPage page = OperationsPage.read();

    OperationsPageTest() throws IOException {}

    static Stream<DeployFile> files() throws IOException {
        return DeployFile.all();
    }

    @ParameterizedTest
    @MethodSource("files")
    void linksToEachFile(DeployFile file) {
        assertThat(page.text().contains("](../deploy/" + file.name() + ")")).isTrue();
    }

    /** The two files that every reader edits. */
    @ParameterizedTest
    @ValueSource(strings = {"exporter.yaml", "prometheus.yml"})
    void showsTheFileAsItIs(String name) throws IOException {
        assertThat(page.text()).contains("```yaml\n" + new DeployFile(name).text() + "```\n");
    }

    @Test
    void noTaskHasMoreThanFiveCommands() {
        assertThat(page.commands())
                .hasSizeGreaterThan(10)
                .allSatisfy((task, commands) -> assertThat(commands).as(task).hasSizeBetween(1, 5));
    }

    /** systemd gives up after five starts within ten seconds. */
    @Test
    void theUnitGivesUpOnBadSettingsAndOnNothingElse() throws IOException {
        String unit = new DeployFile("indico-metrics-exporter.service").text();

        assertThat(unit)
                .contains("\nRestart=on-failure\n")
                .contains("\nRestartPreventExitStatus=" + ExitCode.BAD_SETTINGS.code() + "\n");
        Matcher pause = Pattern.compile("\nRestartSec=(\\d+)s\n").matcher(unit);
        assertThat(pause.find()).isTrue();
        assertThat(Integer.parseInt(pause.group(1))).isGreaterThan(2);
    }

    @Test
    void everyExitCodeIsExplained() throws IOException {
        for (ExitCode code : ExitCode.values()) {
            assertThat(Files.readString(REFERENCE)).contains("\n| " + code.code() + " | ");
        }
    }

    @Test
    void everyReasonHasAnAdvice() {
        assertThat(Stream.of(DatabaseError.values()).map(DatabaseError::label)).allSatisfy(this::isInATable);
        assertThat(Stream.of(FailureReason.values()).map(FailureReason::label)).allSatisfy(this::isInATable);
        assertThat(Stream.of(SkipReason.values()).map(SkipReason::label)).allSatisfy(this::isInATable);
    }

    private void isInATable(String reason) {
        assertThat(page.text()).containsPattern("\n\\| [^|]*`\"" + reason + "\"`[^|]* \\| ");
    }

    @Test
    void everySelfMetricIsExplained() throws IOException {
        String metrics = Files.readString(Path.of("../../docs/metrics.md"));
        List<String> names = Pattern.compile("(?m)^### (\\w+)$")
                .matcher(metrics.substring(metrics.indexOf("\n## Self-metrics\n")))
                .results()
                .map(heading -> heading.group(1))
                .toList();
        assertThat(names).contains("indico_up");
        String reference = Files.readString(REFERENCE);
        assertThat(names).allSatisfy(name -> assertThat(reference).contains("`" + name));
        for (RejectedRequests.Reason reason : RejectedRequests.Reason.values()) {
            assertThat(reference).contains("`" + reason.label() + "`");
        }
    }
}
