package io.getindico.metrics.api.engine;

import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toCollection;

import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
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
    private static final Duration LONGEST = Duration.ofDays(3650);

    private final DataSource dataSource;
    private final List<MetricCollector> added = new ArrayList<>();
    private final Set<String> included = new LinkedHashSet<>();
    private final Set<String> excluded = new LinkedHashSet<>();
    private final FamilySelection families = new FamilySelection();
    private final Map<String, Map<String, String>> collectorSettings = new TreeMap<>();
    private final Map<RefreshClass, Duration> ttls = new EnumMap<>(RefreshClass.class);
    private final Map<String, Duration> collectorTtls = new TreeMap<>();
    private final Map<RefreshClass, Duration> queryBudgets = new EnumMap<>(RefreshClass.class);
    private @Nullable ClassLoader discoverIn;
    private @Nullable ZoneId zone;
    private @Nullable Duration maxAge;
    private Duration waitLimit = Duration.ofSeconds(4);
    private Duration lockTimeout = Duration.ofSeconds(1);
    private @Nullable String workMem;
    private int workers;
    private double databaseShare = 0.01;
    private final Map<String, String> labels = new TreeMap<>();
    private boolean timer;
    private boolean allCollectorMetrics;
    private TimeSource time = TimeSource.system();

    IndicoMetricsBuilder(DataSource dataSource) {
        this.dataSource = dataSource;
        for (RefreshClass refreshClass : RefreshClass.values()) {
            ttls.put(refreshClass, refreshClass.defaultTtl());
            queryBudgets.put(refreshClass, refreshClass.defaultQueryBudget());
        }
    }

    /**
     * Adds collectors. A collector added here replaces a discovered one of the same class.
     *
     * @param more collectors whose names and families do not clash with those of others
     * @return this
     */
    public IndicoMetricsBuilder collectors(MetricCollector... more) {
        return collectors(List.of(more));
    }

    /**
     * Adds collectors. A collector added here replaces a discovered one of the same class.
     *
     * @param more collectors whose names and families do not clash with those of others
     * @return this
     */
    public IndicoMetricsBuilder collectors(Collection<? extends MetricCollector> more) {
        added.addAll(more);
        return this;
    }

    /**
     * Adds the collectors that {@link java.util.ServiceLoader} finds with the thread's context class loader. A
     * broken collector is logged and skipped.
     *
     * @return this
     */
    public IndicoMetricsBuilder discoverCollectors() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return discoverCollectors(context != null ? context : IndicoMetrics.class.getClassLoader());
    }

    /**
     * Adds the collectors that {@link java.util.ServiceLoader} finds. A broken collector is logged and skipped.
     *
     * @param classLoader the class loader to search
     * @return this
     */
    public IndicoMetricsBuilder discoverCollectors(ClassLoader classLoader) {
        this.discoverIn = classLoader;
        return this;
    }

    /**
     * Runs only the named collectors.
     *
     * @param names names of collectors; if there are none, all collectors run, which is the default
     * @return this
     */
    public IndicoMetricsBuilder include(Collection<String> names) {
        included.addAll(names);
        return this;
    }

    /**
     * Excludes collectors. If another collector feeds the same family, the family is shown only if a constant label
     * distinguishes their parts.
     *
     * @param names names of collectors
     * @return this
     */
    public IndicoMetricsBuilder exclude(Collection<String> names) {
        excluded.addAll(names);
        return this;
    }

    /**
     * Sets the time zone of the Indico server, in whose wall-clock time room bookings are stored.
     *
     * @param indicoZone the zone; by default that of Indico's root category
     * @return this
     */
    public IndicoMetricsBuilder zone(ZoneId indicoZone) {
        this.zone = indicoZone;
        return this;
    }

    /**
     * Chooses the families by profile. The engine computes only the families of the profile. It does not run a query or
     * a collector that feeds none of them.
     *
     * @param profile {@link Profile#DEFAULT} by default; not {@link Profile#OPT_IN}
     * @return this
     * @throws IllegalArgumentException for {@link Profile#OPT_IN}, whose families are enabled by {@link #extraFamilies}
     */
    public IndicoMetricsBuilder profile(Profile profile) {
        families.profile(profile);
        return this;
    }

    /**
     * Restricts the profile to some of its families.
     *
     * @param names names of families, or beginnings of names followed by {@code *}; if there are none, the whole
     *     profile is on, which is the default
     * @return this
     */
    public IndicoMetricsBuilder families(Collection<String> names) {
        families.only(names);
        return this;
    }

    /**
     * Adds families to those of the profile. This is the only way to enable those of {@link Profile#OPT_IN}.
     *
     * @param names names of families, or beginnings of names followed by {@code *}
     * @return this
     */
    public IndicoMetricsBuilder extraFamilies(Collection<String> names) {
        families.extra(names);
        return this;
    }

    /**
     * Excludes families, including extra ones.
     *
     * @param names names of families, or beginnings of names followed by {@code *}
     * @return this
     */
    public IndicoMetricsBuilder excludeFamilies(Collection<String> names) {
        families.exclude(names);
        return this;
    }

    /**
     * Sets a setting of one collector.
     *
     * @param collector the collector's name
     * @param key the setting's key, such as {@code age} of {@code active_users}
     * @param value the value as text, such as {@code 48h}
     * @return this
     */
    public IndicoMetricsBuilder setting(String collector, String key, String value) {
        collectorSettings.computeIfAbsent(collector, name -> new TreeMap<>()).put(key, value);
        return this;
    }

    /**
     * Adds self-metrics to the five series of each collector: how much PostgreSQL reads for it, its share of a core,
     * and when it was last tried.
     *
     * @param on false by default
     * @return this
     */
    public IndicoMetricsBuilder allCollectorMetrics(boolean on) {
        this.allCollectorMetrics = on;
        return this;
    }

    /**
     * Sets how long values of a refresh class are fresh. Choose slightly less than the scrape interval or a multiple of
     * it; otherwise some scrapes find the values still fresh and others do not.
     *
     * @param refreshClass the class
     * @param ttl 55 s, 285 s and 30 min by default; at most 3650 days
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
     * @param ttl by default that of its class; at most 3650 days
     * @return this
     */
    public IndicoMetricsBuilder ttl(String collector, Duration ttl) {
        collectorTtls.put(collector, positive("TTL of " + collector, ttl));
        return this;
    }

    /**
     * Sets the age beyond which values are absent if no new ones can be read. Values that depend on the clock are
     * absent beyond the TTL.
     *
     * @param age twice the TTL plus one query budget by default; a value below the TTL counts as the TTL; at most 3650
     *     days
     * @return this
     */
    public IndicoMetricsBuilder maxAge(Duration age) {
        this.maxAge = positive("maximum age", age);
        return this;
    }

    /**
     * Sets how long a scrape through the registry may wait for a refresh. After that, the scrape gets the last good
     * values, and the refresh continues.
     *
     * @param limit 4 seconds by default, since some clients give up after 5; at most 3650 days
     * @return this
     */
    public IndicoMetricsBuilder waitLimit(Duration limit) {
        this.waitLimit = positive("wait limit", limit);
        return this;
    }

    /**
     * Sets how long the database may work for one transaction of a refresh class before it is cancelled on the server.
     * Time spent in Java does not count, but the transaction lasts at most 5 seconds longer than the budget.
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
     * @param amount in PostgreSQL's notation, such as {@code 16MB}; by default the server's setting
     * @return this
     */
    public IndicoMetricsBuilder workMem(String amount) {
        this.workMem = amount;
        return this;
    }

    /**
     * Sets how many parallel workers a query may use.
     *
     * @param number 0 by default, because Indico may need the other cores
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
     * Limits how much of one core of the database all queries take together. If they need more, the engine stretches
     * TTLs, beginning with the costliest standard and heavy queries. It stretches those of live queries only if these
     * alone need more than half of the share.
     *
     * @param share more than 0 and at most 1; 0.01 by default
     * @return this
     */
    public IndicoMetricsBuilder databaseShare(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "database share: got " + share + ", expected more than 0 and at most 1, such as 0.01");
        }
        this.databaseShare = share;
        return this;
    }

    /**
     * Adds a label to every series, including the engine's own. It distinguishes several Indicos in one registry;
     * {@link IndicoMetricsGroup} combines them.
     *
     * @param name lower-case letters, digits and underscores, such as {@code instance_name}. Not {@code instance} or
     *     {@code job}, which Prometheus sets itself. A later value for the same name replaces the earlier one
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
     * Refreshes by a timer, shortly before values become stale, so that scrapes never wait. By default, a scrape that
     * finds stale values starts the refresh, so without scrapes no SQL runs.
     *
     * @return this
     */
    public IndicoMetricsBuilder refreshByTimer() {
        this.timer = true;
        return this;
    }

    /**
     * Sets the clock, for tests and simulations. Values, ages and timestamps follow it.
     *
     * @param clock the clock; by default the system clock, with ages measured by the monotonic clock
     * @return this
     */
    public IndicoMetricsBuilder clock(Clock clock) {
        this.time = TimeSource.of(clock);
        return this;
    }

    /** PostgreSQL takes whole milliseconds, and 0 means no limit. */
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
        if (duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + ": got " + duration + ", expected at most " + LONGEST);
        }
        return duration;
    }

    /**
     * Builds the metrics. This reads the declaration of each collector. The queries are read at the first refresh. The
     * database is not accessed.
     *
     * @return the metrics; register them, and close them at the end
     * @throws IllegalArgumentException if collectors clash in a name or metric, a setting names an unknown collector,
     *     family or key, a collector's setting has an invalid value, or a metric already has a label with a name given
     *     to {@link #label}
     */
    public IndicoMetrics build() {
        List<MetricCollector> candidates = candidates();
        checkNames(candidates);
        Map<Boolean, List<RegisteredCollector>> byOn =
                candidates.stream().map(this::register).collect(partitioningBy(this::isOn));
        CollectorCatalog catalog =
                CollectorCatalog.of(byOn.getOrDefault(true, List.of()), byOn.getOrDefault(false, List.of()));
        EngineSettings settings = new EngineSettings(
                zone,
                Map.copyOf(ttls),
                Map.copyOf(collectorTtls),
                maxAge,
                Map.copyOf(queryBudgets),
                lockTimeout,
                workMem,
                workers,
                databaseShare,
                timer,
                allCollectorMetrics,
                Labels.of(
                        labels.keySet().toArray(String[]::new), labels.values().toArray(String[]::new)),
                time);
        catalog.families(allCollectorMetrics).forEach(this::checkLabels);
        Engine engine = new Engine(dataSource, settings, catalog);
        if (timer) {
            engine.startTimer();
        }
        return new IndicoMetrics(engine, waitLimit, labels);
    }

    private boolean isOn(RegisteredCollector collector) {
        boolean isIncluded = included.isEmpty() || included.contains(collector.name());
        // The catalog rejects a collector that declares no families.
        boolean isWithoutFamilies = collector.families().isEmpty()
                && !collector.collector().families().isEmpty();
        return isIncluded && !excluded.contains(collector.name()) && !isWithoutFamilies;
    }

    private void checkLabels(MetricFamily family) {
        for (Label own : family.labels()) {
            if (labels.containsKey(own.name())) {
                throw new IllegalArgumentException("label '" + own.name() + "': metric '" + family.name()
                        + "' already has a label with this name; choose another name");
            }
        }
    }

    private RegisteredCollector register(MetricCollector collector) {
        List<MetricFamily> on =
                collector.families().stream().filter(families::isOn).toList();
        Map<String, String> given = collectorSettings.getOrDefault(collector.name(), Map.of());
        Map<CollectorSetting<?>, Object> values = new HashMap<>();
        for (CollectorSetting<?> setting : collector.settings()) {
            values.put(setting, value(collector.name(), setting, given.get(setting.key())));
        }
        return new RegisteredCollector(collector, collector.name(), collector.refreshClass(), on, Map.copyOf(values));
    }

    private static Object value(String collector, CollectorSetting<?> setting, @Nullable String text) {
        try {
            return Objects.requireNonNull(text == null ? setting.defaultValue() : setting.parse(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "setting '" + setting.key() + "' of collector '" + collector + "': " + e.getMessage(), e);
        }
    }

    private List<MetricCollector> candidates() {
        List<MetricCollector> candidates = new ArrayList<>(added);
        Set<Class<?>> known = new HashSet<>();
        added.forEach(collector -> known.add(collector.getClass()));
        if (discoverIn != null) {
            CollectorDiscovery.discover(discoverIn, "class path").stream()
                    .filter(collector -> !known.contains(collector.getClass()))
                    .forEach(candidates::add);
        }
        return candidates;
    }

    private void checkNames(List<MetricCollector> candidates) {
        Set<String> asked = new TreeSet<>(included);
        asked.addAll(excluded);
        asked.addAll(collectorTtls.keySet());
        asked.addAll(collectorSettings.keySet());
        refuseUnknown("collector", asked, candidates.stream().map(MetricCollector::name));
        families.check(candidates.stream()
                .flatMap(collector -> collector.families().stream())
                .toList());
        for (MetricCollector collector : candidates) {
            refuseUnknown(
                    "setting of collector '" + collector.name() + "'",
                    collectorSettings.getOrDefault(collector.name(), Map.of()).keySet(),
                    collector.settings().stream().map(CollectorSetting::key));
        }
    }

    private static void refuseUnknown(String what, Set<String> asked, Stream<String> known) {
        Set<String> names = known.collect(toCollection(TreeSet::new));
        Set<String> unknown = new TreeSet<>(asked);
        unknown.removeAll(names);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("no " + what + " is named " + unknown + "; there are " + names);
        }
    }
}
