package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.DatabaseError;
import io.getindico.metrics.api.engine.FailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page for operators shows the files that {@link DeploymentIT} starts, and passes over nothing they may meet. */
final class OperationsPageTest {
    private static final Path PAGE = Path.of("../../docs/operations.md");

    static Stream<DeployFile> files() throws IOException {
        return DeployFile.all();
    }

    @ParameterizedTest
    @MethodSource("files")
    void showsTheFileAsItIs(DeployFile file) throws IOException {
        assertThat(Files.readString(PAGE)).containsPattern("```\\w+\n\\Q" + file.text() + "\\E```\n");
    }

    @Test
    void showsTheAlertsOfTheReadme() throws IOException {
        assertThat(Files.readString(PAGE)).contains(DeploymentIT.alerts());
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
