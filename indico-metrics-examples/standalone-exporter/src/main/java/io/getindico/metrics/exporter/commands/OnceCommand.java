package io.getindico.metrics.exporter.commands;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.api.engine.Status;
import io.getindico.metrics.exporter.MetricsAssembly;
import io.getindico.metrics.exporter.http.ExpositionFormat;
import io.getindico.metrics.exporter.settings.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code once}: prints one exposition, and nothing else, on standard output or to a file. */
@Command(name = "once", description = "Reads all metrics once and prints them in the text format.")
final class OnceCommand implements ExporterCommand {
    private final PrintStream out;
    private final Consumer<String> complaints;

    @Mixin
    private InstanceOption instance = new InstanceOption();

    @Option(
            names = "--at",
            paramLabel = "INSTANT",
            description = {"The instant that counts as now, such as 2026-03-01T12:00:00Z.", "Default: now."})
    private @Nullable Instant at;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = {
                "A file to replace, for the textfile collector of node_exporter.",
                "Default: standard output."
            })
    private @Nullable Path file;

    OnceCommand(PrintStream out, Consumer<String> complaints) {
        this.out = out;
        this.complaints = complaints;
    }

    @Override
    public ExitCode run(Supplier<Settings> given) {
        return instance.run(given.get(), this::run);
    }

    private ExitCode run(Settings settings) {
        WholeFile target = file == null ? null : WholeFile.of(file);
        try (MetricsAssembly assembly = MetricsAssembly.of(settings)) {
            Reading reading = assembly.metrics().readOnce(at);
            byte[] exposition = ExpositionFormat.TEXT.write(reading.metrics());
            if (target == null) {
                out.writeBytes(exposition);
                out.flush();
            } else {
                target.write(exposition);
            }
            return complain(reading.status(), complaints);
        } catch (IOException e) {
            complaints.accept("--out: cannot write " + file + ": " + e.getMessage() + "; it is as it was before");
            return ExitCode.FAILED;
        }
    }

    @Nullable
    Instant at() {
        return at;
    }

    /** Prints one line if the database cannot be read, otherwise one line for each failed collector. */
    static ExitCode complain(Status status, Consumer<String> complaints) {
        if (status.databaseError() != null) {
            complaints.accept("database: " + status.databaseDetail() + " ("
                    + status.databaseError().label() + ")");
            return ExitCode.FAILED;
        }
        ExitCode code = ExitCode.OK;
        for (CollectorStatus collector : status.collectors()) {
            if (!collector.failureReasons().isEmpty() || collector.outcome() == Outcome.NEVER_RUN) {
                complaints.accept("collector '" + collector.name() + "': " + collector.detail());
                code = ExitCode.FAILED;
            }
        }
        return code;
    }
}
