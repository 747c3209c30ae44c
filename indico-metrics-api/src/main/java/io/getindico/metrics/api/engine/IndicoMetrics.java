package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.MetricFamily;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.registry.PrometheusScrapeRequest;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Indico's metrics, to be registered in a {@link PrometheusRegistry} and closed when the host ends. A scrape reads a
 * snapshot held in memory and at most waits for a refresh that is due; it never throws, whatever becomes of the database
 * or of a collector. Safe for use by many threads.
 *
 * <pre>{@code
 * IndicoMetrics metrics = IndicoMetrics.builder(dataSource).discoverCollectors().build();
 * metrics.register(registry);
 * }</pre>
 *
 * @since 0.1.0
 */
public final class IndicoMetrics implements MultiCollector, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndicoMetrics.class);

    private final List<MetricFamily> families;
    private final Map<String, String> labels;
    private final Duration waitLimit;
    private final Registrations registrations = new Registrations(this);

    /** Null after {@link #close}: a registry may hold on to this object, and shall hold nothing else. */
    private volatile @Nullable Engine engine;

    private volatile @Nullable Status lastStatus;

    IndicoMetrics(Engine engine, Duration waitLimit, Map<String, String> labels) {
        this.engine = engine;
        this.families = engine.families();
        this.waitLimit = waitLimit;
        this.labels = Collections.unmodifiableMap(new TreeMap<>(labels));
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
     * Registers the metrics. {@link #close} takes them out again.
     *
     * @param registry where; each name of ours must be free there, so that a second Indico needs an
     *     {@link IndicoMetricsGroup}
     * @return this
     * @throws IllegalArgumentException if a name is taken
     * @throws IllegalStateException after {@link #close}
     */
    public IndicoMetrics register(PrometheusRegistry registry) {
        registrations.add(registry);
        return this;
    }

    /**
     * Starts a refresh of all that is due, in the background: a host that calls this at its start spares the first
     * scrape the wait. Returns at once, also while the database is away. Does nothing after {@link #close}.
     */
    public void warmUp() {
        Engine open = engine;
        if (open != null) {
            open.refreshDue();
        }
    }

    /**
     * The families asked for, refreshed before where they are due.
     *
     * @param names which names are wanted; a collector that has none of them is not run
     * @param limit how long to wait for a refresh; then the last good values are given, and the refresh goes on
     * @return the families, and whether this call waited for new values and got them
     */
    public Scrape scrape(Predicate<String> names, Duration limit) {
        return begin(names).await(limit);
    }

    /** Starts what is due for these names. Neither this nor the wait for it throws. */
    PendingScrape begin(Predicate<String> names) {
        Engine open = engine;
        if (open == null) {
            return PendingScrape.NOTHING;
        }
        try {
            PendingScrape begun = open.begin(names);
            return limit -> await(begun, limit);
        } catch (RuntimeException | Error e) {
            LOG.error("a scrape of Indico's metrics failed", e);
            return PendingScrape.NOTHING;
        }
    }

    private static Scrape await(PendingScrape begun, Duration limit) {
        try {
            return begun.await(limit);
        } catch (RuntimeException | Error e) {
            LOG.error("a scrape of Indico's metrics failed", e);
            return PendingScrape.NOTHING.await(limit);
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
        Engine open = engine;
        if (open == null) {
            throw new IllegalStateException("these metrics are closed");
        }
        return open.readOnce(at);
    }

    /**
     * How the database and the collectors stood when they were last tried. Asks nothing.
     *
     * @return the status; after {@link #close} the last one
     */
    public Status status() {
        Engine open = engine;
        return open != null ? open.status() : Objects.requireNonNull(lastStatus);
    }

    /**
     * All families that a scrape can show, the engine's own ones included.
     *
     * @return by name
     */
    public List<MetricFamily> families() {
        return families;
    }

    Map<String, String> labels() {
        return labels;
    }

    Duration waitLimit() {
        return waitLimit;
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
        return Descriptors.of(families, labels.keySet());
    }

    /** For clients before 1.7, which check names and nothing else. */
    @Override
    @Deprecated
    public List<String> getPrometheusNames() {
        return families.stream().map(FamilyNames::modelName).toList();
    }

    /**
     * Leaves the registries that {@link #register} put these metrics in, cancels what runs, and ends all threads.
     * Afterwards a scrape gives nothing and asks nothing. The data source stays open: it is the host's.
     *
     * <p>A host that called {@code registry.register(metrics)} itself calls {@code registry.unregister(metrics)} as well:
     * until then the registry keeps the names, and refuses other metrics of these names. Of what was read it keeps
     * nothing.
     */
    @Override
    public void close() {
        registrations.close();
        Engine open = engine;
        if (open != null) {
            open.close();
            lastStatus = open.status();
            engine = null;
        }
    }
}
