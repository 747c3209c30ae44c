package io.getindico.metrics.exporter.commands;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.api.engine.Status;
import io.getindico.metrics.exporter.MetricsAssembly;
import io.getindico.metrics.exporter.http.BearerToken;
import io.getindico.metrics.exporter.logging.CurrentInstance;
import io.getindico.metrics.exporter.otlp.OtlpSettings;
import io.getindico.metrics.exporter.settings.Durations;
import io.getindico.metrics.exporter.settings.SecretFile;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.exporter.web.LiveWebConfig;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code check}: reports what would run on this database, what would not and why, and what it costs. */
@Command(
        name = "check",
        description = "Reports what would run, what would not and why, the largest number of series, and what one"
                + " reading costs.")
final class CheckCommand implements ExporterCommand {
    private static final String CORE = "alembic_version";

    private final PrintStream out;
    private final Consumer<String> complaints;

    @Option(
            names = "--from-plugin",
            description =
                    "Also prints the exporter's settings that match those of Indico's Prometheus plugin, and fails unless"
                            + " a strong token guards the metrics.")
    private boolean fromPlugin;

    @Option(
            names = "--sql",
            description = "Only prints the statements that read the metrics, for an audit. Needs no database.")
    private boolean sql;

    CheckCommand(PrintStream out, Consumer<String> complaints) {
        this.out = out;
        this.complaints = complaints;
    }

    @Override
    public ExitCode run(Supplier<Settings> given) {
        Settings settings = given.get();
        if (sql) {
            printStatements(settings);
            return ExitCode.OK;
        }
        SecretFile.warnings(settings).forEach(complaints);
        LiveWebConfig web = LiveWebConfig.of(settings);
        web.warnings().forEach(complaints);
        var unused = OtlpSettings.of(settings);
        int tokenLength = BearerToken.of(settings).length();
        boolean isGood = true;
        if (settings.instances().isEmpty()) {
            isGood = check(settings, tokenLength);
        }
        for (Map.Entry<String, Settings> instance : settings.instances().entrySet()) {
            out.println("instance   " + instance.getKey());
            SecretFile.warnings(instance.getValue()).forEach(complaints);
            isGood &= CurrentInstance.call(instance.getKey(), () -> check(instance.getValue(), tokenLength));
            out.println();
        }
        ExitCode listen = new ListenCheck(out, complaints).run(settings, web.certificate());
        return isGood && listen == ExitCode.OK ? ExitCode.OK : ExitCode.FAILED;
    }

    private void printStatements(Settings settings) {
        settings.indicos().forEach((name, indico) -> {
            if (!name.equals(Settings.ONLY)) {
                out.println("-- instance " + name + "\n");
            }
            try (MetricsAssembly assembly = MetricsAssembly.withoutDatabase(indico)) {
                out.print(assembly.metrics().statements());
            }
        });
        out.flush();
    }

    private boolean check(Settings settings, int tokenLength) {
        try (MetricsAssembly assembly = MetricsAssembly.of(settings)) {
            Status status = assembly.metrics().readOnce(null).status();
            print(settings, status);
            ExitCode read = OnceCommand.complain(status, complaints);
            boolean isGuarded = !fromPlugin || new PluginSettings(out).report(settings, tokenLength);
            return status.collectors().stream().noneMatch(CheckCommand::isBlocked) && isGuarded && read == ExitCode.OK;
        }
    }

    /** An absent plugin and a feature of a later release are expected. Anything else that is missing can be fixed. */
    private static boolean isBlocked(CollectorStatus collector) {
        return collector.queries().stream().anyMatch(CheckCommand::isBlocked);
    }

    private static boolean isBlocked(CollectorStatus.Query query) {
        SkipReason reason = query.skipReason();
        return reason != null && reason != SkipReason.PLUGIN_ABSENT && reason != SkipReason.RELEASE;
    }

    private void print(Settings settings, Status status) {
        out.println("settings   "
                + (settings.options().config == null
                        ? "no file (--config and INDICO_METRICS_CONFIG are not set)"
                        : settings.options().config));
        settings.spellings().forEach(spelling -> out.println("           " + spelling));
        out.println("           all others have their defaults");
        out.println("database   " + settings.databaseUrl());
        out.println(
                "           " + (status.databaseError() == null ? "reached" : "NOT READ: " + status.databaseDetail()));
        if (status.databaseError() == null && !status.revisions().containsKey(CORE)) {
            out.println("schema     unknown: the login may not read public." + CORE);
        }
        status.revisions()
                .forEach((table, revision) ->
                        out.println("schema     " + table + " " + revision + release(table, status)));
        if (status.zone() != null) {
            out.println("zone       " + status.zone());
        }
        if (status.zone() != null && settings.options().zone == null) {
            out.println("WARNING    zone is not set: set it to DEFAULT_TIMEZONE of indico.conf. The zone above is wrong"
                    + " for bookings of rooms if Indico's server has another one.");
        }
        status.loginWarnings().forEach(warning -> out.println("WARNING    " + warning));
        status.tableWarnings().forEach(warning -> out.println("WARNING    " + warning));
        out.println();
        printCollectors(status);
        List<String> missing = MissingRights.lines(status, settings);
        if (!missing.isEmpty()) {
            out.println();
            missing.forEach(out::println);
        }
    }

    private static String release(String table, Status status) {
        if (!table.equals(CORE)) {
            return "";
        }
        return status.release().equals("unknown")
                ? " (of an unknown release)"
                : " (as in Indico " + status.release() + ")";
    }

    /** An error that stopped all collectors is reported once, above them. */
    private static boolean isOfDatabase(CollectorStatus collector, Status status) {
        return status.databaseError() != null && status.databaseDetail().contains(collector.detail());
    }

    private void printCollectors(Status status) {
        row("collector", "class", "fresh for", "series", "one reading", "rows", "buffers", "share of a core", "");
        double share = 0;
        // Two collectors may declare the same family.
        Set<MetricFamily> families = new HashSet<>();
        Duration total = Duration.ZERO;
        long rows = 0;
        long buffers = 0;
        for (CollectorStatus collector : status.collectors()) {
            boolean runs = collector.outcome() == Outcome.SUCCESS || collector.outcome() == Outcome.PARTIAL;
            boolean tried = collector.outcome() != Outcome.SKIPPED && collector.outcome() != Outcome.NEVER_RUN;
            Long rowsRead = collector.rowsRead();
            Long buffersRead = collector.buffersRead();
            row(
                    collector.name(),
                    collector.refreshClass().label(),
                    Durations.format(collector.ttl()),
                    collector.maxSeries(),
                    tried ? Durations.measured(collector.lastDuration()) : "-",
                    rowsRead == null ? "-" : rowsRead,
                    buffersRead == null ? "-" : buffersRead,
                    tried ? percent(collector.coreRatio()) : "-",
                    outcome(collector, status));
            if (runs) {
                share += collector.coreRatio();
                families.addAll(collector.families());
                total = total.plus(collector.lastDuration());
            }
            rows += rowsRead == null ? 0 : rowsRead;
            buffers += buffersRead == null ? 0 : buffersRead;
        }
        long series = families.stream().mapToLong(MetricFamily::maxSeries).sum();
        row("all that run", "", "", series, Durations.measured(total), rows, buffers, percent(share), "");
        out.println();
        out.println("Series: at most " + status.seriesLimit() + ", including the self-metrics.");
        out.println(
                "Share of a core: at most this share of one core of the database server, however often the exporter is scraped.");
    }

    private void row(Object... columns) {
        out.printf(Locale.ROOT, "%-28s %-9s %9s %7s %11s %12s %11s %15s  %s%n", columns);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.3f %%", share * 100);
    }

    private static String outcome(CollectorStatus collector, Status status) {
        return switch (collector.outcome()) {
            case SUCCESS -> "runs";
            case NEVER_RUN -> "NOT READ";
            case PARTIAL -> (isBlocked(collector) ? "CANNOT RUN IN PART: " : "runs in part: ") + collector.detail();
            case FAILED -> isOfDatabase(collector, status) ? "NOT READ" : "FAILED: " + collector.detail();
            case SKIPPED -> (isBlocked(collector) ? "CANNOT RUN: " : "skipped: ") + collector.detail();
        };
    }
}
