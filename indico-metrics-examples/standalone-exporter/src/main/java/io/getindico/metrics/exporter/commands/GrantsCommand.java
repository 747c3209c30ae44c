package io.getindico.metrics.exporter.commands;

import io.getindico.metrics.exporter.MetricsAssembly;
import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.Settings;
import java.io.PrintStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code grants}: prints the SQL that creates the role. Does not access the database. */
@Command(
        name = "grants",
        description = "Prints the SQL for a role that may read what the chosen metrics need, and nothing else; needs"
                + " no database.")
final class GrantsCommand implements ExporterCommand {
    static final String DEFAULT_ROLE = "indico_metrics";

    private final PrintStream out;

    @Mixin
    private InstanceOption instance = new InstanceOption();

    @Option(
            names = "--role",
            paramLabel = "NAME",
            description = {"The name of the role.", "Default: the login's user name, or " + DEFAULT_ROLE + "."})
    private @Nullable String role;

    @Option(names = "--no-functions", description = "Create no functions, and leave out the metrics that need them.")
    private boolean withoutFunctions;

    @Option(
            names = "--backfill",
            description = "Print the rights that the command backfill needs beyond those of the role, and how to revoke"
                    + " them.")
    private boolean backfill;

    GrantsCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public ExitCode run(Supplier<Settings> given) {
        return instance.run(given.get(), this::run);
    }

    private ExitCode run(Settings settings) {
        String user = settings.givenUser();
        String name = role != null ? role : user != null ? user : DEFAULT_ROLE;
        try (MetricsAssembly assembly = MetricsAssembly.withoutDatabase(settings)) {
            out.print(sql(assembly, name));
            out.flush();
            return ExitCode.OK;
        }
    }

    private String sql(MetricsAssembly assembly, String name) {
        try {
            return backfill
                    ? assembly.metrics().grantsForHistories(name)
                    : assembly.metrics().grants(name, !withoutFunctions);
        } catch (IllegalArgumentException e) {
            throw new SettingException(e.getMessage() + "; choose another one with --role");
        }
    }
}
