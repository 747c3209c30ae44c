package io.getindico.metrics.benchmarks;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What JMH runs, in processes of their own. Public and open, as the code that it generates needs it. A process ends well
 * within the 15 s after which a scrape would ask the database something again.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class Rendering {
    /** The system property that tells such a process where the database is. */
    static final String DATABASE = "indico.metrics.benchmarks.database";

    /** Names of methods, as JMH reports them. */
    static final String SCRAPE = "scrape";

    static final String PLAIN = "plain";
    static final String GZIP = "gzip";

    /** The name of a field, likewise. */
    static final String FORM = "form";

    /** What the engine has. */
    @State(Scope.Benchmark)
    public static class Source {
        private final FreshMetrics metrics;
        private final MetricSnapshots snapshot;

        public Source() {
            PGSimpleDataSource dataSource = new PGSimpleDataSource();
            dataSource.setURL(Objects.requireNonNull(System.getProperty(DATABASE), DATABASE));
            this.metrics = new FreshMetrics(dataSource);
            this.snapshot = metrics.scrape();
        }

        @TearDown
        public void close() {
            metrics.close();
        }
    }

    /** What the client wants. */
    @State(Scope.Benchmark)
    public static class Target {
        @Param
        private Form form = Form.TEXT;
    }

    @Benchmark
    public MetricSnapshots scrape(Source source) {
        return source.metrics.scrape();
    }

    @Benchmark
    public byte[] plain(Source source, Target target) {
        return target.form.plain(source.snapshot);
    }

    @Benchmark
    public byte[] gzip(Source source, Target target) {
        return target.form.gzip(source.snapshot);
    }
}
