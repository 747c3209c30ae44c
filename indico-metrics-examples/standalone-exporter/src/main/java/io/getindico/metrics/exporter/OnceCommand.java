package io.getindico.metrics.exporter;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.api.engine.Status;
import java.io.PrintStream;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code once}: one exposition on standard output, and nothing else there. */
final class OnceCommand {
    private final PrintStream out;
    private final Consumer<String> complaints;

    OnceCommand(PrintStream out, Consumer<String> complaints) {
        this.out = out;
        this.complaints = complaints;
    }

    ExitCode run(Settings settings, @Nullable Instant at) {
        settings.warnings().forEach(complaints);
        try (MetricsAssembly assembly = MetricsAssembly.of(settings)) {
            Reading reading = assembly.metrics().readOnce(at);
            out.writeBytes(ExpositionFormat.TEXT.write(reading.metrics()));
            out.flush();
            return complain(reading.status(), complaints);
        }
    }

    /** One line for a database that cannot be read, one for each collector that failed otherwise. */
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
