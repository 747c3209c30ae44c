package io.getindico.metrics.benchmarks;

import io.getindico.metrics.benchmarks.Contender.Name;
import io.getindico.metrics.benchmarks.ScrapeResult.Flood;
import io.getindico.metrics.benchmarks.ScrapeResult.Paced;
import java.util.List;

/**
 * What was to be reached, and what was. A ratio is of wall times in one run; beside it stands that of the CPU times, which
 * other load on the machine touches less.
 */
final class Targets {
    private static final double WHOLE = 1 / 6.0;
    private static final double WHOLE_AIM = 1 / 8.0;
    private static final double LIVENESS = 2;
    private static final double STORM = 1 / 100.0;
    private static final double FLAT = 1.5;
    private static final double LIGHT = 1 / 3.0;
    private static final double LIGHT_SECONDS = 0.5;
    private static final double BUILD_SECONDS = 600;
    private static final double SCRAPE_MILLIS = 5;
    private static final double RATE = 1 / 20.0;
    private static final double SESSIONS = 3;
    private static final double START_SECONDS = 2;
    private static final double MEMORY = 100;
    private static final List<String> AS_GOOD_IN = List.of("cold", "random-page-cost", "never-analysed");

    private final Measured measured;
    private final Table table = new Table("target | at most | measured |  | by CPU time");

    private Targets(Measured measured) {
        this.measured = measured;
    }

    static Table table(Measured measured) {
        Targets targets = new Targets(measured);
        targets.refreshes();
        if (!measured.storms().isEmpty()) {
            targets.storms();
        }
        measured.scrapes().ifPresent(targets::scrapes);
        measured.footprint().ifPresent(targets::footprint);
        targets.builds();
        return targets.table;
    }

    private void refreshes() {
        RefreshResult base = measured.base();
        Cost ours = base.median(Name.OURS, Part.WHOLE);
        Cost plugin = plugin(base, Part.WHOLE);
        ratio("whole refresh, part of the plugin's", WHOLE, ours, plugin);
        ratio("whole refresh, stretch target", WHOLE_AIM, ours, plugin);
        for (String name : AS_GOOD_IN) {
            measured.refresh(name)
                    .ifPresent(result -> ratio(
                            "whole refresh, part of the plugin's: " + result.title(),
                            WHOLE,
                            result.median(Name.OURS, Part.WHOLE),
                            plugin(result, Part.WHOLE)));
        }
        ratio(
                "attachments and notes, times the floor",
                LIVENESS,
                base.median(Name.OURS, Part.LIVENESS),
                base.median(Name.FLOOR, Part.LIVENESS));
        Cost light = base.median(Name.OURS, Part.LIGHT);
        ratio("live and standard classes, part of the plugin's", LIGHT, light, plugin(base, Part.LIGHT));
        seconds("live and standard classes", LIGHT_SECONDS, light.wallSeconds());
    }

    private void storms() {
        RefreshResult least = measured.storms().get(0);
        RefreshResult most = measured.storms().get(measured.storms().size() - 1);
        Cost ours = most.median(Name.OURS, StormBenchmark.LIVESYNC);
        ratio("livesync, part of the plugin's: " + most.title(), STORM, ours, plugin(most, StormBenchmark.LIVESYNC));
        ratio(
                "livesync, " + most.title() + " beside " + least.title(),
                FLAT,
                ours,
                least.median(Name.OURS, StormBenchmark.LIVESYNC));
    }

    private void scrapes(ScrapeResult result) {
        for (Paced situation : result.paced()) {
            double p99 = situation.latencies().p99();
            row("p99 of a scrape, " + situation.when(), SCRAPE_MILLIS, " ms", p99);
        }
        List<Flood> floods = result.floods();
        Flood ours = floods.get(0);
        floods.stream()
                .filter(flood -> flood.who().equals(ScrapeResult.INDICO))
                .forEach(indico -> row(
                        "the plugin's scrapes a second, part of ours",
                        RATE,
                        "",
                        indico.perSecond() / ours.perSecond()));
        row(
                "sessions, " + result.crowd().scrapers() + " scrapes at once",
                SESSIONS,
                "",
                result.crowd().sessions());
        row("refreshes of each class for these scrapes", 1, "", result.crowd().refreshes());
    }

    private void footprint(FootprintResult result) {
        seconds("start to the first live and standard values", START_SECONDS, result.start());
        row("memory at rest", MEMORY, " MB", result.atRest());
        row("memory after a flood of scrapes", MEMORY, " MB", result.underLoad());
    }

    private void row(String what, double limit, String unit, double figure) {
        table.row(what, Table.number(limit) + unit, Table.number(figure) + unit, verdict(figure, limit), "");
    }

    private void builds() {
        measured.builds().stream()
                .filter(build -> build.dataset().factor() == measured.base().factor())
                .filter(build -> build.copyOf() == null)
                .forEach(build ->
                        seconds("build of `" + build.dataset().database() + "`", BUILD_SECONDS, build.seconds()));
    }

    private static Cost plugin(RefreshResult result, String part) {
        return result.median(result.plugin(part), part);
    }

    private void ratio(String what, double limit, Cost dividend, Cost divisor) {
        double figure = dividend.wallSeconds() / divisor.wallSeconds();
        table.row(
                what,
                Table.number(limit),
                Table.number(figure),
                verdict(figure, limit),
                Table.ratio(dividend.cpuSeconds(), divisor.cpuSeconds()));
    }

    private void seconds(String what, double limit, double figure) {
        table.row(what, Table.seconds(limit), Table.seconds(figure), verdict(figure, limit), "");
    }

    private static String verdict(double figure, double limit) {
        return figure <= limit ? "met" : "**missed**";
    }
}
