package io.getindico.metrics.benchmarks;

import static io.getindico.metrics.benchmarks.Table.bytes;
import static io.getindico.metrics.benchmarks.Table.number;
import static io.getindico.metrics.benchmarks.Table.ratio;
import static io.getindico.metrics.benchmarks.Table.seconds;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.benchmarks.Contender.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** Writes {@code performance.md} and its plots. Every figure in them was measured. */
final class Report {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final double WHOLE = 1 / 6.0;

    /** The part of its TTL after which a heavy class is refreshed, since no scrape waits for it. */
    private static final double HEAVY_REFRESHED_AFTER = 0.8;

    /** How often the plugin refreshes its four attachment gauges, by its default TTL. */
    private static final double PLUGIN_HEAVY_PER_HOUR = 2;

    /** How often the plugin refreshes its other gauges, by its default TTL. */
    private static final double PLUGIN_OTHERS_PER_HOUR = 12;

    private final Results results;
    private final List<RefreshResult> refreshes = new ArrayList<>();
    private final Set<BuildResult> builds = new LinkedHashSet<>();
    private final RefreshResult base;
    private final List<CollectorStatus> declarations = Ours.declarations(new PGSimpleDataSource());

    Report(Results results, Dataset large) throws IOException {
        this.results = results;
        for (Scenario scenario : Scenario.all(large)) {
            results.find(BuildResult.nameOf(scenario.dataset()), BuildResult.class)
                    .ifPresent(builds::add);
            results.find(scenario.name(), RefreshResult.class).ifPresent(refreshes::add);
        }
        base = refresh(Scenario.BASE)
                .orElseThrow(() -> new IllegalStateException("nothing to report: run the benchmark " + Scenario.BASE));
    }

    private Optional<RefreshResult> refresh(String scenario) {
        return refreshes.stream()
                .filter(result -> result.name().equals(scenario))
                .findFirst();
    }

    void write(Path docs) throws IOException {
        List<Section> sections = new ArrayList<>(List.of(wholeRefresh(), eachCollector()));
        add(sections, ProfilesBenchmark.NAME, StormBenchmark.NAME, NeighbourBenchmark.NAME);
        sections.add(hour());
        add(sections, HourBenchmark.NAME);
        add(sections, ScrapeBenchmark.NAME, RenderBenchmark.NAME, FootprintBenchmark.NAME);
        sections.add(databases());
        Table targets = new Table(Target.HEADS);
        sections.forEach(section -> section.targets().forEach(target -> target.addTo(targets)));
        StringBuilder text = new StringBuilder(introduction());
        Section.of("Targets", targets).appendTo(text, docs);
        for (Section section : sections) {
            section.appendTo(text, docs);
        }
        Files.writeString(docs.resolve("performance.md"), text.toString().stripTrailing() + "\n");
    }

    private void add(List<Section> sections, String... benchmarks) throws IOException {
        for (String benchmark : benchmarks) {
            results.find(benchmark, Section.class).ifPresent(sections::add);
        }
    }

    private String introduction() {
        String rebuilt = "one query per gauge, rebuilt from the gauge's meaning, on one connection"
                + " (`benchmarks/src/main/resources`)";
        String plugin = base.plugin(Part.WHOLE) == Name.INDICO
                ? "for whole refreshes, the code of Indico's own plugin, run by Indico 3.3.14; for single collectors, "
                        + rebuilt + "."
                : rebuilt + "; Indico itself did not run here.";
        return """
            # Performance

            <!-- Written by benchmarks/run. -->

            This page shows what the 22 compatible gauges cost an Indico of CERN's size: a million events, three million
            contributions, four million attachments. `benchmarks/run` builds the databases, measures and writes this
            page.

            Three programs read the same tables in turn, on the same server:

            - **floor**: one `count(*)` over each table that the gauges need, with a filter on one column.
            - **ours**: the built-in collectors, run by the engine, including the time to connect.
            - **plugin**: %s

            The benchmark fails if ours and the plugin give different values.

            Times are wall times at the client, medians of the given number of runs. CPU time is that of all server
            processes; pages and temporary files are from `pg_stat_statements`. "Warm" means that all tables were read
            once before; "cold" means that the server was restarted and the operating system's cache emptied.

            %s\
            """.formatted(plugin, base.machine().table());
    }

    private Section wholeRefresh() {
        Table table = new Table("conditions | floor | ours | plugin | ours / floor | plugin / ours | CPU ours"
                + " | CPU plugin | runs (plugin's) | load");
        for (RefreshResult result : refreshes) {
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
        StringBuilder text = new StringBuilder(table.toString());
        if (base.plugin(Part.WHOLE) == Name.INDICO) {
            text.append("\nThe rebuilt queries take %s, the plugin itself %s.\n"
                    .formatted(
                            seconds(base.median(Name.PLUGIN, Part.WHOLE).wallSeconds()),
                            seconds(base.median(Name.INDICO, Part.WHOLE).wallSeconds())));
        }
        text.append("\nEach row names how it differs from the first row (%s).\n".formatted(base.title()));
        text.append("\"Children anywhere\" means that rows of the same parent are scattered over the table.\n");
        if (refreshes.stream()
                .anyMatch(result -> result.failureOfPlugin(Part.WHOLE).isPresent())) {
            text.append("""
                With workers, each server process may take %s. "Out of memory" means that the plugin's query for
                attachments in use needed more. PostgreSQL hashes the folders by their contribution, which is NULL for
                most of them; a table shared by workers is then split again and again.
                """.formatted(bytes(RefreshBenchmark.MEMORY_BYTES / Cost.BYTES_PER_PAGE)));
        }
        return new Section("Whole refresh", List.of(conditions(), growth()), text.toString(), refreshTargets());
    }

    private Plot conditions() {
        List<RefreshResult> atFullSize = new ArrayList<>(refreshes);
        atFullSize.removeIf(result -> result.factor() != base.factor());
        List<String> titles = atFullSize.stream()
                .map(result -> result.title().replace("`", ""))
                .toList();
        String description = "Time of a whole refresh under various conditions";
        return new Plot("conditions", description, "Whole refresh", "", "seconds", titles, walls(atFullSize));
    }

    private Plot growth() {
        List<RefreshResult> sizes = new ArrayList<>(refreshes);
        sizes.removeIf(result -> result.factor() == base.factor() && !result.equals(base));
        sizes.sort(Comparator.comparingDouble(RefreshResult::factor));
        List<Double> factors = sizes.stream().map(RefreshResult::factor).toList();
        String description = "Time of a whole refresh by the number of rows";
        return new Plot("growth", description, "Whole refresh", "rows, 1 for CERN's", "seconds", factors, walls(sizes));
    }

    private static SortedMap<String, List<@Nullable Double>> walls(List<RefreshResult> results) {
        Map<String, Function<RefreshResult, Name>> contenders = Map.of(
                "floor", result -> Name.FLOOR,
                "ours", result -> Name.OURS,
                "plugin", result -> result.plugin(Part.WHOLE));
        SortedMap<String, List<@Nullable Double>> walls = new TreeMap<>();
        contenders.forEach((name, contender) -> {
            List<@Nullable Double> values = new ArrayList<>();
            for (RefreshResult result : results) {
                Optional<Cost> cost = result.find(contender.apply(result), Part.WHOLE);
                values.add(cost.isPresent() ? cost.get().wallSeconds() : null);
            }
            walls.put(name, values);
        });
        return walls;
    }

    private List<Target> refreshTargets() {
        List<Target> targets = new ArrayList<>();
        Cost ours = base.median(Name.OURS, Part.WHOLE);
        targets.add(
                Target.ratio("whole refresh, as a fraction of the plugin's", WHOLE, ours, plugin(base, Part.WHOLE)));
        targets.add(Target.ratio(
                "whole refresh, stretch target for this fraction", 1 / 8.0, ours, plugin(base, Part.WHOLE)));
        Stream.of("cold", "random-page-cost", "never-analysed")
                .flatMap(name -> refresh(name).stream())
                .map(result -> Target.ratio(
                        "whole refresh (" + result.title() + "), as a fraction of the plugin's",
                        WHOLE,
                        result.median(Name.OURS, Part.WHOLE),
                        plugin(result, Part.WHOLE)))
                .forEach(targets::add);
        targets.add(Target.ratio(
                "attachments and notes, as a multiple of the floor",
                2,
                base.median(Name.OURS, Part.LIVENESS),
                base.median(Name.FLOOR, Part.LIVENESS)));
        Cost light = base.median(Name.OURS, Part.LIGHT);
        targets.add(Target.ratio(
                "live and standard classes, as a fraction of the plugin's", 1 / 3.0, light, plugin(base, Part.LIGHT)));
        targets.add(Target.of("live and standard classes", 0.5, light.wallSeconds(), " s"));
        return targets;
    }

    private static Cost plugin(RefreshResult result, String part) {
        return result.median(result.plugin(part), part);
    }

    private Section eachCollector() {
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
                    bytes(ours.pages()),
                    bytes(plugin.pages()),
                    bytes(ours.tempPages()),
                    bytes(plugin.tempPages()));
        }
        return Section.of(
                "Each collector",
                "Conditions as in the first row above. Each class and collector runs alone, so each one reads the id"
                        + " sets that several of them share.\n\n" + table);
    }

    private Section hour() {
        Map<RefreshClass, Duration> ttls = declarations.stream()
                .collect(Collectors.toMap(CollectorStatus::refreshClass, CollectorStatus::ttl, (one, other) -> one));
        Table table = new Table(" | refreshes | CPU time | share of a core | pages | temporary files");
        Cost ours = Cost.NONE;
        for (RefreshClass refreshClass : RefreshClass.values()) {
            String part = Part.nameOf(refreshClass);
            double early = refreshClass == RefreshClass.HEAVY ? HEAVY_REFRESHED_AFTER : 1;
            double times = (double) HOUR.toMillis()
                    / (ttls.getOrDefault(refreshClass, HOUR).toMillis() * early);
            Cost cost = base.median(Name.OURS, part).times(times);
            hour(table, "ours, " + part, number(times), cost);
            ours = ours.plus(cost);
        }
        hour(table, "**ours**", "", ours);
        Cost attachments = base.median(Name.PLUGIN, "attachments");
        hour(
                table,
                "**plugin**",
                "%s, attachments %s".formatted(number(PLUGIN_OTHERS_PER_HOUR), number(PLUGIN_HEAVY_PER_HOUR)),
                plugin(base, Part.WHOLE)
                        .times(PLUGIN_OTHERS_PER_HOUR)
                        .plus(attachments.times(PLUGIN_HEAVY_PER_HOUR - PLUGIN_OTHERS_PER_HOUR)));
        return Section.of(
                "An hour at the default TTLs",
                "With constant scraping. The plugin's cost is that of one Indico web worker; each worker pays it.\n\n"
                        + table);
    }

    private static void hour(Table table, String what, String times, Cost cost) {
        table.row(
                what,
                times,
                seconds(cost.cpuSeconds()),
                number(100 * cost.cpuSeconds() / HOUR.toSeconds()) + " %",
                bytes(cost.pages()),
                bytes(cost.tempPages()));
    }

    private Section databases() {
        Table table = new Table("database | size | built in");
        List<Target> targets = new ArrayList<>();
        for (BuildResult build : builds) {
            String name = "`" + build.dataset().database() + "`";
            String copy = build.copyOf() == null ? "" : ", as a copy of `" + build.copyOf() + "`";
            table.row(name, number(build.gigabytes()) + " GB", seconds(build.seconds()) + copy);
            if (build.dataset().factor() == base.factor() && build.copyOf() == null) {
                targets.add(Target.of("build of " + name, 600, build.seconds(), " s"));
            }
        }
        return new Section("Databases", List.of(), table.toString(), targets);
    }
}
