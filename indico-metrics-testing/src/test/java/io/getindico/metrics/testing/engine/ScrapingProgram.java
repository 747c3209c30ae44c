package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.STANDARD;

import io.getindico.metrics.api.engine.IndicoMetrics;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

/** Scrapes an engine repeatedly, with the system's clock, and prints the results. It ends when its input ends. */
final class ScrapingProgram {
    static final Duration BUDGET = Duration.ofSeconds(2);
    static final Duration WAIT_LIMIT = Duration.ofSeconds(1);
    static final Duration TTL = Duration.ofSeconds(1);

    private ScrapingProgram() {}

    public static void main(String[] args) throws Exception {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(args[0]);
        dataSource.setUser(args[1]);
        dataSource.setPassword(args[2]);
        TestCollector designs =
                TestCollector.sql("designs", "SELECT count(*) FROM indico.designer_templates, pg_sleep(0.3)");
        try (IndicoMetrics metrics = IndicoMetrics.builder(dataSource)
                .collectors(designs)
                .ttl(STANDARD, TTL)
                .databaseShare(1)
                .queryBudget(STANDARD, BUDGET)
                .waitLimit(WAIT_LIMIT)
                .build()) {
            while (System.in.available() == 0) {
                long before = System.nanoTime();
                Exposition scrape = Exposition.of(metrics.collect());
                System.out.printf(
                        "%d %s %s %s%n",
                        Duration.ofNanos(System.nanoTime() - before).toMillis(),
                        scrape.value("indico_up"),
                        scrape.success("designs"),
                        scrape.value("test_designs"));
                Await.pause(Duration.ofMillis(100));
            }
        }
    }
}
