package io.getindico.metrics.exporter.commands;

import io.getindico.metrics.exporter.MetricsAssembly;
import io.getindico.metrics.exporter.settings.Settings;
import java.io.PrintStream;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code metrics}: prints what each chosen metric means and needs. Does not access the database. */
@Command(name = "metrics", description = "Prints the reference of the chosen metrics; needs no database.")
final class MetricsCommand implements ExporterCommand {
    private final PrintStream out;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "md",
            description = {"The form of the reference: md (Markdown) or json.", "Default: md."})
    private Format format = Format.MD;

    /** A form of the reference. */
    enum Format {
        MD,
        JSON
    }

    MetricsCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public ExitCode run(Supplier<Settings> given) {
        Settings settings = given.get();
        try (MetricsAssembly assembly = MetricsAssembly.withoutDatabase(settings)) {
            MetricsReference reference = MetricsReference.of(assembly);
            out.print(format == Format.MD ? reference.markdown() : reference.json());
            out.flush();
            return ExitCode.OK;
        }
    }
}
