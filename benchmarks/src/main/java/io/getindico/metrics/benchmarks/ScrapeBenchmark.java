package io.getindico.metrics.benchmarks;

import static io.getindico.metrics.benchmarks.Table.millis;
import static io.getindico.metrics.benchmarks.Table.number;
import static io.getindico.metrics.benchmarks.Table.seconds;

import io.getindico.metrics.benchmarks.LoadGenerator.Rate;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Scrapes the exporter as it is distributed, and the programs that a user would run instead. */
final class ScrapeBenchmark {
    static final String NAME = "scrape";

    private static final Logger LOG = LoggerFactory.getLogger(ScrapeBenchmark.class);
    private static final int SCRAPERS = 50;
    private static final int STARTS = 5;
    private static final int WARM_UP_SECONDS = 10;
    /** Includes the time of the last attempt. */
    private static final List<String> ALL_METRICS = List.of("env", "INDICO_METRICS_COLLECTOR_METRICS=all");

    private static final String HEAVY = "attachments";
    private static final Pattern ATTEMPT =
            Pattern.compile("(?m)^indico_collector_last_attempt_timestamp_seconds\\{collector=\"events\"} (.*)$");

    private final Server server;
    private final Dataset dataset;
    private final Exporters exporters;
    private final Optional<Path> indicoPython;
    private final Table pacedTable = new Table("scrapes | how many | p50 | p99 | longest");
    private final Table floodTable =
            new Table("program | first complete answer | scrapes a second | p99 | CPU for each | in memory");
    private final List<Target> targets = new ArrayList<>();
    private Optional<Double> indicoPerSecond = Optional.empty();
    private int refreshes;
    private int sessions;

    ScrapeBenchmark(Server server, Dataset dataset, Path cache, Optional<Path> indicoPython) throws Exception {
        this.server = server;
        this.dataset = dataset;
        this.exporters = new Exporters(server, dataset, cache);
        this.indicoPython = indicoPython;
    }

    Section run() throws Exception {
        Machine machine = Machine.describe(server);
        paced("fresh", fresh());
        paced("while a heavy refresh runs", besideHeavy());
        paced("while the database hangs", hanging());
        double waited = waited();
        double answered = crowd();
        double ours = floods();
        String text = """
            The exporter, started by its launcher, on the database of the first row above, scraped 50 times a second.
            A late scrape counts from when it was due.

            %s
            If a class is due while the database hangs, a scrape waits %s and then serves the values that are not too
            old. With a scrape timeout of 10 s, it would wait for at most 9.5 s. When classes are due and %d scrapes
            arrive at once, they cause %d refresh of each class, on at most %d sessions; the last scrape is answered
            after %s.

            Maximum rate, by `wrk` on 8 connections for 10 s, on the machine of the measured server. The other exporters
            are Debian's and run the rebuilt queries of the plugin. All serve values that they have read before.

            %s\
            """.formatted(
                        pacedTable, seconds(waited), SCRAPERS, refreshes, sessions, seconds(answered), floodTable);
        indicoPerSecond.ifPresent(indico -> targets.add(
                Target.of("the plugin's scrapes per second, as a fraction of ours", 1 / 20.0, indico / ours, "")));
        targets.add(Target.of("sessions, " + SCRAPERS + " scrapes at once", 3, sessions, ""));
        targets.add(Target.of("refreshes of each class for these scrapes", 1, refreshes, ""));
        return new Section("Scraping", List.of(), text + machine.loadWhenItBegan(), targets);
    }

    private void paced(String when, Latencies latencies) {
        LOG.info("{}: {}", when, latencies);
        pacedTable.row(
                when, latencies.count(), millis(latencies.p50()), millis(latencies.p99()), millis(latencies.max()));
        targets.add(Target.of("p99 of a scrape, " + when, 5, latencies.p99(), " ms"));
    }

    /** Measures while no refresh is due. Only the probe of the database runs, every 15 seconds. */
    private Latencies fresh() throws Exception {
        try (WebServer ours = exporters.ours("--ttl-live=30m", "--ttl-standard=30m")) {
            awaitAll(ours);
            // The JIT compiler is busy at first.
            LoadGenerator.paced(ours, WARM_UP_SECONDS);
            return LoadGenerator.paced(ours, 20);
        }
    }

    /**
     * Measures while the heavy class is read. Another session locks a table while the exporter warms up, so that the
     * heavy class waits. The measurement lasts from the unlock until that class is read. It is repeated, to get more
     * scrapes.
     */
    private Latencies besideHeavy() throws Exception {
        List<Double> millis = new ArrayList<>();
        for (int start = 0; start < STARTS; start++) {
            try (WebServer ours = exporters.ours("--ttl-live=30m", "--ttl-standard=30m", "--lock-timeout=1m")) {
                try (Connection holder = server.dataSource(dataset.database()).getConnection();
                        Statement lock = holder.createStatement()) {
                    holder.setAutoCommit(false);
                    lock.execute("LOCK TABLE attachments.folders");
                    ours.firstScrape();
                    LoadGenerator.paced(ours, WARM_UP_SECONDS);
                    holder.rollback();
                }
                millis.addAll(LoadGenerator.paced(ours, answer -> !tellsOf(answer, HEAVY)));
            }
        }
        return Latencies.of(millis);
    }

    /** Measures while the server is stopped. That takes less time than a contact counts, so no probe is due. */
    private Latencies hanging() throws Exception {
        try (WebServer ours = exporters.ours("--ttl-live=30m", "--ttl-standard=30m")) {
            awaitAll(ours);
            LoadGenerator.paced(ours, WARM_UP_SECONDS);
            // By now, the probe of the database that was due has ended.
            LockSupport.parkNanos(16_000_000_000L);
            ours.scrape();
            return server.whileItHangs(() -> LoadGenerator.paced(ours, 12));
        }
    }

    private double waited() throws Exception {
        try (WebServer ours = exporters.ours("--ttl-live=5s")) {
            awaitAll(ours);
            LockSupport.parkNanos(6_000_000_000L);
            return server.whileItHangs(() -> {
                long start = System.nanoTime();
                ours.scrape();
                return (System.nanoTime() - start) / 1e9;
            });
        }
    }

    private static void awaitAll(WebServer ours) throws Exception {
        String answer = ours.firstScrape();
        while (!tellsOf(answer, HEAVY)) {
            LockSupport.parkNanos(50_000_000);
            answer = ours.scrape();
        }
    }

    private static boolean tellsOf(String answer, String collector) {
        return answer.contains("indico_collector_success{collector=\"" + collector + "\"} 1.0");
    }

    /** Sends many scrapes at once. Returns the seconds until the last one was answered. */
    private double crowd() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(SCRAPERS + 1);
        try (WebServer ours = exporters.ours(ALL_METRICS, "--ttl-live=5s", "--ttl-standard=5s")) {
            awaitAll(ours);
            LockSupport.parkNanos(6_000_000_000L);
            Future<Integer> mostSessions = threads.submit(this::mostSessions);
            long start = System.nanoTime();
            List<String> answers = new ArrayList<>();
            for (Future<String> answer :
                    threads.invokeAll(Collections.nCopies(SCRAPERS, (Callable<String>) ours::scrape))) {
                answers.add(answer.get());
            }
            double answered = (System.nanoTime() - start) / 1e9;
            refreshes = Math.toIntExact(answers.stream()
                    .flatMap(answer -> ATTEMPT.matcher(answer).results())
                    .map(match -> match.group(1))
                    .distinct()
                    .count());
            sessions = mostSessions.get();
            return answered;
        } finally {
            threads.shutdownNow();
        }
    }

    private int mostSessions() throws SQLException {
        int most = 0;
        long end = System.nanoTime() + 3_000_000_000L;
        try (Connection connection = server.dataSource("postgres").getConnection();
                Statement query = connection.createStatement()) {
            while (System.nanoTime() < end) {
                try (ResultSet row = query.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = '" + dataset.database() + "'")) {
                    row.next();
                    most = Math.max(most, row.getInt(1));
                }
            }
        }
        return most;
    }

    /** Returns how many scrapes a second our exporter answers. */
    private double floods() throws Exception {
        double oursPerSecond;
        try (WebServer ours = exporters.ours("--ttl-live=30m", "--ttl-standard=30m")) {
            long start = System.nanoTime();
            awaitAll(ours);
            double first = (System.nanoTime() - start) / 1e9;
            // The JIT compiler works during the first one.
            LoadGenerator.flood(ours);
            oursPerSecond = flood("ours", first, ours);
        }
        if (indicoPython.isPresent()) {
            try (IndicoWeb indico = IndicoWeb.start(indicoPython.get(), server, dataset, exporters.folder())) {
                indicoPerSecond = Optional.of(flood("the plugin, 2 workers of gunicorn", indico.web()));
            }
        }
        try (WebServer peer = exporters.sqlExporter()) {
            long start = System.nanoTime();
            peer.firstScrape();
            while (!peer.scrape().contains("indico_num_notes")) {
                LockSupport.parkNanos(50_000_000);
            }
            flood("prometheus-sql-exporter", (System.nanoTime() - start) / 1e9, peer);
        }
        try (WebServer peer = exporters.postgresExporter()) {
            flood("prometheus-postgres-exporter", peer);
        }
        return oursPerSecond;
    }

    private double flood(String who, WebServer web) throws Exception {
        long start = System.nanoTime();
        String answer = web.firstScrape();
        if (!answer.contains("indico_num")) {
            throw new IllegalStateException(who + " has no gauges: see its log in the cache");
        }
        return flood(who, (System.nanoTime() - start) / 1e9, web);
    }

    private double flood(String who, double first, WebServer web) throws Exception {
        double before = web.cpuSeconds();
        Rate rate = LoadGenerator.flood(web);
        double cpuMillis = (web.cpuSeconds() - before) / rate.count() * 1e3;
        LOG.info("{}: {}", who, rate);
        floodTable.row(
                who,
                seconds(first),
                number(rate.perSecond()),
                millis(rate.p99Millis()),
                millis(cpuMillis),
                number(web.residentMegabytes()) + " MB");
        return rate.perSecond();
    }
}
