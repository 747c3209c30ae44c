package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Configures {@link IndicoMetrics}. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class IndicoMetricsBuilder {
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

    private final DataSource dataSource;
    private final List<MetricCollector> given = new ArrayList<>();
    private final Set<String> included = new LinkedHashSet<>();
    private final Set<String> excluded = new LinkedHashSet<>();
    private final Map<RefreshClass, Duration> ttls = new EnumMap<>(Map.of(
            RefreshClass.LIVE, Duration.ofSeconds(55),
            RefreshClass.STANDARD, Duration.ofSeconds(285),
            RefreshClass.HEAVY, Duration.ofMinutes(30)));
    private final Map<String, Duration> collectorTtls = new TreeMap<>();
    private final Map<RefreshClass, Duration> queryBudgets = new EnumMap<>(Map.of(
            RefreshClass.LIVE, Duration.ofSeconds(2),
            RefreshClass.STANDARD, Duration.ofSeconds(10),
            RefreshClass.HEAVY, Duration.ofSeconds(120)));
    private @Nullable ClassLoader discoverIn;
    private @Nullable ZoneId zone;
    private Duration activeUserAge = Duration.ofDays(2);
    private @Nullable Duration maxAge;
    private Duration waitLimit = Duration.ofSeconds(4);
    private Duration lockTimeout = Duration.ofSeconds(1);
    private @Nullable String workMem;
    private int workers;
    private final Map<String, String> labels = new TreeMap<>();
    private RefreshMode refreshMode = RefreshMode.ON_SCRAPE;
    private TimeSource time = TimeSource.system();

    IndicoMetricsBuilder(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Adds collectors. One given here wins over a discovered one of the same class.
     *
     * @param more collectors, whose names and families must not clash with others
     * @return this
     */
    public IndicoMetricsBuilder collectors(MetricCollector... more) {
        return collectors(List.of(more));
    }

    /**
     * Adds collectors. One given here wins over a discovered one of the same class.
     *
     * @param more collectors, whose names and families must not clash with others
     * @return this
     */
    public IndicoMetricsBuilder collectors(Collection<? extends MetricCollector> more) {
        given.addAll(more);
        return this;
    }

    /**
     * Adds the collectors that {@link java.util.ServiceLoader} finds with the thread's context class loader. A broken
     * one is logged and left out.
     *
     * @return this
     */
    public IndicoMetricsBuilder discoverCollectors() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return discoverCollectors(context != null ? context : IndicoMetrics.class.getClassLoader());
    }

    /**
     * Adds the collectors that {@link java.util.ServiceLoader} finds. A broken one is logged and left out.
     *
     * @param classLoader where to look
     * @return this
     */
    public IndicoMetricsBuilder discoverCollectors(ClassLoader classLoader) {
        this.discoverIn = classLoader;
        return this;
    }

    /**
     * Runs only the collectors named.
     *
     * @param names names of collectors; none for all, which is the default
     * @return this
     */
    public IndicoMetricsBuilder include(Collection<String> names) {
        included.addAll(names);
        return this;
    }

    /**
     * Leaves collectors out.
     *
     * @param names names of collectors
     * @return this
     */
    public IndicoMetricsBuilder exclude(Collection<String> names) {
        excluded.addAll(names);
        return this;
    }

    /**
     * Sets the zone in which the Indico server runs: room booking is stored in its wall-clock time.
     *
     * @param indicoZone by default the time zone of Indico's root category
     * @return this
     */
    public IndicoMetricsBuilder zone(ZoneId indicoZone) {
        this.zone = indicoZone;
        return this;
    }

    /**
     * Sets how recent a login must be for its user to count as active.
     *
     * @param age 48 hours by default
     * @return this
     */
    public IndicoMetricsBuilder activeUserAge(Duration age) {
        this.activeUserAge = positive("active user age", age);
        return this;
    }

    /**
     * Sets how long values of a refresh class are fresh. A little less than the scrape interval, or a multiple of it, or
     * refreshes skip at random.
     *
     * @param refreshClass the class
     * @param ttl 55 s, 285 s and 30 min by default
     * @return this
     */
    public IndicoMetricsBuilder ttl(RefreshClass refreshClass, Duration ttl) {
        ttls.put(refreshClass, positive("TTL of " + refreshClass.label(), ttl));
        return this;
    }

    /**
     * Sets how long the values of one collector are fresh.
     *
     * @param collector its name
     * @param ttl its class's by default
     * @return this
     */
    public IndicoMetricsBuilder ttl(String collector, Duration ttl) {
        collectorTtls.put(collector, positive("TTL of " + collector, ttl));
        return this;
    }

    /**
     * Sets how old values may become when no new ones can be read; then they are absent. Values that depend on the clock
     * are absent beyond the TTL.
     *
     * @param age twice the TTL and one query budget by default; the TTL where that is longer
     * @return this
     */
    public IndicoMetricsBuilder maxAge(Duration age) {
        this.maxAge = positive("maximum age", age);
        return this;
    }

    /**
     * Sets how long a scrape through the registry may wait for a refresh. When it ends, the scrape gets the last good
     * values, and the refresh goes on.
     *
     * @param limit 4 seconds by default, since some clients give up after 5
     * @return this
     */
    public IndicoMetricsBuilder waitLimit(Duration limit) {
        this.waitLimit = positive("wait limit", limit);
        return this;
    }

    /**
     * Sets how long the database may work for one transaction of a refresh class before it is cancelled on the server.
     * What Java takes in between does not count, but no transaction lasts more than 5 seconds longer than this.
     *
     * @param refreshClass the class
     * @param budget 2 s, 10 s and 120 s by default; 1 ms to one day
     * @return this
     */
    public IndicoMetricsBuilder queryBudget(RefreshClass refreshClass, Duration budget) {
        queryBudgets.put(refreshClass, timeout("query budget of " + refreshClass.label(), budget));
        return this;
    }

    /**
     * Sets how long a statement may wait for a lock.
     *
     * @param timeout 1 second by default; 1 ms to one day
     * @return this
     */
    public IndicoMetricsBuilder lockTimeout(Duration timeout) {
        this.lockTimeout = timeout("lock timeout", timeout);
        return this;
    }

    /**
     * Sets {@code work_mem} for the transactions.
     *
     * @param amount as PostgreSQL spells it, such as {@code 16MB}; the server's by default
     * @return this
     */
    public IndicoMetricsBuilder workMem(String amount) {
        this.workMem = amount;
        return this;
    }

    /**
     * Sets how many parallel workers a query may use.
     *
     * @param number 0 by default: a metric is not worth a second core of Indico's database
     * @return this
     */
    public IndicoMetricsBuilder workers(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("workers: got " + number + ", expected 0 or more");
        }
        this.workers = number;
        return this;
    }

    /**
     * Gives every series a label in addition to its own, the engine's own series included. It tells several Indicos
     * apart in one registry, where they are put together by {@link IndicoMetricsGroup}.
     *
     * @param name lower-case letters, digits and underscores, such as {@code instance_name}. Not {@code instance} or
     *     {@code job}, which Prometheus sets itself. The last value given for a name counts
     * @param value 1 to 128 characters
     * @return this
     */
    public IndicoMetricsBuilder label(String name, String value) {
        int length = value.codePointCount(0, value.length());
        if (value.isBlank() || length > FamilySeries.MAX_CODE_POINTS) {
            throw new IllegalArgumentException("label '" + name + "': got a value of " + length
                    + " characters, expected 1 to " + FamilySeries.MAX_CODE_POINTS + " and not only blanks");
        }
        labels.put(Label.open(name).name(), value);
        return this;
    }

    /**
     * Sets what starts a refresh.
     *
     * @param mode {@link RefreshMode#ON_SCRAPE} by default
     * @return this
     */
    public IndicoMetricsBuilder refreshMode(RefreshMode mode) {
        this.refreshMode = mode;
        return this;
    }

    /**
     * Sets the clock, for tests and simulations: values, ages and timestamps follow it.
     *
     * @param clock the system's by default, with ages measured by the monotonic clock
     * @return this
     */
    public IndicoMetricsBuilder clock(Clock clock) {
        this.time = TimeSource.of(clock);
        return this;
    }

    /** PostgreSQL takes whole milliseconds, of which 0 are no limit. */
    private static Duration timeout(String what, Duration duration) {
        if (duration.compareTo(SHORTEST_TIMEOUT) < 0 || duration.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    what + ": got " + duration + ", expected " + SHORTEST_TIMEOUT + " to " + LONGEST_TIMEOUT);
        }
        return duration;
    }

    private static Duration positive(String what, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(what + ": got " + duration + ", expected more than zero");
        }
        return duration;
    }

    /**
     * Builds. Each collector is asked for its declaration and run once without a database, to learn which tables and
     * columns it reads; nothing is asked of the database.
     *
     * @return the metrics, to be registered and closed
     * @throws IllegalArgumentException if collectors clash in a name or metric, a setting names a collector that is not
     *     there, or a metric has a label of a name given to {@link #label} already
     */
    public IndicoMetrics build() {
        List<MetricCollector> candidates = candidates();
        checkNames(candidates);
        List<MetricCollector> chosen = candidates.stream()
                .filter(collector -> included.isEmpty() || included.contains(collector.name()))
                .filter(collector -> !excluded.contains(collector.name()))
                .toList();
        Settings settings = new Settings(
                zone,
                activeUserAge,
                Map.copyOf(ttls),
                Map.copyOf(collectorTtls),
                maxAge,
                Map.copyOf(queryBudgets),
                lockTimeout,
                workMem,
                workers,
                refreshMode,
                Labels.of(
                        labels.keySet().toArray(String[]::new), labels.values().toArray(String[]::new)),
                time);
        CollectorCatalog catalog = CollectorCatalog.of(chosen, new DryRun(settings));
        catalog.families().forEach(this::checkLabels);
        Engine engine = new Engine(dataSource, settings, catalog);
        if (refreshMode == RefreshMode.TIMER) {
            engine.startTimer();
        }
        return new IndicoMetrics(engine, waitLimit, labels);
    }

    private void checkLabels(MetricFamily family) {
        for (Label own : family.labels()) {
            if (labels.containsKey(own.name())) {
                throw new IllegalArgumentException("label '" + own.name() + "': the metric '" + family.name()
                        + "' has a label of this name itself; choose another name");
            }
        }
    }

    private List<MetricCollector> candidates() {
        List<MetricCollector> candidates = new ArrayList<>(given);
        Set<Class<?>> known = new HashSet<>();
        given.forEach(collector -> known.add(collector.getClass()));
        if (discoverIn != null) {
            CollectorDiscovery.discover(discoverIn).stream()
                    .filter(collector -> !known.contains(collector.getClass()))
                    .forEach(candidates::add);
        }
        return candidates;
    }

    private void checkNames(List<MetricCollector> candidates) {
        Set<String> names = new TreeSet<>();
        candidates.forEach(collector -> names.add(collector.name()));
        Set<String> asked = new TreeSet<>(included);
        asked.addAll(excluded);
        asked.addAll(collectorTtls.keySet());
        asked.removeAll(names);
        if (!asked.isEmpty()) {
            throw new IllegalArgumentException("no collector is named " + asked + "; there are " + names);
        }
    }
}
