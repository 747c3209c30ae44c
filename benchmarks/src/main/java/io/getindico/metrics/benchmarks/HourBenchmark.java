package io.getindico.metrics.benchmarks;

import static io.getindico.metrics.benchmarks.Table.number;
import static io.getindico.metrics.benchmarks.Table.seconds;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** Measures how much of the database an hour of scrapes with the default profile uses, and the resulting TTLs. */
final class HourBenchmark {
    static final String NAME = "hour";

    private static final Duration SCRAPE_INTERVAL = Duration.ofSeconds(15);
    private static final double SHARE = 0.01;

    private final Server server;
    private final Dataset dataset;
    private final Duration duration;

    HourBenchmark(Server server, Dataset dataset, Duration duration) {
        this.server = server;
        this.dataset = dataset;
        this.duration = duration;
    }

    Section run() throws InterruptedException {
        try (IndicoMetrics metrics = IndicoMetrics.builder(
                        server.dataSource(dataset.database(), Conditions.DEFAULT.options()))
                .discoverCollectors()
                .queryBudget(RefreshClass.HEAVY, Ours.PATIENCE)
                .databaseShare(SHARE)
                .build()) {
            double cpu = server.cpuSeconds();
            long started = System.nanoTime();
            while (System.nanoTime() - started < duration.toNanos()) {
                metrics.collect();
                Thread.sleep(SCRAPE_INTERVAL.toMillis());
            }
            double elapsed = (System.nanoTime() - started) / 1e9;
            cpu = server.cpuSeconds() - cpu;
            List<CollectorStatus> collectors = metrics.status().collectors();
            return Section.of(
                    "An hour of the default profile",
                    "Scraped every %d s for %s, with `database-share` %s %%. PostgreSQL, including its start, took %s of CPU time: %s %% of one core.\n\n"
                                    .formatted(
                                            SCRAPE_INTERVAL.toSeconds(),
                                            seconds(elapsed),
                                            number(100 * SHARE),
                                            seconds(cpu),
                                            number(100 * cpu / elapsed))
                            + ttls(collectors),
                    Target.of("default profile, share of one core", SHARE, cpu / elapsed, ""));
        }
    }

    private static Table ttls(List<CollectorStatus> collectors) {
        Table table = new Table("collector | class | last refresh | TTL | share of a core, at most");
        collectors.stream()
                .sorted(Comparator.comparing(CollectorStatus::coreRatio).reversed())
                .forEach(collector -> table.row(
                        "`" + collector.name() + "`",
                        collector.refreshClass().label(),
                        seconds(collector.lastDuration().toNanos() / 1e9),
                        seconds(collector.ttl().toMillis() / 1e3),
                        number(100 * collector.coreRatio()) + " %"));
        return table;
    }
}
