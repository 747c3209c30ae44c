package io.getindico.metrics.exporter.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.getindico.metrics.exporter.settings.Options.LogFormat;
import io.getindico.metrics.exporter.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a line of the log looks like. */
final class LogFormatterTest {
    private static final String FAILED = "collector 'rooms' failed to read indico_rooms: it took too long (timeout)";

    @Test
    void aLineOfTextHasTimeLevelNameAndMessage() {
        assertThat(new LogFormatter(LogFormat.TEXT, false).format(line(Level.WARNING, FAILED)))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.123\\S+ WARN QueryStates - \\Q" + FAILED
                        + "\\E\n");
    }

    @Test
    void theJournalGetsPrioritiesAndNoTime() {
        LogFormatter journal = new LogFormatter(LogFormat.TEXT, true);
        assertThat(journal.format(line(Level.INFO, "x"))).isEqualTo("<6>INFO QueryStates - x\n");
        assertThat(journal.format(line(Level.WARNING, "x"))).isEqualTo("<4>WARN QueryStates - x\n");
        assertThat(journal.format(line(Level.SEVERE, "x"))).isEqualTo("<3>ERROR QueryStates - x\n");
        assertThat(journal.format(line(Level.FINE, "x"))).isEqualTo("<7>DEBUG QueryStates - x\n");
        LogRecord thrown = line(Level.SEVERE, "two\nlines");
        thrown.setThrown(new IllegalStateException("why"));
        assertThat(journal.format(thrown).lines())
                .hasSizeGreaterThan(4)
                .allMatch(part -> part.startsWith("<3>"))
                .contains("<3>lines", "<3>java.lang.IllegalStateException: why");
    }

    @Test
    void jsonHasTheCollectorAndTheReasonToo() throws IOException {
        String text = new LogFormatter(LogFormat.JSON, false).format(line(Level.WARNING, FAILED));
        assertThat(text).endsWith("}\n").hasLineCount(1);
        JsonNode object = new ObjectMapper().readTree(text);
        assertThat(OffsetDateTime.parse(object.path("time").asText()).toInstant())
                .isEqualTo(at());
        assertThat(fields(object))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "time", object.path("time").asText(),
                        "level", "WARN",
                        "logger", "io.getindico.metrics.api.engine.QueryStates",
                        "message", FAILED,
                        "collector", "rooms",
                        "reason", "timeout"));
    }

    @Test
    void jsonNamesOnlyWhatTheLineNames() {
        assertThat(json("collector 'rooms' reads indico_rooms again"))
                .containsEntry("collector", "rooms")
                .doesNotContainKey("reason");
        assertThat(json("database: the password is \"wrong\"\n(auth); retrying"))
                .containsEntry("reason", "auth")
                .doesNotContainKey("collector");
        assertThat(json("room booking is read in the zone UTC (utc)"))
                .doesNotContainKey("reason")
                .doesNotContainKey("collector");
    }

    @Test
    void aLineAboutOneOfSeveralIndicosNamesIt() {
        assertThat(textFor("geneva")).endsWith(" WARN QueryStates [geneva] - " + FAILED + "\n");
        assertThat(CurrentInstance.call("geneva", () -> json(FAILED))).containsEntry("instance", "geneva");

        assertThat(textFor(Settings.ONLY)).endsWith(" WARN QueryStates - " + FAILED + "\n");
        assertThat(json(FAILED)).doesNotContainKey("instance");
    }

    @Test
    void aThreadThatWorksForAnIndicoStartsThreadsForIt() throws Exception {
        CompletableFuture<String> line = new CompletableFuture<>();
        CurrentInstance.run("vienna", () -> new Thread(() -> line.complete(text(FAILED))).start());
        assertThat(line.get(10, TimeUnit.SECONDS)).contains(" [vienna] ");

        CurrentInstance.run("vienna", () -> {
            assertThat(textFor("geneva")).contains(" [geneva] ");
            assertThat(text(FAILED)).contains(" [vienna] ");
        });
    }

    private static String textFor(String instance) {
        return CurrentInstance.call(instance, () -> text(FAILED));
    }

    private static String text(String message) {
        return new LogFormatter(LogFormat.TEXT, false).format(line(Level.WARNING, message));
    }

    @Test
    void jsonHasAnExceptionInOneLine() throws IOException {
        LogRecord line = line(Level.SEVERE, "a request failed");
        line.setThrown(new IllegalStateException("why"));
        String text = new LogFormatter(LogFormat.JSON, true).format(line);
        assertThat(text).startsWith("<3>{").hasLineCount(1);
        assertThat(fields(new ObjectMapper().readTree(text.substring(3))).get("exception"))
                .contains("IllegalStateException: why\n\tat ");
    }

    @Test
    void theJournalReadsAStreamIfTheVariableNamesIt(@TempDir Path folder) throws IOException {
        Path stream = Files.writeString(folder.resolve("stream"), "", UTF_8);
        String name = Files.getAttribute(stream, "unix:dev") + ":" + Files.getAttribute(stream, "unix:ino");
        assertThat(Journal.isAt(name, stream)).isTrue();
        assertThat(Journal.isAt(name + "1", stream)).isFalse();
        assertThat(Journal.isAt(null, stream)).isFalse();
        assertThat(Journal.isAt(name, folder.resolve("none"))).isFalse();
    }

    private static Map<String, String> json(String message) {
        String text = new LogFormatter(LogFormat.JSON, false).format(line(Level.INFO, message));
        try {
            return fields(new ObjectMapper().readTree(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> fields(JsonNode object) {
        return object.properties().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, field -> field.getValue().asText()));
    }

    private static LogRecord line(Level level, String message) {
        LogRecord line = new LogRecord(level, message);
        line.setLoggerName("io.getindico.metrics.api.engine.QueryStates");
        line.setInstant(at());
        return line;
    }

    private static Instant at() {
        return Instant.parse("2026-03-01T12:00:00.123Z");
    }
}
