package io.getindico.metrics.exporter.dashboards;

import io.getindico.metrics.exporter.Promtool;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Imports a past into a Prometheus that is not running yet. */
final class History {
    /** Longer blocks than the two hours of the default: otherwise each day of the past becomes a block. */
    private static final String BLOCKS = "--max-block-duration=13122h";

    /** The value that a series had at a second of the past. */
    interface Past {
        double value(String family, double now, long second);
    }

    private History() {}

    /**
     * Imports a value of each series of an exposition for each second.
     *
     * @param folder where the text is written, and {@code data} for Prometheus
     * @param labels the labels of the target, as in the text format
     */
    static void write(Path folder, Stream<String> series, String labels, long[] seconds, Past past) throws Exception {
        Path text = folder.resolve("history.om");
        try (BufferedWriter out = Files.newBufferedWriter(text)) {
            series.forEach(line -> write(out, line, labels, seconds, past));
            out.write("# EOF\n");
        }
        Promtool.run(folder, "tsdb", "create-blocks-from", "openmetrics", BLOCKS, "-q", text, folder.resolve("data"));
        Files.delete(text);
    }

    private static void write(BufferedWriter out, String line, String labels, long[] seconds, Past past) {
        int blank = line.lastIndexOf(' ');
        String series = line.substring(0, blank);
        double now = Double.parseDouble(line.substring(blank + 1));
        int brace = series.indexOf('{');
        String family = brace < 0 ? series : series.substring(0, brace);
        String labelled =
                brace < 0 ? series + "{" + labels + "}" : series.substring(0, series.length() - 1) + "," + labels + "}";
        LongStream.of(seconds).forEach(second -> {
            try {
                out.write(labelled + " " + past.value(family, now, second) + " " + second + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
