package io.getindico.metrics.benchmarks;

import static io.getindico.metrics.benchmarks.Table.kilobytes;
import static io.getindico.metrics.benchmarks.Table.micros;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.engine.Status;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    private static final List<Profile> PROFILES = List.of(Profile.COMPATIBLE, Profile.DEFAULT, Profile.FULL);
    private static final List<Profile> TIMED = List.of(Profile.COMPATIBLE, Profile.DEFAULT);

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
        Table sizes = new Table("profile | metrics | series of values | self-metrics | series at most"
                + " | text | gzip | OpenMetrics | gzip");
        for (Profile profile : PROFILES) {
            size(sizes, profile);
        }
        LOG.info("JMH takes five minutes, and writes to {}", log);
        Collection<RunResult> measured = new Runner(options()).run();
        Table times = new Table("profile |  | time | ± | allocated");
        for (Profile profile : TIMED) {
            time(times, profile, "scrape", find(measured, Rendering.SCRAPE, profile, null));
            for (Form form : Form.values()) {
                time(times, profile, form.title(), find(measured, Rendering.PLAIN, profile, form));
                time(times, profile, form.title() + ", gzip", find(measured, Rendering.GZIP, profile, form));
            }
        }
        return Section.of(
                "From snapshot to answer",
                """
                What a scrape sends, on a database with a hundredth of the rows. The self-metrics are those without
                `collector-metrics: all`.

                %s
                Time of a scrape when all values are fresh, taken from the engine, then written and compressed as in the
                exporter. Averages with the half width of their 99.9 %% confidence intervals, over %d processes for each row,
                by JMH, on one thread. The time of a compressed answer includes writing it.

                """.formatted(sizes, measured.iterator().next().getParams().getForks())
                        + times
                        + machine.loadWhenItBegan());
    }

    private void size(Table table, Profile profile) {
        try (FreshMetrics metrics = new FreshMetrics(server.dataSource(database), profile)) {
            MetricSnapshots snapshot = metrics.scrape();
            Status status = metrics.status();
            Set<String> families = status.collectors().stream()
                    .flatMap(collector -> collector.families().stream())
                    .map(MetricFamily::name)
                    .collect(Collectors.toSet());
            List<MetricSnapshot> values = snapshot.stream()
                    .filter(metric -> families.contains(metric.getMetadata().getPrometheusName()))
                    .toList();
            long ofValues = series(values.stream());
            table.row(
                    "`" + profile.label() + "`",
                    values.size(),
                    ofValues,
                    series(snapshot.stream()) - ofValues,
                    status.seriesLimit(),
                    kilobytes(Form.TEXT.plain(snapshot).length),
                    kilobytes(Form.TEXT.gzip(snapshot).length),
                    kilobytes(Form.OPENMETRICS.plain(snapshot).length),
                    kilobytes(Form.OPENMETRICS.gzip(snapshot).length));
        }
    }

    private static long series(Stream<MetricSnapshot> metrics) {
        return metrics.mapToLong(metric -> metric.getDataPoints().size()).sum();
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

    private static RunResult find(Collection<RunResult> results, String method, Profile profile, @Nullable Form form) {
        return results.stream()
                .filter(result -> {
                    BenchmarkParams params = result.getParams();
                    return params.getBenchmark().equals(Rendering.class.getName() + "." + method)
                            && profile.name().equals(params.getParam(Rendering.PROFILE))
                            && Objects.equals(params.getParam(Rendering.FORM), form == null ? null : form.name());
                })
                .findFirst()
                .orElseThrow();
    }

    private static void time(Table table, Profile profile, String what, RunResult result) {
        Result<?> time = result.getPrimaryResult();
        Result<?> allocated =
                Objects.requireNonNull(result.getSecondaryResults().get(ALLOCATED), ALLOCATED);
        table.row(
                "`" + profile.label() + "`",
                what,
                micros(time.getScore()),
                micros(time.getScoreError()),
                kilobytes(allocated.getScore()));
    }
}
