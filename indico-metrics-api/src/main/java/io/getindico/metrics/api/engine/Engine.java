package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Decides, scrape by scrape, what is refreshed, what is waited for and what is served. */
final class Engine implements AutoCloseable {
    private static final int WORK_CONNECTIONS = 2;
    private static final Duration PROBE_LIMIT = Duration.ofMillis(250);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
    private static final Duration TIMER_PERIOD = Duration.ofSeconds(1);

    private final DataSource dataSource;
    private final Settings settings;
    private final CollectorCatalog catalog;
    private final Freshness freshness;
    private final ScrapeContent content;
    private final DatabaseContact contact;
    private final CollectorStates states = new CollectorStates();
    private final Threads threads;
    private final ControlSession controlSession;
    private final Places places;
    private final Semaphore lockTurn = new Semaphore(1);
    private final Map<RefreshClass, ClassRefresher> refreshers = new EnumMap<>(RefreshClass.class);
    private final Set<Refresh> readings = ConcurrentHashMap.newKeySet();
    private final Set<RegisteredCollector> stuck = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    Engine(DataSource dataSource, Settings settings, CollectorCatalog catalog) {
        this(dataSource, settings, catalog, new Threads());
    }

    Engine(DataSource dataSource, Settings settings, CollectorCatalog catalog, Threads threads) {
        this.threads = threads;
        this.dataSource = dataSource;
        this.settings = settings;
        this.catalog = catalog;
        this.freshness = new Freshness(settings);
        this.content = new ScrapeContent(catalog.all(), freshness);
        this.contact = new DatabaseContact(settings.time());
        this.controlSession = new ControlSession(dataSource, settings, contact, threads);
        this.places = new Places(WORK_CONNECTIONS, settings.time());
        for (RefreshClass refreshClass : RefreshClass.values()) {
            RunLimits limits = RunLimits.of(settings, refreshClass);
            refreshers.put(refreshClass, new ClassRefresher(this::isDue, due -> refresh(due, limits, null, states)));
        }
    }

    void startTimer() {
        threads.every(TIMER_PERIOD, this::refreshDue);
    }

    private Refresh refresh(
            Set<RegisteredCollector> due, RunLimits limits, @Nullable Instant valuesAt, CollectorStates into) {
        CollectionRun run =
                new CollectionRun(dataSource, settings, contact, threads, lockTurn, limits, valuesAt, inOrder(due));
        return new Refresh(this, due, limits, into, run);
    }

    private List<RegisteredCollector> inOrder(Set<RegisteredCollector> due) {
        return catalog.all().stream().filter(due::contains).toList();
    }

    /** Starts what is due for these names. */
    PendingScrape begin(Predicate<String> names) {
        if (closed.get()) {
            return PendingScrape.NOTHING;
        }
        Map<String, CollectorState> before = states.current();
        boolean waits = settings.refreshMode() == RefreshMode.ON_SCRAPE;
        List<RegisteredCollector> wanted = waits ? catalog.owningAny(names) : List.of();
        List<CompletableFuture<Void>> refreshes = refreshDue(wanted);
        List<CompletableFuture<Void>> probes =
                refreshes.isEmpty() && isProbeDue(names) ? List.of(controlSession.probe()) : List.of();
        return limit -> {
            boolean refreshed = !refreshes.isEmpty() && await(refreshes, limit) && hasNewValues(wanted, before);
            await(probes, PROBE_LIMIT);
            return new Scrape(shown(names), refreshed);
        };
    }

    private boolean isProbeDue(Predicate<String> names) {
        return SelfMetrics.isAnyWanted(names)
                && !contact.view().isFresh(settings.time().now());
    }

    private MetricSnapshots shown(Predicate<String> names) {
        Map<String, CollectorState> current = states.current();
        DatabaseContact.View database = contact.view();
        // After what it is compared with.
        Moment now = settings.time().now();
        return content.of(current, database, now, names);
    }

    private boolean hasNewValues(List<RegisteredCollector> wanted, Map<String, CollectorState> before) {
        Map<String, CollectorState> after = states.current();
        return wanted.stream()
                .anyMatch(collector -> !Objects.equals(
                        CollectorStates.of(before, collector).lastSuccess(),
                        CollectorStates.of(after, collector).lastSuccess()));
    }

    /** Starts what is due, or joins what runs; returns what is worth waiting for. */
    private List<CompletableFuture<Void>> refreshDue(Collection<RegisteredCollector> wanted) {
        places.takeBack();
        Map<RefreshClass, Set<RegisteredCollector>> byClass = new EnumMap<>(RefreshClass.class);
        for (RegisteredCollector collector : wanted) {
            byClass.computeIfAbsent(collector.refreshClass(), key -> new HashSet<>())
                    .add(collector);
        }
        List<CompletableFuture<Void>> worthWaiting = new ArrayList<>();
        byClass.forEach((refreshClass, collectors) -> {
            CompletableFuture<Void> done = refresher(refreshClass).refresh(collectors);
            if (done != null && refreshClass != RefreshClass.HEAVY) {
                worthWaiting.add(done);
            }
        });
        return worthWaiting;
    }

    private boolean isDue(RegisteredCollector collector) {
        CollectorState state = states.of(collector);
        // After what it is compared with.
        return !stuck.contains(collector)
                && freshness.isDue(collector, state, settings.time().now());
    }

    void refreshDue() {
        refreshDue(catalog.all());
    }

    private ClassRefresher refresher(RefreshClass refreshClass) {
        ClassRefresher refresher = refreshers.get(refreshClass);
        if (refresher == null) {
            throw new IllegalStateException("no refresher for " + refreshClass);
        }
        return refresher;
    }

    /** Whether all ended within the limit. What has not goes on. */
    private static boolean await(List<CompletableFuture<Void>> futures, Duration limit) {
        try {
            CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                    .get(TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Reads every collector once, with the heavy budget, into a state of its own that no scrape sees. */
    Reading readOnce(@Nullable Instant valuesAt) {
        CollectorStates own = new CollectorStates();
        Refresh refresh = refresh(
                Set.copyOf(catalog.all()),
                RunLimits.of(settings, RefreshClass.HEAVY),
                valuesAt == null ? null : TimeSource.inMicroseconds(valuesAt),
                own);
        readings.add(refresh);
        try {
            // After it was added: what is closed now ends it.
            if (closed.get()) {
                throw new IllegalStateException("these metrics are closed");
            }
            refresh.start();
            refresh.done().join();
        } finally {
            readings.remove(refresh);
        }
        Moment now = settings.time().now();
        return new Reading(content.whole(own.current(), contact.view(), now), status(own));
    }

    Status status() {
        return status(states);
    }

    private Status status(CollectorStates of) {
        Map<String, CollectorState> current = of.current();
        DatabaseContact.View database = contact.view();
        IndicoZone zone = database.zone();
        return new Status(
                database.isUp(settings.time().now()),
                database.error(),
                database.detail(),
                database.revisions(),
                Heads.release(database.revisions()),
                zone == null ? null : zone.zone() + " (" + zone.origin() + ")",
                database.loginWarnings(),
                database.tableWarnings(),
                catalog.all().stream()
                        .map(collector -> {
                            CollectorState state = CollectorStates.of(current, collector);
                            return CollectorStatus.of(collector, state, freshness);
                        })
                        .toList());
    }

    CollectorCatalog catalog() {
        return catalog;
    }

    Settings settings() {
        return settings;
    }

    DatabaseContact contact() {
        return contact;
    }

    Threads threads() {
        return threads;
    }

    ControlSession controlSession() {
        return controlSession;
    }

    Places places() {
        return places;
    }

    /** A collector whose thread did not come back is left out until it does. */
    void stuck(@Nullable RegisteredCollector collector) {
        if (collector != null) {
            stuck.add(collector);
        }
    }

    void noLongerStuck(@Nullable RegisteredCollector collector) {
        if (collector != null) {
            stuck.remove(collector);
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        Stream<Refresh> running =
                refreshers.values().stream().map(ClassRefresher::close).filter(Objects::nonNull);
        CompletableFuture<?>[] ends =
                Stream.concat(running, readings.stream()).map(this::end).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(ends).join();
        threads.close();
    }

    /** Beside others, or, for want of a thread, after them. */
    private CompletableFuture<Void> end(Refresh refresh) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Runnable end = () -> {
            refresh.end(CLOSE_PATIENCE);
            ended.complete(null);
        };
        if (!threads.start(end)) {
            end.run();
        }
        return ended;
    }
}
