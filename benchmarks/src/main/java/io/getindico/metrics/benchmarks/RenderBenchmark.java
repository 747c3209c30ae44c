package io.getindico.metrics.benchmarks;

import static io.getindico.metrics.benchmarks.Table.kilobytes;
import static io.getindico.metrics.benchmarks.Table.micros;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures with JMH how long it takes to make an answer from a snapshot. */
final class RenderBenchmark {
    private static final Logger LOG = LoggerFactory.getLogger(RenderBenchmark.class);
    static final String NAME = "render";

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final Server server;
    private final String database;
    private final Path log;

    RenderBenchmark(Server server, Dataset large, Path cache) {
        this.server = server;
        this.database = dataset(large).database();
        this.log = cache.resolve("jmh.log");
    }

    /** A small database: it has the same series as a large one, and each JMH process must read it. */
    static Dataset dataset(Dataset large) {
        return large.part(100);
    }

    Section run() throws RunnerException {
        Machine machine = Machine.describe(server);
        MetricSnapshots snapshot = read();
        LOG.info("JMH takes two minutes, and writes to {}", log);
        Collection<RunResult> measured = new Runner(options()).run();
        Table table = new Table(" | time | ± | allocated | sent");
        row(table, "scrape", find(measured, Rendering.SCRAPE, null), "");
        for (Form form : Form.values()) {
            row(table, form.title(), find(measured, Rendering.PLAIN, form), kilobytes(form.plain(snapshot).length));
            String gzip = kilobytes(form.gzip(snapshot).length);
            row(table, form.title() + ", gzip", find(measured, Rendering.GZIP, form), gzip);
        }
        long series = snapshot.stream()
                .mapToLong(family -> family.getDataPoints().size())
                .sum();
        return Section.of(
                "From snapshot to answer",
                """
                Time of a scrape when all values are fresh: %d families with %d series, taken from the engine, then written
                and compressed as in the exporter. Averages with the half width of their 99.9 %% confidence intervals, over
                %d processes for each row, by JMH, on one thread. The time of a compressed answer includes writing it.

                """.formatted(
                                        snapshot.size(),
                                        series,
                                        measured.iterator().next().getParams().getForks())
                        + table
                        + machine.loadWhenItBegan());
    }

    private MetricSnapshots read() {
        try (FreshMetrics metrics = new FreshMetrics(server.dataSource(database))) {
            return metrics.scrape();
        }
    }

    private Options options() {
        return new OptionsBuilder()
                .include(Pattern.quote(Rendering.class.getName()))
                .addProfiler(GCProfiler.class)
                .jvmArgsAppend("-D" + Rendering.DATABASE + "=" + server.url(database))
                .shouldFailOnError(true)
                .output(log.toString())
                .build();
    }

    private static RunResult find(Collection<RunResult> results, String method, @Nullable Form form) {
        return results.stream()
                .filter(result -> {
                    BenchmarkParams params = result.getParams();
                    return params.getBenchmark().equals(Rendering.class.getName() + "." + method)
                            && Objects.equals(params.getParam(Rendering.FORM), form == null ? null : form.name());
                })
                .findFirst()
                .orElseThrow();
    }

    private static void row(Table table, String what, RunResult result, String sent) {
        Result<?> time = result.getPrimaryResult();
        Result<?> allocated =
                Objects.requireNonNull(result.getSecondaryResults().get(ALLOCATED), ALLOCATED);
        table.row(what, micros(time.getScore()), micros(time.getScoreError()), kilobytes(allocated.getScore()), sent);
    }
}
