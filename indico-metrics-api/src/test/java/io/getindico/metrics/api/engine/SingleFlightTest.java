package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SingleFlightTest {
    private static final RegisteredQuery A = TestCollector.named("a").query();
    private static final RegisteredQuery B = TestCollector.named("b").query();
    private static final RegisteredQuery C = TestCollector.named("c").query();

    /** One permit ends one refresh. */
    private final Semaphore gate = new Semaphore(0);

    private final List<Set<RegisteredQuery>> started = new CopyOnWriteArrayList<>();
    private final QueryStates states = new QueryStates();
    private final EngineSettings settings = new TestSettings().build();
    private final EngineParts parts = EngineParts.of(dataSource(), settings, new Threads());
    private final Set<RegisteredQuery> due = ConcurrentHashMap.newKeySet();
    private final SingleFlight flights = new SingleFlight(due::contains, this::refresh);

    SingleFlightTest() {
        due.addAll(List.of(A, B, C));
    }

    private DataSource dataSource() {
        return Fake.of(DataSource.class)
                .answering("getConnection", () -> {
                    gate.acquire();
                    throw new CollectionException(FailureReason.QUERY, "ends the refresh");
                })
                .self();
    }

    private Refresh refresh(Set<RegisteredQuery> due) {
        return refresh(parts, due);
    }

    private Refresh refresh(EngineParts parts, Set<RegisteredQuery> due) {
        started.add(due);
        RunLimits limits = new RunLimits("query-budget.standard", Duration.ofMinutes(5), Duration.ofSeconds(1));
        return new Refresh(parts, List.copyOf(due), limits, null, states);
    }

    @AfterEach
    void end() {
        gate.release(10);
        parts.threads().close();
    }

    private CompletableFuture<Void> ask(Set<RegisteredQuery> wanted) {
        return Objects.requireNonNull(flights.refresh(wanted));
    }

    @Test
    void aRefreshWithoutAThreadEndsAndTheNextBegins() {
        ScarceThreads factory = new ScarceThreads();
        Duration second = Duration.ofSeconds(1);
        Threads scarce = new Threads(second, second, factory);
        try (scarce) {
            EngineParts poor = EngineParts.of(dataSource(), settings, scarce);
            SingleFlight flights = new SingleFlight(due::contains, wanted -> refresh(poor, wanted));
            assertEnds(Objects.requireNonNull(flights.refresh(Set.of(A))));
            assertThat(states.of(A).failedFor(FailureReason.CONNECTION)).isTrue();
            factory.areThereAgain();
            gate.release();
            assertEnds(Objects.requireNonNull(flights.refresh(Set.of(A))));
            assertThat(states.of(A).failedFor(FailureReason.QUERY)).isTrue();
        }
    }

    private static void assertEnds(CompletableFuture<Void> refresh) {
        assertThat(refresh).succeedsWithin(20, TimeUnit.SECONDS);
    }

    /** Tried, in the sense that an attempt was published. */
    private List<String> tried() {
        return Stream.of(A, B, C)
                .filter(query -> states.of(query).lastAttempt() != null)
                .map(query -> query.collector().name())
                .toList();
    }

    @Test
    void theFirstRequestStartsARefresh() {
        CompletableFuture<Void> refresh = ask(Set.of(A, B));
        assertThat(started).containsExactly(Set.of(A, B));
        assertThat(refresh).isNotDone();
        gate.release();
        assertEnds(refresh);
        assertThat(tried()).containsExactly("a", "b");
    }

    @Test
    void aRequestForRunningQueriesJoinsTheirRefresh() {
        CompletableFuture<Void> first = ask(Set.of(A, B));
        CompletableFuture<Void> same = ask(Set.of(A, B));
        CompletableFuture<Void> less = ask(Set.of(B));
        assertThat(same).isNotDone();
        assertThat(less).isNotDone();
        gate.release();
        assertEnds(first);
        assertEnds(same);
        assertEnds(less);
        assertThat(started).hasSize(1);
    }

    @Test
    void aRequestForMoreQueriesGetsOneMoreRefreshAfterwards() {
        CompletableFuture<Void> first = ask(Set.of(A));
        CompletableFuture<Void> more = ask(Set.of(A, B));
        assertThat(started).hasSize(1);
        gate.release();
        assertEnds(first);
        Eventually.until("the second begins", () -> started.size() == 2);
        assertThat(started).containsExactly(Set.of(A), Set.of(B));
        assertThat(more).isNotDone();
        gate.release();
        assertEnds(more);
        assertThat(tried()).containsExactly("a", "b");
    }

    @Test
    void allRequestsForMoreShareTheNextRefresh() {
        var unused = ask(Set.of(A));
        CompletableFuture<Void> b = ask(Set.of(B));
        CompletableFuture<Void> c = ask(Set.of(A, B, C));
        gate.release(2);
        assertEnds(b);
        assertEnds(c);
        assertThat(started).containsExactly(Set.of(A), Set.of(B, C));
    }

    @Test
    void aRefreshAfterAnotherReadsAgain() {
        gate.release(2);
        assertEnds(ask(Set.of(A)));
        assertEnds(ask(Set.of(A)));
        assertThat(started).containsExactly(Set.of(A), Set.of(A));
    }

    @Test
    void aRequestAtTheEndOfAJoinedRefreshStartsAnother() {
        var unused = ask(Set.of(A));
        CompletableFuture<Void> again = ask(Set.of(A)).thenCompose(end -> ask(Set.of(A)));
        gate.release(2);
        assertEnds(again);
        assertThat(started).containsExactly(Set.of(A), Set.of(A));
    }

    @Test
    void onlyWhatIsDueIsRefreshed() {
        due.remove(B);
        gate.release();
        assertEnds(ask(Set.of(A, B)));
        assertThat(started).containsExactly(Set.of(A));
    }

    @Test
    void ifNothingIsDueNothingIsWaitedFor() {
        due.clear();
        assertThat(flights.refresh(Set.of(A, B))).isNull();
        assertThat(started).isEmpty();
    }

    @Test
    void aQueryThatIsNoLongerDueIsNotWaitedForWhileItsRefreshRuns() {
        CompletableFuture<Void> refresh = ask(Set.of(A));
        due.remove(A);
        assertThat(flights.refresh(Set.of(A))).isNull();
        gate.release();
        assertEnds(refresh);
    }

    @Test
    void closingReturnsTheRunningRefresh() {
        var unused = ask(Set.of(A));
        assertThat(flights.close()).isNotNull().returns(Set.of(A), Flight::queries);
    }

    @Test
    void closingReturnsNullIfNothingRuns() {
        gate.release();
        assertEnds(ask(Set.of(A)));
        assertThat(flights.close()).isNull();
    }

    @Test
    void afterTheEndNothingStarts() {
        flights.close();
        assertThat(flights.refresh(Set.of(A))).isNull();
        assertThat(started).isEmpty();
    }

    @Test
    void aRefreshThatWaitsForItsTurnIsReleasedAtTheEnd() {
        CompletableFuture<Void> first = ask(Set.of(A));
        CompletableFuture<Void> more = ask(Set.of(B));
        flights.close();
        assertThat(more).isCompleted();
        gate.release(2);
        assertEnds(first);
        assertThat(started).containsExactly(Set.of(A));
    }
}
