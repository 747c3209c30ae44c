package io.getindico.metrics.benchmarks;

import static io.getindico.metrics.benchmarks.Table.number;
import static io.getindico.metrics.benchmarks.Table.seconds;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorStatus;
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

/** Starts the exporter as it is distributed, and measures its start time and memory. */
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

    Section run() throws Exception {
        Machine machine = Machine.describe(server);
        forgetClasses();
        double firstStart = start();
        List<Double> starts = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            starts.add(start());
        }
        double start = starts.stream().sorted().toList().get(STARTS / 2);
        Memory memory;
        try (WebServer ours = exporters.ours()) {
            memory = use(ours);
        }
        LOG.info("start {} s, {}", start, memory);
        Double limited = limited();
        List<Path> jars;
        try (Stream<Path> files = Files.list(Exporters.home().resolve("lib"))) {
            jars = files.sorted().toList();
        }
        Table jarTable = new Table("jar | size | for");
        double jarMegabytes = 0;
        for (Path jar : jars) {
            double megabytes = Files.size(jar) / 1e6;
            jarMegabytes += megabytes;
            String name = jar.getFileName().toString();
            jarTable.row("`" + name + "`", number(megabytes) + " MB", Dependencies.purpose(name));
        }
        Table table = new Table(" | ")
                .row("from start to all live and standard values, median of " + STARTS, seconds(start))
                .row("the same at the first start, which creates the class archive", seconds(firstStart))
                .row("in memory, at rest", both(memory.atRest(), memory.atRestOwn()))
                .row("in memory, after a flood of scrapes", both(memory.underLoad(), memory.underLoadOwn()))
                .row("in memory, at most", number(memory.peak()) + " MB")
                .row("the same with a limit of 128 MiB", limited == null ? "not run" : number(limited) + " MB")
                .row("jars", jars.size() + ", " + number(jarMegabytes) + " MB");
        return Section.of(
                "Footprint",
                "The exporter, started by its launcher, on the database of the first row above.\n\n" + table
                        + machine.loadWhenItBegan() + "\n" + jarTable,
                Target.of("start to the first live and standard values", 2, start, " s"),
                Target.of("memory at rest", 100, memory.atRest(), " MB"),
                Target.of("memory after a flood of scrapes", 100, memory.underLoad(), " MB"));
    }

    private static String both(double all, double own) {
        return number(all) + " MB: " + number(own) + " MB of the process's own, the rest file pages";
    }

    private void forgetClasses() throws IOException {
        try (Stream<Path> archives = Files.list(Files.createDirectories(exporters.classes()))) {
            for (Path archive : archives.toList()) {
                Files.delete(archive);
            }
        }
    }

    /** Scrapes from the start on, as Prometheus does after a restart. Returns the seconds until all values are read. */
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

    /** Runs in its own control group, if this user may create one. */
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
            LOG.warn("the memory limit could not be set: {}", e.toString());
            return null;
        }
        List<String> inside =
                List.of("sh", "-c", "echo $$ > " + group.resolve("cgroup.procs") + " && exec \"$@\"", "sh");
        try (WebServer ours = exporters.ours(inside)) {
            double peak = use(ours).peak();
            if (!ours.isAlive()) {
                throw new IllegalStateException("the exporter does not run within 128 MiB");
            }
            return peak;
        } finally {
            LockSupport.parkNanos(500_000_000);
            Files.delete(group);
        }
    }
}
