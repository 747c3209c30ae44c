package io.getindico.metrics.benchmarks;

import io.getindico.metrics.benchmarks.Dataset.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code benchmarks/run}. */
@Command(
        name = "benchmarks/run",
        description = "Builds the databases that are missing, measures, and writes docs/performance.md.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class Benchmarks implements Callable<Integer> {
    private static final String REPORT = "report";

    @Parameters(
            paramLabel = "BENCHMARK",
            description = "base, tenth, hundredth, work-mem, workers, workers-work-mem, random-page-cost, cold,"
                    + " never-analysed, shuffled, profiles, hour, storm, neighbours, render, scrape, footprint; or report, which"
                    + " measures nothing."
                    + " Without any, all of them run.")
    private List<String> benchmarks = List.of();

    @Option(names = "--factor", description = "Size of the large database, 1 for CERN's.")
    private double factor = 1;

    @Option(names = "--seed", description = "Seed of the random numbers.")
    private int seed = 1;

    @Option(names = "--runs", description = "How often each measurement is repeated.")
    private int runs = 5;

    @Option(names = "--plugin-runs", description = "How often the plugin's queries, which take longest, are repeated.")
    private int pluginRuns = 5;

    @Option(names = "--hour", description = "How long the benchmark hour lasts, such as PT10M.")
    private Duration hour = Duration.ofHours(1);

    @Option(names = "--build-only", description = "Build the databases, and measure nothing.")
    private boolean buildOnly;

    @Option(names = "--drop", description = "Delete all databases, and do nothing else.")
    private boolean drop;

    @Option(names = "--cache", description = "Where databases and results are kept between runs.")
    private Path cache = Path.of(System.getProperty("user.home"), ".cache", "indico-metrics", "benchmarks");

    @Option(
            names = "--indico-python",
            description =
                    "The Python of an environment with Indico 3.3.14 and its plugins prometheus and livesync, such as"
                            + " conformance/run makes; without it, the plugin's rebuilt queries represent the plugin.")
    private @Nullable Path indicoPython;

    @Option(names = "--docs", description = "Folder for the report.")
    private Path docs = Path.of("docs");

    public static void main(String... arguments) {
        System.exit(new CommandLine(new Benchmarks()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (drop) {
            delete(cache.resolve("data"));
            return CommandLine.ExitCode.OK;
        }
        Files.createDirectories(cache);
        Results results = new Results(cache, factor);
        if (!benchmarks.equals(List.of(REPORT))) {
            build(results);
            if (buildOnly) {
                return CommandLine.ExitCode.OK;
            }
            measure(results);
        }
        new Report(results, large()).write(docs);
        return CommandLine.ExitCode.OK;
    }

    private Dataset large() {
        return new Dataset(factor, seed, Variant.VACUUMED);
    }

    private List<Scenario> scenarios() {
        return Scenario.all(large()).stream()
                .filter(scenario -> isChosen(scenario.name()))
                .toList();
    }

    private boolean isChosen(String name) {
        return benchmarks.isEmpty() || benchmarks.contains(name);
    }

    private void build(Results results) throws SQLException, IOException {
        Set<Dataset> datasets = new LinkedHashSet<>();
        // Build the database that is never analysed first, because the vacuumed one is a copy of it.
        scenarios().stream()
                .map(Scenario::dataset)
                .sorted(Comparator.comparing(dataset -> dataset.variant() != Variant.NEVER_ANALYSED))
                .forEach(datasets::add);
        if (isChosen(ProfilesBenchmark.NAME)) {
            datasets.add(ProfilesBenchmark.neverAnalysed(large()));
        }
        if (Stream.of(
                        ProfilesBenchmark.NAME,
                        HourBenchmark.NAME,
                        StormBenchmark.NAME,
                        NeighbourBenchmark.NAME,
                        ScrapeBenchmark.NAME,
                        FootprintBenchmark.NAME)
                .anyMatch(this::isChosen)) {
            datasets.add(large());
        }
        if (isChosen(RenderBenchmark.NAME)) {
            datasets.add(RenderBenchmark.dataset(large()));
        }
        try (Server server = Server.forLoading(cache)) {
            for (Dataset dataset : datasets) {
                Optional<BuildResult> built = new DatabaseBuilder(server).build(dataset);
                if (built.isPresent()) {
                    results.write(BuildResult.nameOf(dataset), built.get());
                }
            }
        }
    }

    private void measure(Results results) throws Exception {
        Repetitions repetitions = new Repetitions(runs, pluginRuns);
        try (Server server = Server.forMeasuring(cache)) {
            for (Scenario scenario : scenarios()) {
                new RefreshBenchmark(server, scenario, repetitions, indico()).run(results);
            }
            Map<String, Callable<Section>> others = new LinkedHashMap<>();
            others.put(ProfilesBenchmark.NAME, () -> new ProfilesBenchmark(server, large(), repetitions).run());
            others.put(HourBenchmark.NAME, () -> new HourBenchmark(server, large(), hour).run());
            others.put(StormBenchmark.NAME, () -> new StormBenchmark(server, large(), repetitions).run());
            others.put(NeighbourBenchmark.NAME, () -> new NeighbourBenchmark(server, large(), cache).run());
            others.put(RenderBenchmark.NAME, () -> new RenderBenchmark(server, large(), cache).run());
            others.put(
                    ScrapeBenchmark.NAME,
                    () -> new ScrapeBenchmark(server, large(), cache, Optional.ofNullable(indicoPython)).run());
            others.put(FootprintBenchmark.NAME, () -> new FootprintBenchmark(server, large(), cache).run());
            others.keySet().removeIf(name -> !isChosen(name));
            for (Map.Entry<String, Callable<Section>> other : others.entrySet()) {
                results.write(other.getKey(), other.getValue().call());
            }
        }
    }

    private Optional<Contender> indico() {
        return Optional.ofNullable(indicoPython).map(python -> new PluginItself(python, cache));
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
