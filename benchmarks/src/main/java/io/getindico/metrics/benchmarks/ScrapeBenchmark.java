package io.getindico.metrics.benchmarks;

import io.getindico.metrics.benchmarks.LoadGenerator.Rate;
import io.getindico.metrics.benchmarks.NeighbourResult.Latencies;
import io.getindico.metrics.benchmarks.ScrapeResult.Crowd;
import io.getindico.metrics.benchmarks.ScrapeResult.Flood;
import io.getindico.metrics.benchmarks.ScrapeResult.Paced;
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

/** Scrapes the exporter as it is distributed, and what a user would run instead. */
final class ScrapeBenchmark {
    static final String NAME = "scrape";

    private static final Logger LOG = LoggerFactory.getLogger(ScrapeBenchmark.class);
    private static final int SCRAPERS = 50;
    private static final int STARTS = 5;
    private static final int WARM_UP_SECONDS = 10;
    private static final String HEAVY = "attachments";
    private static final Pattern ATTEMPT =
            Pattern.compile("(?m)^indico_collector_last_attempt_timestamp_seconds\\{collector=\"events\"} (.*)$");

    private final Server server;
    private final Dataset dataset;
    private final Exporters exporters;
    private final Optional<Path> indicoPython;

    ScrapeBenchmark(Server server, Dataset dataset, Path cache, Optional<Path> indicoPython) throws Exception {
        this.server = server;
        this.dataset = dataset;
        this.exporters = new Exporters(server, dataset, cache);
        this.indicoPython = indicoPython;
    }

    ScrapeResult run() throws Exception {
        Machine machine = Machine.describe(server);
        List<Paced> paced = new ArrayList<>();
        // Nothing is due before the end, but a sign of life of the database, every 15 seconds.
        try (WebServer ours = exporters.ours("--ttl-live=30m", "--ttl-standard=30m")) {
            awaitAll(ours);
            // Its compiler is at work at first.
            LoadGenerator.paced(ours, WARM_UP_SECONDS);
            paced.add(new Paced(ScrapeResult.FRESH, LoadGenerator.paced(ours, 20)));
        }
        paced.add(new Paced(ScrapeResult.BESIDE_HEAVY, besideHeavy()));
        paced.add(new Paced(ScrapeResult.HANGING, hanging()));
        paced.forEach(result -> LOG.info("{}", result));
        return new ScrapeResult(machine, paced, waited(), crowd(), floods());
    }

    /**
     * Another session holds a table while the exporter warms up, so that its heavy class waits; and then until that class is
     * read. Again, for more of them.
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

    /** Stopped for less time than a contact counts, so that none is due. */
    private Latencies hanging() throws Exception {
        try (WebServer ours = exporters.ours("--ttl-live=30m", "--ttl-standard=30m")) {
            awaitAll(ours);
            LoadGenerator.paced(ours, WARM_UP_SECONDS);
            // A look for the database that was due is over.
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

    private Crowd crowd() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(SCRAPERS + 1);
        try (WebServer ours = exporters.ours("--ttl-live=5s", "--ttl-standard=5s")) {
            awaitAll(ours);
            LockSupport.parkNanos(6_000_000_000L);
            Future<Integer> sessions = threads.submit(this::mostSessions);
            long start = System.nanoTime();
            List<String> answers = new ArrayList<>();
            for (Future<String> answer :
                    threads.invokeAll(Collections.nCopies(SCRAPERS, (Callable<String>) ours::scrape))) {
                answers.add(answer.get());
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            long refreshes = answers.stream()
                    .flatMap(answer -> ATTEMPT.matcher(answer).results())
                    .map(match -> match.group(1))
                    .distinct()
                    .count();
            Crowd crowd = new Crowd(SCRAPERS, Math.toIntExact(refreshes), sessions.get(), seconds);
            LOG.info("{}", crowd);
            return crowd;
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

    private List<Flood> floods() throws Exception {
        List<Flood> floods = new ArrayList<>();
        try (WebServer ours = exporters.ours("--ttl-live=30m", "--ttl-standard=30m")) {
            long start = System.nanoTime();
            awaitAll(ours);
            double first = (System.nanoTime() - start) / 1e9;
            // Once before, for its compiler.
            LoadGenerator.flood(ours);
            floods.add(flood(ScrapeResult.OURS, first, ours));
        }
        if (indicoPython.isPresent()) {
            try (IndicoWeb indico = IndicoWeb.start(indicoPython.get(), server, dataset, exporters.folder())) {
                floods.add(flood(ScrapeResult.INDICO, indico.web()));
            }
        }
        try (WebServer peer = exporters.sqlExporter()) {
            long start = System.nanoTime();
            peer.firstScrape();
            while (!peer.scrape().contains("indico_num_notes")) {
                LockSupport.parkNanos(50_000_000);
            }
            floods.add(flood("prometheus-sql-exporter", (System.nanoTime() - start) / 1e9, peer));
        }
        try (WebServer peer = exporters.postgresExporter()) {
            floods.add(flood("prometheus-postgres-exporter", peer));
        }
        return floods;
    }

    private Flood flood(String who, WebServer web) throws Exception {
        long start = System.nanoTime();
        String answer = web.firstScrape();
        if (!answer.contains("indico_num")) {
            throw new IllegalStateException(who + " has no gauges: see its log in the cache");
        }
        return flood(who, (System.nanoTime() - start) / 1e9, web);
    }

    private Flood flood(String who, double first, WebServer web) throws Exception {
        double before = web.cpuSeconds();
        Rate rate = LoadGenerator.flood(web);
        double cpuMillis = (web.cpuSeconds() - before) / rate.count() * 1e3;
        Flood flood = new Flood(who, first, rate.perSecond(), rate.p99Millis(), cpuMillis, web.residentMegabytes());
        LOG.info("{}", flood);
        return flood;
    }
}
