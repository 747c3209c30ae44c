package io.getindico.metrics.exporter.dashboards;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.Promtool;
import io.getindico.metrics.exporter.TestDatabase;
import io.getindico.metrics.exporter.commands.ExporterMain;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Imports a past into a Prometheus that is not running yet. */
final class History {
    /** Longer blocks than the two hours of the default: otherwise each day of the past becomes a block. */
    private static final String BLOCKS = "--max-block-duration=13122h";

    private final Path folder;
    private final Map<String, String> labels;

    /** The value that a series had at a second of the past. */
    interface Past {
        double value(String family, double now, long second);
    }

    /**
     * @param folder where the text is written, and {@code data} for Prometheus
     * @param labels the labels of all series, such as the job
     */
    History(Path folder, Map<String, String> labels) {
        this.folder = folder;
        this.labels = labels;
    }

    /**
     * Imports what the command {@code backfill} reads, up to now.
     *
     * @return the names of the families that were not always 0
     */
    Set<String> backfill(TestDatabase database, String profile, Instant from) throws Exception {
        Path text = folder.resolve("backfill.om");
        List<String> command =
                new ArrayList<>(List.of("backfill", "--from=" + from, "--until=" + Instant.now(), "--out=" + text));
        labels.forEach((name, value) -> command.add("--label=" + name + "=" + value));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, UTF_8);
        assertThat(ExporterMain.run(command.toArray(String[]::new), database.environment("profile", profile), out, out))
                .as(said.toString(UTF_8))
                .isZero();
        try (Stream<String> lines = Files.lines(text)) {
            Set<String> families = lines.filter(line -> !line.startsWith("#") && value(line) != 0)
                    .map(History::family)
                    .collect(Collectors.toCollection(TreeSet::new));
            importText(text);
            return families;
        }
    }

    /** Imports a made-up value of each series of an exposition for each second. */
    void makeUp(Stream<String> series, long[] seconds, Past past) throws Exception {
        Path text = folder.resolve("history.om");
        try (BufferedWriter out = Files.newBufferedWriter(text)) {
            series.forEach(line -> write(out, line, seconds, past));
            out.write("# EOF\n");
        }
        importText(text);
    }

    private void importText(Path text) throws Exception {
        Promtool.run(folder, "tsdb", "create-blocks-from", "openmetrics", BLOCKS, "-q", text, folder.resolve("data"));
        Files.delete(text);
    }

    private void write(BufferedWriter out, String line, long[] seconds, Past past) {
        int blank = line.lastIndexOf(' ');
        String series = line.substring(0, blank);
        double now = Double.parseDouble(line.substring(blank + 1));
        String family = family(line);
        String added = labels.entrySet().stream()
                .map(label -> label.getKey() + "=\"" + label.getValue() + '"')
                .collect(Collectors.joining(",", "", "}"));
        String labelled =
                family.equals(series) ? series + "{" + added : series.substring(0, series.length() - 1) + "," + added;
        LongStream.of(seconds).forEach(second -> {
            try {
                out.write(labelled + " " + past.value(family, now, second) + " " + second + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** The value of a line that ends with a time. */
    private static double value(String line) {
        int end = line.lastIndexOf(' ');
        return Double.parseDouble(line.substring(line.lastIndexOf(' ', end - 1) + 1, end));
    }

    /** The family of a line of an exposition. */
    static String family(String line) {
        return line.split("[{ ]", 2)[0];
    }
}
