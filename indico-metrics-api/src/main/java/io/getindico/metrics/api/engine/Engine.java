package io.getindico.metrics.api.engine;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Decides for each scrape which queries to refresh, what to wait for and which values to serve. */
final class Engine implements AutoCloseable {
    private static final Duration PROBE_LIMIT = Duration.ofMillis(250);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
    private static final Duration TIMER_PERIOD = Duration.ofSeconds(1);

    /** How long a history that yielded leaves the table to the session that waited for it. */
    private static final Duration YIELD = Duration.ofSeconds(5);

    private final EngineSettings settings;
    private final CollectorCatalog catalog;
    private final QueryCatalog queries;
    private final ScrapeContent content;
    private final EngineParts parts;
    private final QueryStates states;
    private final Listeners listeners;
    /** One for each refresh class, and one for each collector that does not read the database. */
    private final Map<Object, SingleFlight> flights = new ConcurrentHashMap<>();

    private final Set<Flight> readings = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    Engine(DataSource dataSource, EngineSettings settings, CollectorCatalog catalog) {
        this(dataSource, settings, catalog, new Threads());
    }

    Engine(DataSource dataSource, EngineSettings settings, CollectorCatalog catalog, Threads threads) {
        this.parts = EngineParts.of(dataSource, settings, threads);
        this.settings = settings;
        this.catalog = catalog;
        this.queries = new QueryCatalog(catalog, settings.zone());
        this.content = new ScrapeContent(catalog, queries, settings);
        this.listeners = new Listeners(threads, this::shown);
        this.states = new QueryStates(listeners::tell);
    }

    void startTimer() {
        parts.threads().every(TIMER_PERIOD, this::tick);
    }

    private void tick() {
        refreshDue();
        listeners.tell();
    }

    /** Calls the listener with what a scrape would show. */
    Subscription onChange(Consumer<MetricSnapshots> listener) {
        if (!settings.timer()) {
            throw new IllegalStateException(
                    "these metrics refresh only when they are scraped; build them with refreshByTimer()");
        }
        return listeners.add(listener);
    }

    private MetricSnapshots shown() {
        Predicate<String> all = name -> true;
        if (isProbeDue(all)) {
            await(List.of(parts.controlSession().probe()), PROBE_LIMIT);
        }
        return content.of(current(states), all);
    }

    /** Starts the refreshes that are due for these names. */
    Scrape.Pending begin(Predicate<String> names) {
        if (closed.isDone()) {
            return limit -> Scrape.NOTHING;
        }
        Map<RegisteredQuery, QueryState> before = states.current();
        boolean waits = !settings.timer();
        List<CompletableFuture<Void>> refreshes = waits ? refreshDue(names) : List.of();
        List<CompletableFuture<Void>> probes = refreshes.isEmpty() && isProbeDue(names)
                ? List.of(parts.controlSession().probe())
                : List.of();
        return limit -> {
            boolean refreshed = !refreshes.isEmpty() && await(refreshes, limit) && hasNewValues(names, before);
            await(probes, PROBE_LIMIT);
            return new Scrape(content.of(current(states), names), refreshed);
        };
    }

    private boolean isProbeDue(Predicate<String> names) {
        return SelfMetrics.isAnyWanted(names) && !parts.contact().view().isFresh(parts.now());
    }

    private EngineState current(QueryStates of) {
        Map<RegisteredQuery, QueryState> queries = of.current();
        DatabaseContact.View database = parts.contact().view();
        // Read the clock after the state, so that no age is negative.
        return new EngineState(queries, database, parts.now());
    }

    private boolean hasNewValues(Predicate<String> names, Map<RegisteredQuery, QueryState> before) {
        Map<RegisteredQuery, QueryState> after = states.current();
        return queries.feedingAny(names).stream()
                .anyMatch(query -> !Objects.equals(
                        QueryStates.of(before, query).lastSuccess(),
                        QueryStates.of(after, query).lastSuccess()));
    }

    void refreshDue() {
        refreshDue(name -> true);
    }

    /** Starts or joins the refreshes that are due, and returns those that a scrape should wait for. */
    private List<CompletableFuture<Void>> refreshDue(Predicate<String> names) {
        if (queries.isLearnt()) {
            return refreshDueQueries(names);
        }
        if (!catalog.isAnyOwned(names)) {
            return List.of();
        }
        return List.of(queries.learn(parts.threads())
                .thenCompose(learnt ->
                        CompletableFuture.allOf(refreshDueQueries(names).toArray(CompletableFuture[]::new))));
    }

    private List<CompletableFuture<Void>> refreshDueQueries(Predicate<String> names) {
        parts.slots().reclaim();
        Map<Object, Set<RegisteredQuery>> wanted =
                queries.feedingAny(names).stream().collect(groupingBy(Engine::flightKey, toSet()));
        List<CompletableFuture<Void>> worthWaiting = new ArrayList<>();
        wanted.forEach((key, together) -> {
            CompletableFuture<Void> done =
                    flights.computeIfAbsent(key, this::singleFlight).refresh(together);
            if (done != null && together.iterator().next().refreshClass() != RefreshClass.HEAVY) {
                worthWaiting.add(done);
            }
        });
        return worthWaiting;
    }

    private static Object flightKey(RegisteredQuery query) {
        return query.isCollect() ? query : query.refreshClass();
    }

    private SingleFlight singleFlight(Object key) {
        if (key instanceof RegisteredQuery query) {
            RunLimits limits = RunLimits.of(settings, query.refreshClass());
            return new SingleFlight(this::isDue, due -> new CollectFlight(parts, query, limits, null, states));
        }
        RunLimits limits = RunLimits.of(settings, (RefreshClass) key);
        return new SingleFlight(this::isDue, due -> new Refresh(parts, inOrder(due), limits, null, states));
    }

    private List<RegisteredQuery> inOrder(Set<RegisteredQuery> due) {
        return queries.all().stream().filter(due::contains).toList();
    }

    private boolean isDue(RegisteredQuery query) {
        Map<RegisteredQuery, QueryState> current = states.current();
        Freshness freshness = Freshness.of(settings, current);
        // Read the clock after the state, so that no age is negative.
        return !parts.stuck().contains(query) && freshness.isDue(query, QueryStates.of(current, query), parts.now());
    }

    /** Whether all ended within the limit. The others continue. */
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

    /** Reads everything once, with the heavy budget, into a separate state that no scrape sees. */
    Reading readOnce(@Nullable Instant valuesAt) {
        queries.learn();
        QueryStates own = new QueryStates();
        fly(flightsOnce(valuesAt == null ? null : TimeSource.inMicroseconds(valuesAt), own));
        EngineState state = current(own);
        return new Reading(content.whole(state), status(state));
    }

    /** Runs flights that no scrape sees, until all have ended. */
    private void fly(List<Flight> all) {
        readings.addAll(all);
        try {
            // Check after adding them to readings: from here on, close() ends them.
            if (closed.isDone()) {
                throw new IllegalStateException("these metrics are closed");
            }
            all.forEach(Flight::start);
            all.forEach(flight -> flight.done().join());
        } finally {
            all.forEach(readings::remove);
        }
    }

    List<History> histories() {
        return queries.histories();
    }

    /** The histories of a collector that no scrape shows. */
    List<History> histories(MetricCollector collector) {
        return new QueryCatalog(
                        CollectorCatalog.of(List.of(RegisteredCollector.of(collector)), List.of()), settings.zone())
                .histories();
    }

    /** Reads one history in transactions of its own. */
    HistoryOutcome readHistory(History history, Instant first, int steps, Duration budget, HistorySink sink) {
        RegisteredQuery query = history.query();
        RunLimits limits = RunLimits.ofHistory(settings, budget);
        Instant last = first.plus(history.step().duration().multipliedBy(steps - 1L));
        HistoryPass pass = new HistoryPass(new HistorySpan(first, steps, last), sink, limits.queryBudget());
        QueryState read;
        do {
            QueryStates own = new QueryStates();
            HistoryRun run = new HistoryRun(parts, limits, query, pass);
            fly(List.of(new Refresh(parts, List.of(query), limits, own, run)));
            read = own.of(query);
        } while (isNotEnough(read, pass));
        HistoryOutcome outcome = HistoryOutcome.of(read, parts.contact().view());
        return outcome.outcome() == Outcome.SUCCESS ? handOver(pass, outcome, limits) : outcome;
    }

    private boolean isNotEnough(QueryState read, HistoryPass pass) {
        Failure failure = read.failure();
        if (failure == null) {
            return read.lastSuccess() != null && !pass.isComplete();
        }
        return switch (failure.reason()) {
            case TIMEOUT -> pass.shrink();
            case CANCELLED_FOR_LOCK -> pass.mayRepeat() && !await(List.of(closed), YIELD);
            default -> false;
        };
    }

    private static HistoryOutcome handOver(HistoryPass pass, HistoryOutcome read, RunLimits limits) {
        try {
            pass.handOver();
            return read;
        } catch (RuntimeException e) {
            String detail = Failures.ofCollector(e, null, limits).detail();
            return new HistoryOutcome(Outcome.FAILED, null, detail);
        }
    }

    private List<Flight> flightsOnce(@Nullable Instant valuesAt, QueryStates into) {
        RunLimits limits = RunLimits.of(settings, RefreshClass.HEAVY);
        List<Flight> all = new ArrayList<>();
        List<RegisteredQuery> statements = new ArrayList<>();
        for (RegisteredQuery query : queries.all()) {
            if (query.isCollect()) {
                all.add(new CollectFlight(parts, query, limits, valuesAt, into));
            } else {
                statements.add(query);
            }
        }
        if (!statements.isEmpty()) {
            all.add(new Refresh(parts, statements, limits, valuesAt, into));
        }
        return all;
    }

    String grants(String role, boolean withFunctions) {
        queries.learn();
        return RoleScript.of(role, queries.all(), withFunctions);
    }

    String grantsForHistories(String role) {
        queries.learn();
        return RoleScript.forHistories(
                role, queries.all(), histories().stream().map(History::query).toList());
    }

    String statements() {
        queries.learn();
        return StatementScript.of(queries.all(), settings.zone(), parts.now().instant());
    }

    Status status() {
        return status(current(states));
    }

    Status declared() {
        queries.learn();
        return status(current(new QueryStates()));
    }

    private Status status(EngineState state) {
        List<CollectorStatus> collectors = content.statuses(state.queries());
        long seriesLimit = SelfMetrics.seriesLimit(collectors, settings.allCollectorMetrics());
        return new Status(state.database(), state.isUp(), collectors, seriesLimit);
    }

    List<MetricFamily> families() {
        return catalog.families(settings.allCollectorMetrics());
    }

    @Override
    public void close() {
        if (!closed.complete(null)) {
            return;
        }
        Stream<Flight> running =
                flights.values().stream().map(SingleFlight::close).filter(Objects::nonNull);
        CompletableFuture<?>[] ends =
                Stream.concat(running, readings.stream()).map(this::end).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(ends).join();
        parts.threads().close();
        listeners.close();
    }

    /** Ends the flights in parallel, or one after the other if no thread can be started. */
    private CompletableFuture<Void> end(Flight flight) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Runnable end = () -> {
            flight.end(CLOSE_PATIENCE);
            ended.complete(null);
        };
        if (!parts.threads().start(end)) {
            end.run();
        }
        return ended;
    }
}
