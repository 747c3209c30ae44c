package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.MetricCollector;
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
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Indico's metrics. The host registers them in a {@link PrometheusRegistry} and closes them when it stops. A scrape
 * reads a snapshot in memory; at most it waits for a refresh that is due. It never throws, whatever happens to the
 * database or a collector. Safe for use by many threads.
 *
 * <pre>{@code
 * IndicoMetrics metrics = IndicoMetrics.builder(dataSource).discoverCollectors().build();
 * metrics.register(registry);
 * }</pre>
 *
 * @since 0.1.0
 */
public final class IndicoMetrics implements MultiCollector, AutoCloseable {
    private static final Duration SHORTEST_HISTORY = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(IndicoMetrics.class);

    private static final Scrape.Pending CLOSED = limit -> Scrape.NOTHING;

    private final List<MetricFamily> families;
    private final Map<String, String> labels;
    private final Duration waitLimit;
    private final Registrations registrations = new Registrations(this);

    /** Null after {@link #close}: a registry may keep this object, which must not keep the engine in memory. */
    private volatile @Nullable Engine engine;

    private volatile @Nullable Status lastStatus;

    IndicoMetrics(Engine engine, Duration waitLimit, Map<String, String> labels) {
        this.engine = engine;
        this.families = engine.families();
        this.waitLimit = waitLimit;
        this.labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /**
     * Creates a builder.
     *
     * @param dataSource provides connections to Indico's PostgreSQL database; the metrics hold at most three at a time,
     *     and none before the first refresh. If a pool provides fewer, none may be left to check whether another
     *     session waits for a refresh's locks; a refresh that runs unchecked for five seconds is then cancelled
     * @return a builder with the defaults
     */
    public static IndicoMetricsBuilder builder(DataSource dataSource) {
        return new IndicoMetricsBuilder(dataSource);
    }

    /**
     * Registers the metrics. {@link #close} unregisters them.
     *
     * @param registry the registry; it must not contain any of these names yet, so several Indicos need an {@link
     *     IndicoMetricsGroup}
     * @return this
     * @throws IllegalArgumentException if a name is taken
     * @throws IllegalStateException after {@link #close}
     */
    public IndicoMetrics register(PrometheusRegistry registry) {
        registrations.add(registry);
        return this;
    }

    /**
     * Refreshes everything that is due, in the background. If a host calls this when it starts, the first scrape need
     * not wait. Returns at once, even if the database is down. Does nothing after {@link #close}.
     */
    public void warmUp() {
        Engine open = engine;
        if (open != null) {
            open.refreshDue();
        }
    }

    /**
     * Calls a listener with what a scrape would show, first soon after this call, and then whenever it has changed: after
     * a refresh, when values become too old, and when the database is no longer reached. It is for hosts whose registry
     * is not a {@link PrometheusRegistry}.
     *
     * @param listener runs on a thread of the engine, one call at a time, and must not block. It always gets all families.
     *     If it throws, that is logged, and it is called again at the next change. {@link #close} calls it with no
     *     metrics on the thread that closes, and never again
     * @return ends the calls
     * @throws IllegalStateException without {@link IndicoMetricsBuilder#refreshByTimer}, because then only scrapes refresh;
     *     also after {@link #close}
     */
    public Subscription onChange(Consumer<MetricSnapshots> listener) {
        return open().onChange(listener);
    }

    /**
     * Returns the requested families, after refreshing those that are due.
     *
     * @param names selects the families by name; a query that feeds none of them does not run
     * @param limit how long to wait for a refresh; after that, the last good values are returned and the refresh
     *     continues
     * @return the families, and whether this call waited for new values and got them
     */
    public Scrape scrape(Predicate<String> names, Duration limit) {
        return begin(names).await(limit);
    }

    /** Starts the refreshes that are due for these names. Neither this method nor waiting for the result throws. */
    Scrape.Pending begin(Predicate<String> names) {
        Engine open = engine;
        if (open == null) {
            return CLOSED;
        }
        Scrape.Pending begun = guarded(() -> open.begin(names), CLOSED);
        return limit -> guarded(() -> begun.await(limit), Scrape.NOTHING);
    }

    private static <T> T guarded(Supplier<T> work, T otherwise) {
        try {
            return work.get();
        } catch (RuntimeException | Error e) {
            LOG.error("a scrape of Indico's metrics failed", e);
            return otherwise;
        }
    }

    /**
     * Reads every collector once, now. It uses one transaction (on a standby, one for each collector) with the budget
     * of the heavy class. Scrapes do not see the values, and their refreshes go on. Blocks until everything is read, or
     * until {@link #close} cancels it.
     *
     * @param at the instant that the values use as now, or null for the current time; self-metrics always use the clock
     * @return the metrics and the status
     * @throws IllegalStateException after {@link #close}
     */
    public Reading readOnce(@Nullable Instant at) {
        return open().readOnce(at);
    }

    /**
     * The pasts that collectors declare for enabled families. Does not access the database.
     *
     * @return in the order of the collectors' names; a family of several parts has several
     * @throws IllegalStateException after {@link #close}
     */
    public List<History> histories() {
        return open().histories();
    }

    /**
     * The pasts that a collector declares, which need not be one of these metrics' own. It is for a host that shows a
     * past that no scrape shows. Does not access the database.
     *
     * @param collector declares the families and their pasts; its queries do not run
     * @return in the order of the declaration; empty if the collector fails
     * @throws IllegalStateException after {@link #close}
     */
    public List<History> histories(MetricCollector collector) {
        return open().histories(collector);
    }

    /**
     * Reads the past of some families. Each transaction has the budget of the heavy class, and takes at most a minute.
     * {@link FamilyHistory#inPartsOf} allows several transactions; otherwise there is one. A transaction that yields to a
     * session that waits for a lock is repeated after five seconds, at most ten times.
     * Blocks until it is read, or until {@link #close} cancels it.
     *
     * @param history one of {@link #histories()}
     * @param first the instant of the first value
     * @param steps how many values to read, one {@link History#step()} apart; from 1 on
     * @param sink takes the values, on this thread or on one of the engine
     * @return whether all values were read, and if not, why
     * @throws IllegalStateException after {@link #close}
     */
    public HistoryOutcome readHistory(History history, Instant first, int steps, HistorySink sink) {
        return readHistory(history, first, steps, RunLimits.HISTORY, sink);
    }

    /**
     * Like {@link #readHistory(History, Instant, int, HistorySink)}, with a query budget of its own.
     *
     * @param history one of {@link #histories()} or of {@link #histories(MetricCollector)}
     * @param first the instant of the first value
     * @param steps how many values to read, one {@link History#step()} apart; from 1 on
     * @param budget how long the database may work for each transaction, from one second on; the budget of the heavy class
     *     still holds
     * @param sink takes the values, on this thread or on one of the engine
     * @return whether all values were read, and if not, why
     * @throws IllegalArgumentException if the budget is less than a second
     * @throws IllegalStateException after {@link #close}
     */
    public HistoryOutcome readHistory(History history, Instant first, int steps, Duration budget, HistorySink sink) {
        if (budget.compareTo(SHORTEST_HISTORY) < 0) {
            throw new IllegalArgumentException("budget: got " + budget + ", expected at least " + SHORTEST_HISTORY);
        }
        return open().readHistory(history, first, steps, budget, sink);
    }

    /**
     * The SQL that gives a role the rights that {@link #histories()} need beyond those of {@link #grants}, and the SQL that
     * revokes them, as a comment. Does not access the database.
     *
     * @param role the name of the role, which must exist
     * @return several statements
     * @throws IllegalArgumentException if no role can have this name
     * @throws IllegalStateException after {@link #close}
     */
    public String grantsForHistories(String role) {
        return open().grantsForHistories(role);
    }

    /**
     * The statements that read the enabled families, for people who want to know what is read. A comment before each names its collector and families. Left out are the statements of the engine itself,
     * which set time limits and read PostgreSQL's catalog and statistics. Where a role may call a function that {@link
     * #grants} creates, the statement calls it, and otherwise reads the function's columns. Does not access the database,
     * so the sets of ids that some statements contain are empty.
     *
     * @return an SQL script
     * @throws IllegalStateException after {@link #close}
     */
    public String statements() {
        return open().statements();
    }

    /**
     * The SQL that creates a role which may read what the enabled families need, and nothing else. An administrator runs
     * it on Indico's database, as often as needed; it revokes nothing. Does not access the database.
     *
     * @param role the name of the role
     * @param withFunctions whether to create the functions that {@link io.getindico.metrics.api.DerivedRows} define; if
     *     not, the families that need them are left out, and a comment names them
     * @return several statements
     * @throws IllegalArgumentException if no role can have this name
     * @throws IllegalStateException after {@link #close}
     */
    public String grants(String role, boolean withFunctions) {
        return open().grants(role, withFunctions);
    }

    /**
     * {@return the status of the database and the collectors as of the last attempts} Does not access the database.
     * After {@link #close}, the status is the last one.
     */
    public Status status() {
        Engine open = engine;
        return open != null ? open.status() : Objects.requireNonNull(lastStatus);
    }

    /**
     * {@return the status before any attempt, with the queries of the collectors and what they read} Does not access the
     * database.
     *
     * @throws IllegalStateException after {@link #close}
     */
    public Status declared() {
        return open().declared();
    }

    private Engine open() {
        Engine open = engine;
        if (open == null) {
            throw new IllegalStateException("these metrics are closed");
        }
        return open;
    }

    /** {@return all families that a scrape can show, including the engine's own, sorted by name} */
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

    /** For clients before 1.7, which check only names. */
    @Override
    @Deprecated
    public List<String> getPrometheusNames() {
        return families.stream().map(FamilyNames::modelName).toList();
    }

    /**
     * Unregisters the metrics from the registries passed to {@link #register}, cancels running refreshes, and ends all
     * threads. After that, a scrape returns nothing and does not access the database. The data source belongs to the
     * host and stays open.
     *
     * <p>A host that called {@code registry.register(metrics)} itself must also call {@code
     * registry.unregister(metrics)}. Until then the registry rejects other metrics with these names. It holds no values
     * that were read.
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
