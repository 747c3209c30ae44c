package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.MetricFamily;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusScrapeRequest;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Indico's metrics, to be registered in a {@link io.prometheus.metrics.model.registry.PrometheusRegistry} and closed
 * when the host ends. A scrape reads a snapshot held in memory and at most waits for a refresh that is due; it never
 * throws, whatever becomes of the database or of a collector. Safe for use by many threads.
 *
 * <pre>{@code
 * IndicoMetrics metrics = IndicoMetrics.builder(dataSource).discoverCollectors().build();
 * registry.register(metrics);
 * }</pre>
 *
 * @since 0.1.0
 */
public final class IndicoMetrics implements MultiCollector, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndicoMetrics.class);

    private final Engine engine;
    private final Duration waitLimit;

    IndicoMetrics(Engine engine, Duration waitLimit) {
        this.engine = engine;
        this.waitLimit = waitLimit;
    }

    /**
     * Begins to configure.
     *
     * @param dataSource gives connections to Indico's PostgreSQL database; at most three are held at a time, and none
     *     before the first refresh. A pool that gives fewer leaves none to look whether a session of Indico's waits for
     *     ours, so that a refresh beyond five seconds ends itself
     * @return a builder with the defaults
     */
    public static IndicoMetricsBuilder builder(DataSource dataSource) {
        return new IndicoMetricsBuilder(dataSource);
    }

    /**
     * Starts a refresh of all that is due, in the background: a host that calls this at its start spares the first
     * scrape the wait. Returns at once, also while the database is away.
     */
    public void warmUp() {
        engine.refreshDue();
    }

    /**
     * The families asked for, refreshed before where they are due.
     *
     * @param names which names are wanted; a collector that has none of them is not run
     * @param limit how long to wait for a refresh; then the last good values are given, and the refresh goes on
     * @return the families, and whether this call waited for new values and got them
     */
    public Scrape scrape(Predicate<String> names, Duration limit) {
        try {
            return engine.scrape(names, limit);
        } catch (RuntimeException | Error e) {
            LOG.error("a scrape of Indico's metrics failed", e);
            return new Scrape(new MetricSnapshots(), false);
        }
    }

    /**
     * Reads every collector once, now, in one transaction with the budget of the heavy class (on a standby in one
     * each), apart from what scrapes see, and beside their refreshes. Blocks until that is done, or until
     * {@link #close}, which cancels it.
     *
     * @param at the instant that counts as now for the values, null for the clock's; self-metrics keep the clock's
     * @return what was read
     * @throws IllegalStateException after {@link #close}
     */
    public Reading readOnce(@Nullable Instant at) {
        return engine.readOnce(at);
    }

    /**
     * How the database and the collectors stood when they were last tried. Asks nothing.
     *
     * @return the status
     */
    public Status status() {
        return engine.status();
    }

    /**
     * All families that a scrape can show, the engine's own ones included.
     *
     * @return by name
     */
    public List<MetricFamily> families() {
        return engine.families();
    }

    @Override
    public MetricSnapshots collect() {
        return scrape(name -> true, waitLimit).metrics();
    }

    @Override
    public MetricSnapshots collect(PrometheusScrapeRequest request) {
        return collect();
    }

    @Override
    public MetricSnapshots collect(Predicate<String> includedNames) {
        return scrape(includedNames, waitLimit).metrics();
    }

    @Override
    public MetricSnapshots collect(Predicate<String> includedNames, PrometheusScrapeRequest request) {
        return collect(includedNames);
    }

    @Override
    public List<MetricFamilyDescriptor> getMetricFamilyDescriptors() {
        return Descriptors.of(families());
    }

    /** For clients before 1.7, which check names and nothing else. */
    @Override
    @Deprecated
    public List<String> getPrometheusNames() {
        return families().stream().map(FamilyNames::modelName).toList();
    }

    /**
     * Cancels what runs, and ends all threads. Afterwards a scrape gives nothing and asks nothing. The data source stays
     * open: it is the host's.
     */
    @Override
    public void close() {
        engine.close();
    }
}
