package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import io.getindico.metrics.api.engine.QueryState.Attempt;
import io.getindico.metrics.api.engine.QueryState.Result;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class QueryStatesTest {
    private static final RegisteredQuery EVENTS = TestCollector.named("events").query();
    private static final RegisteredQuery ROOMS = TestCollector.named("rooms").query();
    private static final FamilyValues VALUES =
            FamilyValues.of(TestCollector.gauge("indico_events"), Map.of(List.of(), 1.0));
    private static final ReadCount READ = new ReadCount(1200, 30);
    private static final Result SUCCESS = new Result.Success(List.of(VALUES), READ);
    private static final Result FAILURE = new Result.Failed(new Failure(FailureReason.QUERY, "ERROR: no"));
    private static final Result ABSENT =
            new Result.Skipped(TestFacts.skip(SkipReason.PLUGIN_ABSENT, "table plugin_x.y does not exist"));
    private static final Result LOST = new Result.Failed(new Failure(FailureReason.CONNECTION, "connection refused"));

    private final ManualTime time = new ManualTime();
    private final QueryStates states = new QueryStates();

    private QueryState attempt(Result result) {
        return attempt(result, Duration.ofMillis(70));
    }

    private QueryState attempt(Result result, Duration duration) {
        time.advance(Duration.ofMinutes(1));
        states.publish(Map.of(EVENTS, new Attempt(time.now(), duration, result)));
        return states.of(EVENTS);
    }

    @Test
    void aQueryThatWasNotTriedHasNoState() {
        assertThat(states.of(EVENTS)).isEqualTo(QueryState.NEVER_RUN);
        assertThat(QueryState.NEVER_RUN.failures(FailureReason.QUERY)).isZero();
    }

    @Test
    void aSuccessBringsValuesAndTheInstantOfItsSnapshot() {
        QueryState state = attempt(SUCCESS);
        assertThat(state.values()).containsExactly(VALUES);
        assertThat(state.lastSuccess()).isEqualTo(time.now()).isEqualTo(state.lastAttempt());
        assertThat(state.lastDuration()).isEqualTo(Duration.ofMillis(70));
        assertThat(state.lastRead()).isEqualTo(READ);
        assertThat(state.failure()).isNull();
    }

    @Test
    void aFailureKeepsTheValuesAndCounts() {
        Moment read = attempt(SUCCESS).lastSuccess();
        attempt(LOST);
        attempt(FAILURE);
        QueryState state = attempt(FAILURE);
        assertThat(state.values()).containsExactly(VALUES);
        assertThat(state.lastSuccess()).isEqualTo(read);
        assertThat(state.lastRead()).isEqualTo(READ);
        assertThat(state.lastAttempt()).isEqualTo(time.now());
        assertThat(state.failedFor(FailureReason.QUERY)).isTrue();
        assertThat(state.failedFor(FailureReason.CONNECTION)).isFalse();
        assertThat(state.failures(FailureReason.QUERY)).isEqualTo(2);
        assertThat(state.failures(FailureReason.CONNECTION)).isOne();
    }

    @Test
    void aSuccessEndsTheFailureAndKeepsTheCounts() {
        attempt(FAILURE);
        QueryState state = attempt(SUCCESS);
        assertThat(state.failure()).isNull();
        assertThat(state.failures(FailureReason.QUERY)).isOne();
    }

    @Test
    void aSkippedQueryLosesItsValues() {
        attempt(FAILURE);
        attempt(SUCCESS);
        QueryState state = attempt(ABSENT);
        assertThat(state.values()).isEmpty();
        assertThat(state.lastSuccess()).isNull();
        assertThat(state.lastRead()).isNull();
        assertThat(state.skip()).isNotNull().returns(SkipReason.PLUGIN_ABSENT, Skip::reason);
        assertThat(state.failures(FailureReason.QUERY)).isOne();
        assertThat(attempt(SUCCESS).skip()).isNull();
    }

    @Test
    void aReaderSeesAllOfARefreshOrNothing() {
        Map<RegisteredQuery, QueryState> before = states.current();
        Attempt attempt = new Attempt(time.now(), Duration.ZERO, SUCCESS);
        states.publish(Map.of(EVENTS, attempt, ROOMS, attempt));
        assertThat(before).isEmpty();
        assertThat(states.current()).containsOnlyKeys(EVENTS, ROOMS);
    }

    @Test
    void aQueryThatARefreshDidNotTryKeepsItsState() {
        attempt(SUCCESS);
        states.publish(Map.of(ROOMS, new Attempt(time.now(), Duration.ZERO, FAILURE)));
        assertThat(states.of(EVENTS).values()).containsExactly(VALUES);
    }

    @Nested
    class Log {
        private List<String> logged(Result... results) {
            try (RecordedLog log = new RecordedLog(QueryStates.class)) {
                for (Result result : results) {
                    attempt(result);
                }
                return log.lines();
            }
        }

        @Test
        void reportsAFailureOnceAndItsEnd() {
            assertThat(logged(SUCCESS, FAILURE, FAILURE, SUCCESS, SUCCESS, FAILURE))
                    .containsExactly(
                            "WARNING collector 'events' failed to read indico_events: ERROR: no (query)",
                            "INFO collector 'events' reads indico_events again",
                            "WARNING collector 'events' failed to read indico_events: ERROR: no (query)");
        }

        @Test
        void reportsASkipOnceAndItsEnd() {
            assertThat(logged(ABSENT, ABSENT, SUCCESS))
                    .containsExactly(
                            "INFO collector 'events' skips indico_events: table plugin_x.y does not exist"
                                    + " (plugin_absent)",
                            "INFO collector 'events' reads indico_events again");
        }

        @Test
        void leavesALostConnectionToTheContactWithTheDatabase() {
            try (RecordedLog log = new RecordedLog(QueryStates.class)) {
                attempt(LOST, Duration.ZERO);
                attempt(LOST, Duration.ZERO);
                attempt(SUCCESS);
                assertThat(log.lines()).isEmpty();
            }
        }

        @Test
        void reportsWhichCollectorLostTheConnection() {
            assertThat(logged(LOST, SUCCESS))
                    .containsExactly(
                            "WARNING collector 'events' failed to read indico_events: connection refused (connection)",
                            "INFO collector 'events' reads indico_events again");
        }

        @Test
        void reportsAnotherReason() {
            assertThat(logged(FAILURE, LOST, ABSENT, FAILURE)).hasSize(4);
        }
    }

    @Nested
    class LogOfSeveralQueries {
        private static final MetricFamily BYTES = TestCollector.gauge("indico_bytes");
        private static final MetricFamily FILES = TestCollector.gauge("indico_files");
        private static final MetricFamily LINKS = TestCollector.gauge("indico_links");
        private static final List<RegisteredQuery> QUERIES = new QueryLearner(null)
                .learn(TestCollector.named("files")
                        .declaring(BYTES, FILES, LINKS)
                        .asking(TestCollector.feeding(BYTES, FILES), TestCollector.feeding(LINKS))
                        .registered());

        private List<String> logged(Result first, Result second, Result ofRooms) {
            time.advance(Duration.ofMinutes(1));
            try (RecordedLog log = new RecordedLog(QueryStates.class)) {
                states.publish(Map.of(
                        QUERIES.get(1),
                        attempted(second),
                        ROOMS,
                        attempted(ofRooms),
                        QUERIES.get(0),
                        attempted(first)));
                return log.lines();
            }
        }

        private Attempt attempted(Result result) {
            return new Attempt(time.now(), Duration.ofMillis(70), result);
        }

        @Test
        void hasOneLineForQueriesOfACollectorThatShareACause() {
            assertThat(logged(FAILURE, FAILURE, SUCCESS))
                    .containsExactly("WARNING collector 'files' failed to read indico_bytes, indico_files,"
                            + " indico_links: ERROR: no (query)");
            assertThat(logged(SUCCESS, SUCCESS, SUCCESS))
                    .containsExactly("INFO collector 'files' reads indico_bytes, indico_files, indico_links again");
        }

        @Test
        void hasALineForEachCauseAndEachCollectorInOrder() {
            assertThat(logged(FAILURE, ABSENT, FAILURE))
                    .containsExactly(
                            "WARNING collector 'files' failed to read indico_bytes, indico_files: ERROR: no (query)",
                            "INFO collector 'files' skips indico_links: table plugin_x.y does not exist (plugin_absent)",
                            "WARNING collector 'rooms' failed to read indico_rooms: ERROR: no (query)");
        }

        @Test
        void namesOnlyWhatIsNew() {
            logged(SUCCESS, FAILURE, FAILURE);
            assertThat(logged(FAILURE, FAILURE, SUCCESS))
                    .containsExactly(
                            "WARNING collector 'files' failed to read indico_bytes, indico_files: ERROR: no (query)",
                            "INFO collector 'rooms' reads indico_rooms again");
        }
    }
}
