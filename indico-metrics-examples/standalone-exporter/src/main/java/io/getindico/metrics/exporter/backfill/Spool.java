package io.getindico.metrics.exporter.backfill;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.HistorySink;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Samples on disk, until they can be written family by family. One pass over a table gives the samples of several
 * families at once, and several passes may give those of one family.
 */
final class Spool implements AutoCloseable {
    private final Path folder;
    private final OpenMetricsText text;
    private final Map<MetricFamily, List<Path>> finished = new LinkedHashMap<>();
    private long samples;
    private int files;

    /**
     * Creates a spool.
     *
     * @param folder an empty folder, which {@link #close} removes
     */
    Spool(Path folder, OpenMetricsText text) {
        this.folder = folder;
        this.text = text;
    }

    Part part() {
        return new Part();
    }

    int families() {
        return finished.size();
    }

    long samples() {
        return samples;
    }

    void writeTo(OutputStream out) throws IOException {
        for (Map.Entry<MetricFamily, List<Path>> family : finished.entrySet()) {
            out.write(OpenMetricsText.head(family.getKey()).getBytes(StandardCharsets.UTF_8));
            for (Path file : family.getValue()) {
                try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
                    in.transferTo(out);
                }
            }
        }
        out.write(OpenMetricsText.EOF.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        try (Stream<Path> left = Files.list(folder)) {
            for (Path file : (Iterable<Path>) left::iterator) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // Nothing was promised about a temporary folder on a disk that fails.
            folder.toFile().deleteOnExit();
        }
    }

    /** The samples of one pass. */
    final class Part implements HistorySink {
        private final Map<MetricFamily, Writer> writers = new LinkedHashMap<>();
        private final Map<MetricFamily, Path> paths = new LinkedHashMap<>();
        private long taken;
        private @Nullable IOException failure;

        @Override
        public void begin() {
            taken = 0;
            writers.clear();
            paths.clear();
        }

        @Override
        public void take(MetricFamily family, Instant at, List<String> labelValues, double value) {
            try {
                Writer writer = writers.get(family);
                if (writer == null) {
                    writer = open(family);
                }
                writer.write(text.sample(family, at, labelValues, value));
                taken++;
            } catch (IOException e) {
                failure = e;
                throw new UncheckedIOException(e);
            }
        }

        private Writer open(MetricFamily family) throws IOException {
            Path path = folder.resolve(files++ + ".gz");
            OutputStream compressed = new GZIPOutputStream(Files.newOutputStream(path), 1 << 13);
            Writer writer = new BufferedWriter(new OutputStreamWriter(compressed, StandardCharsets.UTF_8), 1 << 13);
            writers.put(family, writer);
            paths.put(family, path);
            return writer;
        }

        /** Closes the files. Throws what happened when they were written. */
        void finish() throws IOException {
            if (failure != null) {
                throw failure;
            }
            for (Writer writer : writers.values()) {
                writer.close();
            }
            paths.forEach((family, path) ->
                    finished.computeIfAbsent(family, key -> new ArrayList<>()).add(path));
            samples += taken;
        }
    }
}
