package io.getindico.metrics.benchmarks;

import static io.getindico.metrics.benchmarks.Table.bytes;
import static io.getindico.metrics.benchmarks.Table.seconds;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.benchmarks.Dataset.Variant;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Measures a whole refresh of each profile, and each collector with all of its families. */
final class ProfilesBenchmark {
    static final String NAME = "profiles";

    private static final List<Profile> PROFILES = List.of(Profile.COMPATIBLE, Profile.DEFAULT, Profile.FULL);
    private static final List<Profile> COMPARED = PROFILES.subList(0, 2);

    /** The longest time for a live or standard collector, since a scrape may wait for it. */
    private static final double LIGHT_SECONDS = 0.5;

    private final Server server;
    private final Dataset dataset;
    private final Meter meter;
    private final int runs;

    ProfilesBenchmark(Server server, Dataset dataset, Repetitions repetitions) {
        this.server = server;
        this.dataset = dataset;
        this.meter = new Meter(server);
        this.runs = repetitions.runs();
    }

    Section run() throws SQLException, IOException {
        Table profiles = new Table(
                "profile | conditions | families | time | in the server | CPU time | pages | temporary files");
        List<Cost> wholes = new ArrayList<>();
        for (Profile profile : PROFILES) {
            wholes.add(row(profiles, profile, "warm", measure(all(dataset).profile(profile))));
        }
        List<Cost> cold = new ArrayList<>();
        for (Profile profile : COMPARED) {
            cold.add(row(profiles, profile, "cold caches", measureCold(profile)));
        }
        List<Cost> neverAnalysed = new ArrayList<>();
        for (Profile profile : COMPARED) {
            neverAnalysed.add(row(
                    profiles,
                    profile,
                    "never analysed",
                    measure(all(neverAnalysed(dataset)).profile(profile))));
        }
        Table collectors = new Table("collector | class | profiles | time | CPU time | pages | temporary files");
        Cost slowest = Cost.NONE;
        for (CollectorStatus collector : declarations(everything())) {
            Cost cost = measure(everything().include(List.of(collector.name())));
            if (collector.refreshClass() != RefreshClass.HEAVY) {
                slowest = slower(slowest, cost);
            }
            collectors.row(
                    "`" + collector.name() + "`",
                    collector.refreshClass().label(),
                    collector.families().stream()
                            .map(MetricFamily::profile)
                            .distinct()
                            .sorted()
                            .map(Profile::label)
                            .collect(Collectors.joining(", ")),
                    seconds(cost.wallSeconds()),
                    seconds(cost.cpuSeconds()),
                    bytes(cost.pages()),
                    bytes(cost.tempPages()));
        }
        return Section.of(
                "Profiles",
                "A whole refresh of each profile, under the conditions of the first row above and under two others.\n\n"
                        + profiles
                        + "\nEach collector alone, with all of its families. The sets of ids that several collectors"
                        + " share count for each of them.\n\n" + collectors,
                ratio("", wholes),
                ratio(" (cold caches)", cold),
                ratio(" (never analysed)", neverAnalysed),
                Target.of("slowest live or standard collector", LIGHT_SECONDS, slowest.wallSeconds(), " s"));
    }

    /** Compares the first two profiles. */
    private static Target ratio(String conditions, List<Cost> costs) {
        String what = "refresh of `default`" + conditions + ", as a multiple of `compatible`";
        return Target.ratio(what, 2, costs.get(1), costs.get(0));
    }

    private Cost row(Table table, Profile profile, String conditions, Cost cost) {
        table.row(
                "`" + profile.label() + "`",
                conditions,
                families(all(dataset).profile(profile)),
                seconds(cost.wallSeconds()),
                seconds(cost.serverSeconds()),
                seconds(cost.cpuSeconds()),
                bytes(cost.pages()),
                bytes(cost.tempPages()));
        return cost;
    }

    static Dataset neverAnalysed(Dataset dataset) {
        return dataset.with(Variant.NEVER_ANALYSED);
    }

    private static Cost slower(Cost a, Cost b) {
        return a.wallSeconds() > b.wallSeconds() ? a : b;
    }

    private IndicoMetricsBuilder all(Dataset from) {
        return IndicoMetrics.builder(server.dataSource(from.database(), Conditions.DEFAULT.options()))
                .discoverCollectors()
                .queryBudget(RefreshClass.HEAVY, Ours.PATIENCE);
    }

    private IndicoMetricsBuilder everything() {
        return all(dataset).profile(Profile.FULL).extraFamilies(List.of("*"));
    }

    private static List<CollectorStatus> declarations(IndicoMetricsBuilder builder) {
        try (IndicoMetrics metrics = builder.build()) {
            return metrics.status().collectors().stream()
                    .sorted(Comparator.comparing(CollectorStatus::name))
                    .toList();
        }
    }

    /** Two collectors may declare the same family. */
    private static long families(IndicoMetricsBuilder builder) {
        return declarations(builder).stream()
                .flatMap(collector -> collector.families().stream())
                .distinct()
                .count();
    }

    /** The first reading fills the caches and is not counted. */
    private Cost measure(IndicoMetricsBuilder builder) throws SQLException {
        try (IndicoMetrics metrics = builder.build()) {
            List<Cost> costs = new ArrayList<>();
            read(metrics);
            for (int run = 0; run < runs; run++) {
                costs.add(meter.measure(() -> read(metrics)));
            }
            return Cost.median(costs);
        }
    }

    private Cost measureCold(Profile profile) throws SQLException, IOException {
        List<Cost> costs = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            server.restartCold();
            try (IndicoMetrics metrics = all(dataset).profile(profile).build()) {
                costs.add(meter.measure(() -> read(metrics)));
            }
        }
        return Cost.median(costs);
    }

    private static void read(IndicoMetrics metrics) {
        metrics.readOnce(Words.NOW).status().collectors().forEach(Ours::check);
    }
}
