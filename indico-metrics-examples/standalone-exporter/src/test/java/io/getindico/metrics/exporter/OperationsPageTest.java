package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.DatabaseError;
import io.getindico.metrics.api.engine.FailureReason;
import io.getindico.metrics.exporter.commands.ExitCode;
import io.getindico.metrics.exporter.http.RejectedRequests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The operations page shows the files that {@link DeploymentIT} starts, and covers what operators may encounter. */
final class OperationsPageTest {
    private static final Path PAGE = Path.of("../../docs/operations.md");

    /** Leaves out the role script: {@link RoleScriptTest} writes it into the page and compares it there. */
    static Stream<DeployFile> files() throws IOException {
        return DeployFile.all().filter(file -> !file.equals(new DeployFile("role.sql")));
    }

    @ParameterizedTest
    @MethodSource("files")
    void showsTheFileAsItIs(DeployFile file) throws IOException {
        assertThat(Files.readString(PAGE)).containsPattern("```\\w+\n\\Q" + file.text() + "\\E```\n");
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
    void explainsEveryExitCode() throws IOException {
        for (ExitCode code : ExitCode.values()) {
            assertThat(Files.readString(PAGE)).contains("\n| " + code.code() + " | ");
        }
    }

    @Test
    void anUpgradeTurnsTheLinkAndCanBeUndone(@TempDir Path folder) throws Exception {
        List<String> commands = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("ln -sfn "))
                .map(line -> line.replace("/opt/", folder + "/"))
                .toList();
        assertThat(commands).hasSize(3);
        Files.createDirectory(folder.resolve("indico-metrics-exporter-0.1.0"));
        Files.createDirectory(folder.resolve("indico-metrics-exporter-0.2.0"));
        List<String> versions = new ArrayList<>();
        for (String command : commands) {
            assertThat(new ProcessBuilder("sh", "-c", command).start().waitFor())
                    .isZero();
            versions.add(folder.toRealPath()
                    .relativize(folder.resolve("indico-metrics-exporter").toRealPath())
                    .toString());
        }
        assertThat(versions)
                .containsExactly(
                        "indico-metrics-exporter-0.1.0",
                        "indico-metrics-exporter-0.2.0",
                        "indico-metrics-exporter-0.1.0");
    }

    @Test
    void explainsEveryReasonAndEveryMetricOfTheEngine() throws IOException {
        List<String> reasons = Stream.concat(
                        Arrays.stream(DatabaseError.values()).map(DatabaseError::label),
                        Arrays.stream(FailureReason.values()).map(FailureReason::label))
                .map(label -> '"' + label + '"')
                .toList();
        assertThat(Files.readString(PAGE)).contains(reasons);
        for (RejectedRequests.Reason reason : RejectedRequests.Reason.values()) {
            assertThat(Files.readString(PAGE)).contains("`" + reason.label() + "`");
        }
    }
}
