package io.getindico.metrics.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that was measured so far.
 *
 * @param builds of databases
 * @param refreshes in the order of the scenarios
 * @param storms by the number of entries
 * @param neighbours what Indico feels
 * @param render what an answer takes, when all is in memory
 * @param scrapes what scrapes take
 * @param footprint what the exporter takes
 */
record Measured(
        List<BuildResult> builds,
        List<RefreshResult> refreshes,
        List<RefreshResult> storms,
        Optional<NeighbourResult> neighbours,
        Optional<RenderResult> render,
        Optional<ScrapeResult> scrapes,
        Optional<FootprintResult> footprint) {
    static Measured read(Results results, Dataset large) throws IOException {
        List<BuildResult> builds = new ArrayList<>();
        List<RefreshResult> refreshes = new ArrayList<>();
        for (Scenario scenario : Scenario.all(large)) {
            results.find(BuildResult.nameOf(scenario.dataset()), BuildResult.class)
                    .filter(build -> !builds.contains(build))
                    .ifPresent(builds::add);
            results.find(scenario.name(), RefreshResult.class).ifPresent(refreshes::add);
        }
        List<RefreshResult> storms = new ArrayList<>();
        for (int entries : StormBenchmark.ENTRIES) {
            results.find(StormBenchmark.nameOf(entries), RefreshResult.class).ifPresent(storms::add);
        }
        return new Measured(
                builds,
                refreshes,
                storms,
                results.find(NeighbourBenchmark.NAME, NeighbourResult.class),
                results.find(RenderBenchmark.NAME, RenderResult.class),
                results.find(ScrapeBenchmark.NAME, ScrapeResult.class),
                results.find(FootprintBenchmark.NAME, FootprintResult.class));
    }

    Optional<RefreshResult> refresh(String scenario) {
        return refreshes.stream()
                .filter(result -> result.name().equals(scenario))
                .findFirst();
    }

    /** What all else is compared with. */
    RefreshResult base() {
        return refresh(Scenario.BASE)
                .orElseThrow(() -> new IllegalStateException("nothing to report: run the benchmark " + Scenario.BASE));
    }
}
