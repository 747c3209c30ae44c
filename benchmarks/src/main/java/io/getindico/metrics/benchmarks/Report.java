package io.getindico.metrics.benchmarks;

import static io.getindico.metrics.benchmarks.Table.bytes;
import static io.getindico.metrics.benchmarks.Table.millis;
import static io.getindico.metrics.benchmarks.Table.number;
import static io.getindico.metrics.benchmarks.Table.ratio;
import static io.getindico.metrics.benchmarks.Table.seconds;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.benchmarks.Contender.Name;
import io.getindico.metrics.benchmarks.NeighbourResult.Beside;
import io.getindico.metrics.benchmarks.NeighbourResult.Latencies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** Writes {@code performance.md} and its plots; every figure in them was measured. */
final class Report {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Of its TTL, since no scrape waits for it. */
    private static final double HEAVY_REFRESHED_AFTER = 0.8;

    /** The plugin's default TTLs: of its four attachment gauges, and of the others. */
    private static final double PLUGIN_HEAVY_PER_HOUR = 2;

    private static final double PLUGIN_OTHERS_PER_HOUR = 12;

    private final Measured measured;
    private final RefreshResult base;
    private final List<CollectorStatus> declarations = Ours.declarations(new PGSimpleDataSource());
    private final StringBuilder text = new StringBuilder();

    Report(Measured measured) {
        this.measured = measured;
        this.base = measured.base();
    }

    void write(Path docs) throws IOException {
        introduction();
        targets();
        scenarios(docs);
        parts();
        storms(docs);
        neighbours(docs);
        hourly();
        text.append(new ExporterReport(measured).text());
        databases();
        Files.writeString(docs.resolve("performance.md"), text.toString().stripTrailing() + "\n");
    }

    private void introduction() {
        Machine machine = base.machine();
        String settings = Server.MEASURING.entrySet().stream()
                .map(setting -> setting.getKey() + " = " + setting.getValue())
                .collect(Collectors.joining(", "));
        text.append("""
                # Performance

                <!-- Written by benchmarks/run. -->

                What the 22 compatible gauges cost an Indico of CERN's size: a million events, three million contributions,
                four million attachments. `benchmarks/run` builds the databases, measures and writes this page.

                Three programs read the same tables in turn, on the same server:

                - **floor**: reads each table that is needed once, by a `count(*)` with a filter on one column.
                - **ours**: the built-in collectors, run by the engine, including the time to connect.
                - **plugin**: %s

                The benchmark fails if ours and the plugin give different values.

                Times are wall times at the client, medians of the given number of runs. CPU time is that of all server
                processes; pages and temporary files are from `pg_stat_statements`. Warm means: read once before. Cold
                means: the server was restarted and the system's cache emptied.

                """.formatted(plugin()));
        text.append(new Table("machine | ")
                .row("processor", machine.processor() + ", " + machine.cores() + " cores")
                .row("memory", number(machine.memoryGigabytes()) + " GB")
                .row("system", machine.system())
                .row("PostgreSQL", machine.postgres() + ", defaults (shared_buffers 128 MB), and: " + settings)
                .row("Java", machine.java())
                .row("commit", machine.commit())
                .row("at", machine.at() + ", load average " + number(machine.load())));
    }

    private String plugin() {
        String rebuilt = "one query per gauge, rebuilt from the gauge's meaning, on one connection"
                + " (`benchmarks/src/main/resources`)";
        return base.plugin(Part.WHOLE) == Name.INDICO
                ? "for whole refreshes, the code of Indico's own plugin, run by Indico 3.3.14; for single collectors, "
                        + rebuilt + "."
                : rebuilt + "; Indico itself did not run here.";
    }

    private void head(String title) {
        text.append("\n## ").append(title).append("\n\n");
    }

    private void plot(Path docs, String name, String what, Plot plot) throws IOException {
        plot.save(docs.resolve("performance").resolve(name));
        text.append("![").append(what).append("](performance/").append(name).append(".png)\n\n");
    }

    private static Plot contenders(Plot plot, List<RefreshResult> results, String part) {
        return plot.series("ours", Plot.BLUE, walls(results, result -> Name.OURS, part))
                .series("plugin", Plot.ORANGE, walls(results, result -> result.plugin(part), part));
    }

    private static Plot allContenders(Plot plot, List<RefreshResult> results) {
        plot.series("floor", Plot.GREY, walls(results, result -> Name.FLOOR, Part.WHOLE));
        return contenders(plot, results, Part.WHOLE);
    }

    /** None where it failed. */
    private static List<@Nullable Double> walls(
            List<RefreshResult> results, Function<RefreshResult, Name> contender, String part) {
        List<@Nullable Double> walls = new ArrayList<>();
        for (RefreshResult result : results) {
            Optional<Cost> cost = result.find(contender.apply(result), part);
            walls.add(cost.isPresent() ? cost.get().wallSeconds() : null);
        }
        return walls;
    }

    private void targets() {
        head("Targets");
        text.append(Targets.table(measured));
    }

    private void scenarios(Path docs) throws IOException {
        head("Whole refresh");
        List<RefreshResult> atFullSize = new ArrayList<>(measured.refreshes());
        atFullSize.removeIf(result -> result.factor() != base.factor());
        List<String> titles = atFullSize.stream()
                .map(result -> result.title().replace("`", ""))
                .toList();
        Plot conditions = allContenders(Plot.bars("Whole refresh", "seconds", titles), atFullSize);
        plot(docs, "conditions", "Time of a whole refresh under various conditions", conditions);
        List<RefreshResult> sizes = new ArrayList<>(measured.refreshes());
        sizes.removeIf(result -> result.factor() == base.factor() && !result.equals(base));
        sizes.sort(Comparator.comparingDouble(RefreshResult::factor));
        List<Double> factors = sizes.stream().map(RefreshResult::factor).toList();
        Plot growth = allContenders(Plot.lines("Whole refresh", "rows, 1 for CERN's", factors), sizes);
        plot(docs, "growth", "Time of a whole refresh by the number of rows", growth);
        Table table = new Table("conditions | floor | ours | plugin | ours / floor | plugin / ours | CPU ours"
                + " | CPU plugin | runs (plugin's) | load");
        for (RefreshResult result : measured.refreshes()) {
            Cost floor = result.median(Name.FLOOR, Part.WHOLE);
            Cost ours = result.median(Name.OURS, Part.WHOLE);
            Name who = result.plugin(Part.WHOLE);
            Optional<Cost> plugin = result.find(who, Part.WHOLE);
            table.row(
                    result.title(),
                    seconds(floor.wallSeconds()),
                    seconds(ours.wallSeconds()),
                    plugin.map(cost -> seconds(cost.wallSeconds()))
                            .or(() -> result.failureOfPlugin(Part.WHOLE))
                            .orElse(""),
                    ratio(ours.wallSeconds(), floor.wallSeconds()),
                    plugin.map(cost -> ratio(cost.wallSeconds(), ours.wallSeconds()))
                            .orElse(""),
                    seconds(ours.cpuSeconds()),
                    plugin.map(cost -> seconds(cost.cpuSeconds())).orElse(""),
                    "%d (%d)".formatted(result.runs(Name.OURS, Part.WHOLE), result.runs(who, Part.WHOLE)),
                    number(result.machine().load()));
        }
        text.append(table);
        if (base.plugin(Part.WHOLE) == Name.INDICO) {
            text.append("\nThe rebuilt queries take %s, the plugin itself %s.\n"
                    .formatted(
                            seconds(base.median(Name.PLUGIN, Part.WHOLE).wallSeconds()),
                            seconds(base.median(Name.INDICO, Part.WHOLE).wallSeconds())));
        }
        text.append("\nEach row names how it differs from the first row (")
                .append(base.title())
                .append(").\n")
                .append("\"Children anywhere\" means that rows of the same parent are scattered over the table.\n");
        if (measured.refreshes().stream()
                .anyMatch(result -> result.failureOfPlugin(Part.WHOLE).isPresent())) {
            text.append("""
                    With workers, each server process may take %s. "Out of memory" means that the plugin's query for
                    attachments in use needed more. PostgreSQL hashes the folders by their contribution, which is NULL for
                    most of them; a table shared by workers is then split again and again.
                    """.formatted(bytes(RefreshBenchmark.MEMORY_BYTES / Cost.BYTES_PER_PAGE)));
        }
    }

    private void parts() {
        head("Each collector");
        text.append(
                "Conditions as in the first row above. Each class and collector runs alone, so each one reads the id sets"
                        + " that several of them share.\n\n");
        Table table = new Table("part | floor | ours | plugin | plugin / ours | in the server, ours | plugin"
                + " | pages ours | plugin | temporary ours | plugin");
        for (Part part : Part.all(declarations)) {
            Cost ours = base.median(Name.OURS, part.name());
            Cost plugin = base.median(Name.PLUGIN, part.name());
            table.row(
                    part.isSingle() ? "`" + part.name() + "`" : part.name(),
                    seconds(base.median(Name.FLOOR, part.name()).wallSeconds()),
                    seconds(ours.wallSeconds()),
                    seconds(plugin.wallSeconds()),
                    ratio(plugin.wallSeconds(), ours.wallSeconds()),
                    seconds(ours.serverSeconds()),
                    seconds(plugin.serverSeconds()),
                    bytes(ours.pagesHit() + ours.pagesRead()),
                    bytes(plugin.pagesHit() + plugin.pagesRead()),
                    bytes(ours.tempPages()),
                    bytes(plugin.tempPages()));
        }
        text.append(table);
    }

    private void storms(Path docs) throws IOException {
        if (measured.storms().size() < StormBenchmark.ENTRIES.size()) {
            return;
        }
        head("Livesync storm");
        Plot storm = contenders(
                Plot.lines("Livesync gauges", "category changes", StormBenchmark.ENTRIES),
                measured.storms(),
                StormBenchmark.LIVESYNC);
        plot(docs, "storm", "Time of the livesync gauges by the number of category changes", storm);
        Table table = new Table("queue | ours | plugin | plugin / ours | runs (plugin's)");
        for (RefreshResult result : measured.storms()) {
            Cost ours = result.median(Name.OURS, StormBenchmark.LIVESYNC);
            Cost plugin = result.median(Name.PLUGIN, StormBenchmark.LIVESYNC);
            table.row(
                    result.title(),
                    seconds(ours.wallSeconds()),
                    seconds(plugin.wallSeconds()),
                    ratio(plugin.wallSeconds(), ours.wallSeconds()),
                    "%d (%d)"
                            .formatted(
                                    result.runs(Name.OURS, StormBenchmark.LIVESYNC),
                                    result.runs(Name.PLUGIN, StormBenchmark.LIVESYNC)));
        }
        text.append(table);
    }

    private void neighbours(Path docs) throws IOException {
        if (measured.neighbours().isEmpty()) {
            return;
        }
        NeighbourResult result = measured.neighbours().get();
        head("What Indico feels");
        text.append("""
                Latency of Indico's reads (an event, its contributions, its attachments; 200 a second) and writes (a change
                and its log entry, committed to disk; 50 a second) while heavy refreshes run back to back, %d s for each
                program. A late statement counts from when it was due. Neither program uses parallel workers, and the plugin
                is represented by its rebuilt queries. Ours holds its snapshot for a transaction, the plugin for a statement.

                """.formatted(result.seconds()));
        List<Beside> besides = result.besides();
        Plot plot = Plot.bars(
                        "Indico's own statements beside heavy refreshes, p99",
                        "milliseconds",
                        besides.stream().map(Beside::what).toList())
                .series("reads", Plot.BLUE, p99s(besides, Beside::reads))
                .series("writes", Plot.ORANGE, p99s(besides, Beside::writes));
        plot(docs, "neighbours", "p99 of Indico's own statements beside heavy refreshes", plot);
        Table table = new Table("beside | refreshes | reads p50 | p99 | longest | writes p50 | p99 | longest"
                + " | longest transaction | longest statement | locks");
        for (Beside beside : result.besides()) {
            table.row(
                    beside.what(),
                    beside.refreshes(),
                    millis(beside.reads().p50()),
                    millis(beside.reads().p99()),
                    millis(beside.reads().max()),
                    millis(beside.writes().p50()),
                    millis(beside.writes().p99()),
                    millis(beside.writes().max()),
                    seconds(beside.longestTransaction()),
                    seconds(beside.longestStatement()),
                    beside.lockModes().isEmpty() ? "none" : beside.lockModes());
        }
        text.append(table);
        text.append(result.machine().loadWhenItBegan());
    }

    private static List<@Nullable Double> p99s(List<Beside> besides, Function<Beside, Latencies> latencies) {
        List<@Nullable Double> p99s = new ArrayList<>();
        besides.forEach(beside -> p99s.add(latencies.apply(beside).p99()));
        return p99s;
    }

    private void hourly() {
        head("An hour at the default TTLs");
        text.append(
                "With constant scraping. The plugin's cost is that of one Indico web worker; each worker pays it.\n\n");
        Map<RefreshClass, Duration> ttls = declarations.stream()
                .collect(Collectors.toMap(CollectorStatus::refreshClass, CollectorStatus::ttl, (one, other) -> one));
        Table table = new Table(" | refreshes | CPU time | share of a core | pages | temporary files");
        Hour ours = Hour.EMPTY;
        for (RefreshClass refreshClass : RefreshClass.values()) {
            String part = Part.nameOf(refreshClass);
            double early = refreshClass == RefreshClass.HEAVY ? HEAVY_REFRESHED_AFTER : 1;
            double times = (double) HOUR.toMillis()
                    / (ttls.getOrDefault(refreshClass, HOUR).toMillis() * early);
            Hour hour = Hour.of(base.median(Name.OURS, part), times);
            hour.row(table, "ours, " + part, number(times));
            ours = ours.plus(hour);
        }
        ours.row(table, "**ours**", "");
        Hour attachments = Hour.of(base.median(Name.PLUGIN, "attachments"), 1);
        Hour.of(base.median(base.plugin(Part.WHOLE), Part.WHOLE), PLUGIN_OTHERS_PER_HOUR)
                .plus(attachments.times(PLUGIN_HEAVY_PER_HOUR - PLUGIN_OTHERS_PER_HOUR))
                .row(
                        table,
                        "**plugin**",
                        "%s, attachments %s".formatted(number(PLUGIN_OTHERS_PER_HOUR), number(PLUGIN_HEAVY_PER_HOUR)));
        text.append(table);
    }

    /** What an hour takes of the server. */
    private record Hour(double cpuSeconds, double pages, double tempPages) {
        static final Hour EMPTY = new Hour(0, 0, 0);

        static Hour of(Cost cost, double times) {
            return new Hour(cost.cpuSeconds(), cost.pagesHit() + cost.pagesRead(), cost.tempPages()).times(times);
        }

        Hour times(double times) {
            return new Hour(cpuSeconds * times, pages * times, tempPages * times);
        }

        Hour plus(Hour other) {
            return new Hour(cpuSeconds + other.cpuSeconds, pages + other.pages, tempPages + other.tempPages);
        }

        void row(Table table, String what, String times) {
            table.row(
                    what,
                    times,
                    seconds(cpuSeconds),
                    number(100 * cpuSeconds / HOUR.toSeconds()) + " %",
                    bytes(pages),
                    bytes(tempPages));
        }
    }

    private void databases() {
        head("Databases");
        Table table = new Table("database | size | built in");
        measured.builds()
                .forEach(build -> table.row(
                        "`" + build.dataset().database() + "`",
                        number(build.gigabytes()) + " GB",
                        seconds(build.seconds())
                                + (build.copyOf() == null ? "" : ", as a copy of `" + build.copyOf() + "`")));
        text.append(table);
    }
}
