package io.getindico.metrics.exporter.backfill;

import static java.util.stream.Collectors.joining;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.History;
import io.getindico.metrics.api.engine.HistoryOutcome;
import io.getindico.metrics.api.engine.HistorySink;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.SkipReason;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the past of metrics. The file gets its name only when it is complete. An interrupted or failed backfill leaves
 * nothing behind.
 */
public final class Backfill {
    private static final String GZIP = ".gz";
    private static final String TEMPORARY = ".indico-metrics-backfill-";

    private final IndicoMetrics metrics;
    private final List<History> histories;
    private final Period period;
    private final Progress progress;
    private final Consumer<String> lines;
    private volatile @Nullable Spool spool;

    /**
     * Prepares a backfill.
     *
     * @param histories what to write
     * @param lines takes sentences for the operator
     */
    public Backfill(
            IndicoMetrics metrics, List<History> histories, Period period, Progress progress, Consumer<String> lines) {
        this.metrics = metrics;
        this.histories = histories;
        this.period = period;
        this.progress = progress;
        this.lines = lines;
    }

    /** Writes a file, which must not exist yet; compressed if its name ends in .gz. */
    public void writeTo(Path file, Map<String, String> labels) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        Path folder = Files.createTempDirectory(parent, TEMPORARY);
        try (Spool collected = collect(folder, labels)) {
            Path complete = folder.resolve("complete");
            try (OutputStream plain = new BufferedOutputStream(Files.newOutputStream(complete));
                    OutputStream out = file.toString().endsWith(GZIP) ? new GZIPOutputStream(plain) : plain) {
                collected.writeTo(out);
            }
            Files.move(complete, file);
            report(collected, file.toString());
        }
    }

    /** Writes to standard output, after everything has been read. */
    public void writeTo(PrintStream out, Map<String, String> labels) throws IOException {
        try (Spool collected = collect(Files.createTempDirectory(TEMPORARY), labels)) {
            collected.writeTo(out);
            if (out.checkError()) {
                throw new IOException("it was closed, or its disk is full");
            }
            report(collected, "standard output");
        }
    }

    /** Removes the temporary files, for a process that is about to end. */
    public void discard() {
        Spool begun = spool;
        if (begun != null) {
            begun.close();
        }
    }

    private void report(Spool collected, String target) {
        lines.accept("wrote " + collected.samples() + " samples of " + collected.families() + " metrics to " + target);
    }

    private Spool collect(Path folder, Map<String, String> labels) throws IOException {
        Spool collected = new Spool(folder, new OpenMetricsText(labels));
        spool = collected;
        try {
            for (int i = 0; i < histories.size(); i++) {
                History history = histories.get(i);
                progress.at(i, histories.size(), names(history));
                Spool.Part part = collected.part();
                HistoryOutcome outcome =
                        read(history, period.first(history.step()), period.steps(history.step()), part);
                part.finish();
                complain(history, outcome, lines);
            }
            progress.end();
            if (collected.samples() == 0) {
                throw new BackfillException("there are no values in this time, or all metrics were left out");
            }
            return collected;
        } catch (IOException | RuntimeException e) {
            progress.end();
            collected.close();
            throw e;
        }
    }

    private HistoryOutcome read(History history, Instant first, int steps, HistorySink sink) {
        return steps == 0
                ? new HistoryOutcome(
                        Outcome.SKIPPED,
                        null,
                        "the time from --from to --until has no full "
                                + history.step().name().toLowerCase(Locale.ROOT))
                : metrics.readHistory(history, first, steps, sink);
    }

    /** Names what is left out, and stops at the first failure. Returns whether the past was read. */
    static boolean complain(History history, HistoryOutcome outcome, Consumer<String> lines) {
        if (outcome.outcome() == Outcome.SKIPPED) {
            lines.accept("left out " + names(history) + ": " + outcome.detail()
                    + (outcome.skipReason() == SkipReason.PRIVILEGE_MISSING
                            ? "; the commands grants and grants --backfill print the SQL for the rights"
                            : ""));
        } else if (outcome.outcome() != Outcome.SUCCESS) {
            throw new BackfillException(names(history) + ": " + outcome.detail());
        }
        return outcome.outcome() == Outcome.SUCCESS;
    }

    static String names(History history) {
        return history.families().stream().map(MetricFamily::name).collect(joining(", "));
    }
}
