package io.getindico.metrics.exporter.commands;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.History;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.exporter.MetricsAssembly;
import io.getindico.metrics.exporter.backfill.Backfill;
import io.getindico.metrics.exporter.backfill.BackfillException;
import io.getindico.metrics.exporter.backfill.Period;
import io.getindico.metrics.exporter.backfill.Progress;
import io.getindico.metrics.exporter.backfill.Seam;
import io.getindico.metrics.exporter.settings.NameList;
import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backfill}: writes the past of the metrics for Prometheus, or compares its end with the present. */
@Command(
        name = "backfill",
        description = "Writes the past of the metrics, read from the dates in Indico's rows, for promtool.")
final class BackfillCommand implements ExporterCommand {
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final String STANDARD_OUTPUT = "-";

    private final PrintStream out;
    private final Consumer<String> complaints;

    @Mixin
    private InstanceOption instance = new InstanceOption();

    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            description = {"The first instant, such as 2006-01-01T00:00:00Z.", "Default: 20 years before --until."})
    private @Nullable Instant from;

    @Option(
            names = "--until",
            paramLabel = "INSTANT",
            description = {
                "The last instant. Prometheus mixes up later values with those that it scrapes.",
                "Default: 3 hours ago, at an even hour."
            })
    private @Nullable Instant until;

    @Option(
            names = "--label",
            paramLabel = "NAME=VALUE",
            description = "A label for all series, such as job=indico and instance=HOST:10742, as in Prometheus.")
    private List<String> labels = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "The file to write; it must not exist. Compressed if the name ends in .gz; - for standard"
                    + " output.")
    private @Nullable String target;

    @Option(
            names = "--verify",
            description = "Writes no file. Compares what the past gives for this instant with what a scrape reads.")
    private boolean verify;

    BackfillCommand(PrintStream out, Consumer<String> complaints) {
        this.out = out;
        this.complaints = complaints;
    }

    @Override
    public ExitCode run(Supplier<Settings> given) {
        return instance.run(given.get(), this::run);
    }

    private ExitCode run(Settings settings) {
        if (verify && (target != null || from != null || until != null || !labels.isEmpty())) {
            throw new SettingException("--verify: it compares with the present and writes no file;"
                    + " leave out --out, --from, --until and --label");
        }
        Map<String, String> common = labels();
        Period period = period(Instant.now());
        Path file = verify ? null : file();
        try (MetricsAssembly assembly = MetricsAssembly.of(settings)) {
            List<History> histories = chosen(settings, assembly);
            refuseClashes(common, histories);
            return verify ? verify(assembly, histories) : write(assembly, histories, period, file, common);
        } catch (BackfillException e) {
            complaints.accept(e.line() + (verify ? "" : "; nothing was written"));
            return ExitCode.FAILED;
        }
    }

    private Map<String, String> labels() {
        Map<String, String> common = new TreeMap<>();
        for (String label : labels) {
            int equals = label.indexOf('=');
            String name = equals < 0 ? "" : label.substring(0, equals);
            if (!LABEL.matcher(name).matches() || name.startsWith("__")) {
                throw new SettingException("--label: got '" + label + "', expected NAME=VALUE such as job=indico");
            }
            if (common.put(name, label.substring(equals + 1)) != null) {
                throw new SettingException("--label: '" + name + "' is given twice; leave out one");
            }
        }
        return common;
    }

    private static void refuseClashes(Map<String, String> common, List<History> histories) {
        for (History history : histories) {
            for (MetricFamily family : history.families()) {
                family.labels().stream()
                        .filter(label -> common.containsKey(label.name()))
                        .findFirst()
                        .ifPresent(label -> {
                            throw new SettingException("--label: '" + label.name() + "' is a label of " + family
                                    + " itself; choose another name");
                        });
            }
        }
    }

    private Period period(Instant now) {
        Instant latest = Period.latestUntil(now);
        Instant end = until == null ? latest : until;
        Instant start = from == null ? Period.defaultFrom(end) : from;
        if (end.isAfter(now)) {
            throw new SettingException("--until: " + end + " is in the future; give an instant before " + latest);
        }
        if (start.isAfter(end)) {
            throw new SettingException(
                    "--from: " + start + " is after --until, which is " + end + "; give an earlier instant");
        }
        if (end.isAfter(latest)) {
            complaints.accept("--until: Prometheus may have values after " + latest
                    + " in memory and would mix them up with those of this file");
        }
        return new Period(start.truncatedTo(ChronoUnit.SECONDS), end);
    }

    private @Nullable Path file() {
        if (target == null) {
            throw new SettingException("--out: a file is missing; give --out FILE, or --out - for standard output");
        }
        if (target.equals(STANDARD_OUTPUT)) {
            return null;
        }
        Path file;
        try {
            file = Path.of(target);
        } catch (InvalidPathException e) {
            throw new SettingException("--out: the value is no path; give the name of a new file");
        }
        if (Files.exists(file)) {
            throw new SettingException("--out: " + file + " exists; remove it, or give another name");
        }
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent) || !Files.isWritable(parent)) {
            throw new SettingException("--out: the folder " + parent + " does not exist, or " + file
                    + " may not be created there; give another name");
        }
        return file;
    }

    /** A family that is named, without an asterisk, must have a past. */
    private static List<History> chosen(Settings settings, MetricsAssembly assembly) {
        List<History> histories = assembly.metrics().histories();
        List<String> known = histories.stream()
                .flatMap(history -> history.families().stream())
                .map(MetricFamily::name)
                .toList();
        NameList.of(settings.options().families).stream()
                .filter(name -> !name.endsWith("*") && !known.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new SettingException(settings.spelling(Options.FAMILIES) + ": " + name
                            + " has no past; leave it out (docs/backfill.md lists the metrics that have one)");
                });
        if (histories.isEmpty()) {
            throw new SettingException(
                    "none of the chosen metrics has a past (docs/backfill.md lists those that have one)");
        }
        return histories;
    }

    private ExitCode write(
            MetricsAssembly assembly,
            List<History> histories,
            Period period,
            @Nullable Path file,
            Map<String, String> common) {
        Progress progress =
                file != null && Progress.isOnTerminal() ? Progress.bar(System.err) : Progress.lines(complaints);
        Backfill backfill = new Backfill(assembly.metrics(), histories, period, progress, complaints);
        AtomicBoolean isInterrupted = new AtomicBoolean();
        Thread hook = new Thread(() -> interrupt(assembly, backfill, file != null, isInterrupted), "backfill-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            if (file == null) {
                backfill.writeTo(out, common);
            } else {
                backfill.writeTo(file, common);
            }
            return ExitCode.OK;
        } catch (IOException e) {
            return isInterrupted.get() ? ExitCode.FAILED : failed(file, e);
        } catch (BackfillException e) {
            return isInterrupted.get() ? ExitCode.FAILED : failed(e.line());
        } finally {
            if (!isInterrupted.get()) {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        }
    }

    private ExitCode failed(@Nullable Path file, IOException e) {
        if (file != null) {
            return failed(
                    "--out: " + file + " cannot be written: " + e.getMessage() + "; make room or give another name");
        }
        complaints.accept("standard output cannot be written: " + e.getMessage() + "; it is incomplete");
        return ExitCode.FAILED;
    }

    private ExitCode failed(String line) {
        complaints.accept(line + "; nothing was written");
        return ExitCode.FAILED;
    }

    /** Runs when the process gets a signal. Java would exit with a code for the signal. */
    private void interrupt(MetricsAssembly assembly, Backfill backfill, boolean toFile, AtomicBoolean isInterrupted) {
        isInterrupted.set(true);
        assembly.metrics().close();
        backfill.discard();
        complaints.accept("interrupted; " + (toFile ? "nothing was written" : "standard output is incomplete"));
        Runtime.getRuntime().halt(ExitCode.FAILED.code());
    }

    private ExitCode verify(MetricsAssembly assembly, List<History> histories) {
        Instant now = Seam.now();
        Reading reading = assembly.metrics().readOnce(now);
        ExitCode code = OnceCommand.complain(reading.status(), complaints);
        if (reading.status().databaseError() != null) {
            return code;
        }
        List<Seam> seams = Seam.read(assembly.metrics(), histories, reading.metrics(), now, complaints);
        out.println(Seam.head());
        seams.forEach(seam -> out.println(seam.line()));
        out.flush();
        return code;
    }
}
