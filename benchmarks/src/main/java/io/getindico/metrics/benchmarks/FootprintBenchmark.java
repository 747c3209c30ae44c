package io.getindico.metrics.benchmarks;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.benchmarks.FootprintResult.Jar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the exporter as it is distributed, and looks at what it takes. */
final class FootprintBenchmark {
    static final String NAME = "footprint";

    private static final Logger LOG = LoggerFactory.getLogger(FootprintBenchmark.class);
    private static final int STARTS = 5;
    private static final long LIMIT_BYTES = 128L << 20;
    private static final long REST_NANOS = 20_000_000_000L;

    private final Server server;
    private final Exporters exporters;
    private final List<String> light = Ours.declarations(new PGSimpleDataSource()).stream()
            .filter(collector -> collector.refreshClass() != RefreshClass.HEAVY)
            .map(CollectorStatus::name)
            .toList();

    FootprintBenchmark(Server server, Dataset dataset, Path cache) throws IOException {
        this.server = server;
        this.exporters = new Exporters(server, dataset, cache);
    }

    FootprintResult run() throws Exception {
        Machine machine = Machine.describe(server);
        forgetClasses();
        double firstStart = start();
        List<Double> starts = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            starts.add(start());
        }
        double start = starts.stream().sorted().toList().get(STARTS / 2);
        try (WebServer ours = exporters.ours()) {
            Memory memory = use(ours);
            FootprintResult result = new FootprintResult(
                    machine,
                    firstStart,
                    start,
                    STARTS,
                    memory.atRest(),
                    memory.atRestOwn(),
                    memory.underLoad(),
                    memory.underLoadOwn(),
                    memory.peak(),
                    limited(),
                    jars());
            LOG.info("{}", result);
            return result;
        }
    }

    private void forgetClasses() throws IOException {
        try (Stream<Path> archives = Files.list(Files.createDirectories(exporters.classes()))) {
            for (Path archive : archives.toList()) {
                Files.delete(archive);
            }
        }
    }

    /** Scraped from the beginning, as it would be where it is restarted. */
    private double start() throws Exception {
        long start = System.nanoTime();
        try (WebServer ours = exporters.ours()) {
            String answer = ours.firstScrape();
            while (!areRead(light, answer)) {
                answer = ours.scrape();
            }
            return (System.nanoTime() - start) / 1e9;
        }
    }

    private static boolean areRead(List<String> collectors, String answer) {
        return collectors.stream()
                .allMatch(name -> answer.contains("indico_collector_success{collector=\"" + name + "\"} 1.0"));
    }

    private record Memory(double atRest, double atRestOwn, double underLoad, double underLoadOwn, double peak) {}

    private static Memory use(WebServer ours) throws Exception {
        String answer = ours.firstScrape();
        while (!areRead(List.of("attachments", "notes"), answer)) {
            LockSupport.parkNanos(100_000_000);
            answer = ours.scrape();
        }
        LockSupport.parkNanos(REST_NANOS);
        double atRest = ours.residentMegabytes();
        double atRestOwn = ours.ownMegabytes();
        LoadGenerator.flood(ours);
        LoadGenerator.flood(ours);
        return new Memory(atRest, atRestOwn, ours.residentMegabytes(), ours.ownMegabytes(), ours.peakMegabytes());
    }

    /** In a control group of its own, where this user may make one. */
    private @Nullable Double limited() throws Exception {
        Path first = Path.of("/sys/fs/cgroup/memory");
        boolean isFirstVersion = Files.exists(first);
        Path group = (isFirstVersion ? first : Path.of("/sys/fs/cgroup")).resolve("indico-metrics-footprint");
        try {
            Files.createDirectories(group);
            Files.writeString(
                    group.resolve(isFirstVersion ? "memory.limit_in_bytes" : "memory.max"),
                    String.valueOf(LIMIT_BYTES));
        } catch (IOException e) {
            LOG.warn("no limit of memory could be set: {}", e.toString());
            return null;
        }
        List<String> inside =
                List.of("sh", "-c", "echo $$ > " + group.resolve("cgroup.procs") + " && exec \"$@\"", "sh");
        try (WebServer ours = exporters.ours(inside)) {
            double peak = use(ours).peak();
            if (!ours.isAlive()) {
                throw new IllegalStateException("it does not live in 128 MiB");
            }
            return peak;
        } finally {
            LockSupport.parkNanos(500_000_000);
            Files.delete(group);
        }
    }

    private static List<Jar> jars() throws IOException {
        List<Jar> jars = new ArrayList<>();
        try (Stream<Path> files = Files.list(Exporters.home().resolve("lib"))) {
            for (Path file : files.sorted().toList()) {
                jars.add(new Jar(file.getFileName().toString(), Files.size(file)));
            }
        }
        return jars;
    }
}
