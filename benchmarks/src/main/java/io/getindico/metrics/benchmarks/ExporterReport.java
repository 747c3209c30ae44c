package io.getindico.metrics.benchmarks;

import static io.getindico.metrics.benchmarks.Table.millis;
import static io.getindico.metrics.benchmarks.Table.number;
import static io.getindico.metrics.benchmarks.Table.seconds;

import io.getindico.metrics.benchmarks.FootprintResult.Jar;
import io.getindico.metrics.benchmarks.RenderResult.Step;
import io.getindico.metrics.benchmarks.ScrapeResult.Crowd;
import io.getindico.metrics.benchmarks.ScrapeResult.Flood;
import io.getindico.metrics.benchmarks.ScrapeResult.Paced;

/** The part of the report that is about the exporter, and not about the database. */
final class ExporterReport {
    private final Measured measured;
    private final StringBuilder text = new StringBuilder();

    ExporterReport(Measured measured) {
        this.measured = measured;
    }

    String text() {
        measured.scrapes().ifPresent(this::scrapes);
        measured.render().ifPresent(this::rendering);
        measured.footprint().ifPresent(this::footprint);
        return text.toString();
    }

    private void scrapes(ScrapeResult result) {
        text.append("\n## Scraping\n\n");
        text.append("""
                The exporter, started by its launcher, on the database of the first row above, scraped 50 times a second.
                A late scrape counts from when it was due.

                """);
        Table paced = new Table("scrapes | how many | p50 | p99 | longest");
        for (Paced situation : result.paced()) {
            paced.row(
                    situation.when(),
                    situation.latencies().count(),
                    millis(situation.latencies().p50()),
                    millis(situation.latencies().p99()),
                    millis(situation.latencies().max()));
        }
        text.append(paced);
        Crowd crowd = result.crowd();
        text.append("""

                If a class is due while the database hangs, a scrape waits %s and then serves the values that are not too
                old (the limit is the scrape timeout of 10 s less half a second). %d scrapes at once when classes are due
                cause %d refresh of each, on at most %d sessions; the last scrape is answered after %s.

                Maximum rate, by `wrk` on 8 connections for 10 s, on the machine of the measured server. The other exporters
                are Debian's and run the rebuilt queries of the plugin. All serve values that they have read before.

                """.formatted(
                        seconds(result.waited()),
                        crowd.scrapers(),
                        crowd.refreshes(),
                        crowd.sessions(),
                        seconds(crowd.seconds())));
        Table floods = new Table("program | first complete answer | scrapes a second | p99 | CPU for each | in memory");
        for (Flood flood : result.floods()) {
            floods.row(
                    flood.who(),
                    seconds(flood.first()),
                    number(flood.perSecond()),
                    millis(flood.p99Millis()),
                    millis(flood.cpuMillis()),
                    number(flood.megabytes()) + " MB");
        }
        text.append(floods);
        text.append(result.machine().loadWhenItBegan());
    }

    private void rendering(RenderResult result) {
        text.append("\n## From snapshot to answer\n\n");
        text.append("""
                Time of a scrape when all values are fresh: %d families with %d series, taken from the engine, then written
                and compressed as in the exporter. Averages with the half width of their 99.9 %% confidence intervals, over
                %d processes for each row, by JMH, on one thread. The time of a compressed answer includes writing it.

                """.formatted(result.families(), result.series(), result.processes()));
        Table table = new Table(" | time | ± | allocated | sent");
        for (Step step : result.steps()) {
            table.row(
                    step.what(),
                    micros(step.micros()),
                    micros(step.microsError()),
                    kilobytes(step.allocatedBytes()),
                    step.sentBytes() == 0 ? "" : kilobytes(step.sentBytes()));
        }
        text.append(table);
        text.append(result.machine().loadWhenItBegan());
    }

    private void footprint(FootprintResult result) {
        text.append("\n## Footprint\n\n");
        text.append("The exporter, started by its launcher, on the database of the first row above.\n\n");
        Double limited = result.limited();
        text.append(new Table(" | ")
                .row(
                        "from start to all live and standard values, median of " + result.starts(),
                        seconds(result.start()))
                .row("the same at the first start, which creates the class archive", seconds(result.firstStart()))
                .row("in memory, at rest", memory(result.atRest(), result.atRestOwn()))
                .row("in memory, after a flood of scrapes", memory(result.underLoad(), result.underLoadOwn()))
                .row("in memory, at most", number(result.peak()) + " MB")
                .row("the same with a limit of 128 MiB", limited == null ? "not run" : number(limited) + " MB")
                .row("jars", result.jars().size() + ", " + number(result.megabytesOfJars()) + " MB"));
        text.append(result.machine().loadWhenItBegan());
        text.append("\n");
        Table jars = new Table("jar | size | for");
        for (Jar jar : result.jars()) {
            jars.row("`" + jar.name() + "`", number(jar.bytes() / 1e6) + " MB", Dependencies.purpose(jar.name()));
        }
        text.append(jars);
    }

    private static String micros(double micros) {
        return number(micros) + " µs";
    }

    private static String kilobytes(double bytes) {
        return number(bytes / 1e3) + " kB";
    }

    private static String memory(double all, double own) {
        return number(all) + " MB: " + number(own) + " MB of the process's own, the rest file pages";
    }
}
