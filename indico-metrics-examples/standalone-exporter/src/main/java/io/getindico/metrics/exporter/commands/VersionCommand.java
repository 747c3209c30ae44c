package io.getindico.metrics.exporter.commands;

import io.getindico.metrics.exporter.BuildInfo;
import io.getindico.metrics.exporter.settings.Settings;
import java.io.PrintStream;
import java.util.function.Supplier;
import picocli.CommandLine.Command;

/** {@code version}: needs no settings. */
@Command(name = "version", description = "Prints version, commit and Java.")
final class VersionCommand implements ExporterCommand {
    private final PrintStream out;

    VersionCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public ExitCode run(Supplier<Settings> unused) {
        out.println(BuildInfo.get());
        return ExitCode.OK;
    }
}
