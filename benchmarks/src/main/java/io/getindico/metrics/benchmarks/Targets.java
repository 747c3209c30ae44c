package io.getindico.metrics.benchmarks;

import io.getindico.metrics.benchmarks.Contender.Name;
import java.util.ArrayList;
import java.util.List;

/** What was to be reached, and what was. All of them are ratios of wall times in one run, or a wall time. */
final class Targets {
    private static final double WHOLE = 1 / 6.0;
    private static final double WHOLE_AIM = 1 / 8.0;
    private static final double LIVENESS = 2;
    private static final double STORM = 1 / 100.0;
    private static final double FLAT = 1.5;
    private static final double LIGHT = 1 / 3.0;
    private static final double LIGHT_SECONDS = 0.5;
    private static final double BUILD_SECONDS = 600;
    private static final List<String> AS_GOOD_IN = List.of("cold", "random-page-cost", "never-analysed");

    private final Measured measured;
    private final List<Target> targets = new ArrayList<>();

    private Targets(Measured measured) {
        this.measured = measured;
    }

    /**
     * One of them.
     *
     * @param what in words
     * @param limit what must not be exceeded
     * @param figure what was measured
     * @param unit of both
     */
    private record Target(String what, double limit, double figure, String unit) {
        String verdict() {
            return figure <= limit ? "met" : "**missed**";
        }
    }

    static Table table(Measured measured) {
        Targets all = new Targets(measured);
        all.collect();
        Table table = new Table("target", "at most", "measured", "");
        all.targets.forEach(target -> table.row(
                target.what(),
                Table.number(target.limit()) + target.unit(),
                Table.number(target.figure()) + target.unit(),
                target.verdict()));
        return table;
    }

    private void collect() {
        RefreshResult base = measured.base();
        double whole = ofPlugin(base, Part.WHOLE);
        add("whole refresh, part of the plugin's", WHOLE, whole);
        add("the aim for it", WHOLE_AIM, whole);
        measured.refresh("workers")
                .ifPresent(usual -> add(
                        "whole refresh without workers, part of the plugin's with 2 and JIT",
                        WHOLE,
                        wall(base, Name.OURS, Part.WHOLE) / wall(usual, usual.plugin(Part.WHOLE), Part.WHOLE)));
        for (String name : AS_GOOD_IN) {
            measured.refresh(name)
                    .ifPresent(result -> add(
                            "whole refresh, part of the plugin's: " + result.title(),
                            WHOLE,
                            ofPlugin(result, Part.WHOLE)));
        }
        add(
                "attachments and notes, times the floor",
                LIVENESS,
                wall(base, Name.OURS, Part.LIVENESS) / wall(base, Name.FLOOR, Part.LIVENESS));
        add("live and standard classes, part of the plugin's", LIGHT, ofPlugin(base, Part.LIGHT));
        targets.add(new Target("live and standard classes", LIGHT_SECONDS, wall(base, Name.OURS, Part.LIGHT), " s"));
        if (!measured.storms().isEmpty()) {
            collectStorms(measured.storms());
        }
        measured.builds().stream()
                .filter(build -> build.dataset().factor() == base.factor())
                .forEach(build -> targets.add(
                        new Target("build of " + build.dataset().database(), BUILD_SECONDS, build.seconds(), " s")));
    }

    private void collectStorms(List<RefreshResult> storms) {
        RefreshResult least = storms.get(0);
        RefreshResult most = storms.get(storms.size() - 1);
        add("livesync, part of the plugin's: " + most.title(), STORM, ofPlugin(most, StormBenchmark.LIVESYNC));
        add(
                "livesync, " + most.title() + " beside " + least.title(),
                FLAT,
                wall(most, Name.OURS, StormBenchmark.LIVESYNC) / wall(least, Name.OURS, StormBenchmark.LIVESYNC));
    }

    private void add(String what, double limit, double figure) {
        targets.add(new Target(what, limit, figure, ""));
    }

    private static double ofPlugin(RefreshResult result, String part) {
        return wall(result, Name.OURS, part) / wall(result, result.plugin(part), part);
    }

    private static double wall(RefreshResult result, Name contender, String part) {
        return result.median(contender, part).wallSeconds();
    }
}
