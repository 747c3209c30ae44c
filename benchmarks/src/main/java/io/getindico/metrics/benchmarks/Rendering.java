package io.getindico.metrics.benchmarks;

import io.getindico.metrics.api.Profile;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The code that JMH measures, in separate processes. Public and not final, because the code that JMH generates needs
 * that. A process ends within 15 s; after that, a scrape would query the database again.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class Rendering {
    /** The system property with the URL of the database, for these processes. */
    static final String DATABASE = "indico.metrics.benchmarks.database";

    /** The names of the methods, as JMH reports them. */
    static final String SCRAPE = "scrape";

    static final String PLAIN = "plain";
    static final String GZIP = "gzip";

    /** The names of the fields of {@link Source} and {@link Target}, as JMH reports them. */
    static final String PROFILE = "profile";

    static final String FORM = "form";

    /** The engine with its values. */
    @State(Scope.Benchmark)
    public static class Source {
        @Param({"COMPATIBLE", "DEFAULT"})
        private Profile profile = Profile.DEFAULT;

        private @Nullable FreshMetrics metrics;
        private MetricSnapshots snapshot = new MetricSnapshots();

        @Setup
        public void open() {
            PGSimpleDataSource dataSource = new PGSimpleDataSource();
            dataSource.setURL(Objects.requireNonNull(System.getProperty(DATABASE), DATABASE));
            this.metrics = new FreshMetrics(dataSource, profile);
            this.snapshot = scrape();
        }

        private MetricSnapshots scrape() {
            return Objects.requireNonNull(metrics, "open() comes first").scrape();
        }

        @TearDown
        public void close() {
            if (metrics != null) {
                metrics.close();
            }
        }
    }

    /** The form that the client asks for. */
    @State(Scope.Benchmark)
    public static class Target {
        @Param
        private Form form = Form.TEXT;
    }

    @Benchmark
    public MetricSnapshots scrape(Source source) {
        return source.scrape();
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
