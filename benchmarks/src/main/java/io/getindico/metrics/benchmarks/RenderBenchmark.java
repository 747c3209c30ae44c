package io.getindico.metrics.benchmarks;

import io.getindico.metrics.benchmarks.RenderResult.Step;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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

/** Has JMH measure how a snapshot becomes an answer. */
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

    /** A small one: it has the same series, and each process of JMH's reads it. */
    static Dataset dataset(Dataset large) {
        return large.part(100);
    }

    RenderResult run() throws RunnerException {
        Machine machine = Machine.describe(server);
        MetricSnapshots snapshot = read();
        LOG.info("JMH takes two minutes, and writes to {}", log);
        Collection<RunResult> measured = new Runner(options()).run();
        List<Step> steps = new ArrayList<>();
        steps.add(step("scrape", find(measured, Rendering.SCRAPE, null), 0));
        for (Form form : Form.values()) {
            RunResult plain = find(measured, Rendering.PLAIN, form);
            steps.add(step(form.title(), plain, form.plain(snapshot).length));
            RunResult gzip = find(measured, Rendering.GZIP, form);
            steps.add(step(form.title() + ", gzip", gzip, form.gzip(snapshot).length));
        }
        return new RenderResult(
                machine,
                measured.iterator().next().getParams().getForks(),
                snapshot.size(),
                snapshot.stream()
                        .mapToLong(family -> family.getDataPoints().size())
                        .sum(),
                steps);
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

    private static Step step(String what, RunResult result, int sentBytes) {
        Result<?> time = result.getPrimaryResult();
        Result<?> allocated =
                Objects.requireNonNull(result.getSecondaryResults().get(ALLOCATED), ALLOCATED);
        Step step = new Step(what, time.getScore(), time.getScoreError(), allocated.getScore(), sentBytes);
        LOG.info("{}", step);
        return step;
    }
}
