package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.CollectorState.Attempt;
import io.getindico.metrics.api.engine.CollectorState.Failure;
import io.getindico.metrics.api.engine.CollectorState.Result;
import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CollectorStatesTest {
    private static final RegisteredCollector EVENTS =
            TestCollector.named("events").registered();
    private static final RegisteredCollector ROOMS =
            TestCollector.named("rooms").registered();
    private static final FamilyValues VALUES =
            FamilyValues.of(EVENTS.families().get(0), Map.of(List.of(), 1.0), Labels.EMPTY);
    private static final ReadCount READ = new ReadCount(1200, 30);
    private static final Result SUCCESS = new Result.Success(List.of(VALUES), READ);
    private static final Result FAILURE = new Result.Failed(new Failure(FailureReason.QUERY, "ERROR: no"));
    private static final Result ABSENT =
            new Result.Skipped(new Skip(SkipReason.PLUGIN_ABSENT, "table plugin_x.y is not there"));
    private static final Result LOST = new Result.Failed(new Failure(FailureReason.CONNECTION, "connection refused"));

    private final ManualTime time = new ManualTime();
    private final CollectorStates states = new CollectorStates();

    private CollectorState attempt(Result result) {
        return attempt(result, Duration.ofMillis(70));
    }

    private CollectorState attempt(Result result, Duration duration) {
        time.advance(Duration.ofMinutes(1));
        states.publish(Map.of(EVENTS, new Attempt(time.now(), duration, result)));
        return states.of(EVENTS);
    }

    @Test
    void aCollectorNotTriedHasNothing() {
        assertThat(states.of(EVENTS)).isEqualTo(CollectorState.NEVER_RUN);
        assertThat(CollectorState.NEVER_RUN.failures(FailureReason.QUERY)).isZero();
    }

    @Test
    void aSuccessBringsValuesAndTheInstantOfItsSnapshot() {
        CollectorState state = attempt(SUCCESS);
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
        CollectorState state = attempt(FAILURE);
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
        CollectorState state = attempt(SUCCESS);
        assertThat(state.failure()).isNull();
        assertThat(state.failures(FailureReason.QUERY)).isOne();
    }

    @Test
    void whatIsSkippedHasNoValuesAnyMore() {
        attempt(FAILURE);
        attempt(SUCCESS);
        CollectorState state = attempt(ABSENT);
        assertThat(state.values()).isEmpty();
        assertThat(state.lastSuccess()).isNull();
        assertThat(state.lastRead()).isNull();
        assertThat(state.skip()).isNotNull().returns(SkipReason.PLUGIN_ABSENT, Skip::reason);
        assertThat(state.failures(FailureReason.QUERY)).isOne();
        assertThat(attempt(SUCCESS).skip()).isNull();
    }

    @Test
    void whoReadsSeesAllOfARefreshOrNothing() {
        Map<String, CollectorState> before = states.current();
        Attempt attempt = new Attempt(time.now(), Duration.ZERO, SUCCESS);
        states.publish(Map.of(EVENTS, attempt, ROOMS, attempt));
        assertThat(before).isEmpty();
        assertThat(states.current()).containsOnlyKeys("events", "rooms");
    }

    @Test
    void whatARefreshDidNotTryStaysAsItWas() {
        attempt(SUCCESS);
        states.publish(Map.of(ROOMS, new Attempt(time.now(), Duration.ZERO, FAILURE)));
        assertThat(states.of(EVENTS).values()).containsExactly(VALUES);
    }

    @Nested
    class Log {
        private List<String> logged(Result... results) {
            try (RecordedLog log = new RecordedLog(CollectorStates.class)) {
                for (Result result : results) {
                    attempt(result);
                }
                return log.lines();
            }
        }

        @Test
        void tellsOfAFailureOnceAndOfItsEnd() {
            assertThat(logged(SUCCESS, FAILURE, FAILURE, SUCCESS, SUCCESS, FAILURE))
                    .containsExactly(
                            "WARNING collector 'events' failed: ERROR: no (query)",
                            "INFO collector 'events' works again",
                            "WARNING collector 'events' failed: ERROR: no (query)");
        }

        @Test
        void tellsOfASkipOnceAndOfItsEnd() {
            assertThat(logged(ABSENT, ABSENT, SUCCESS))
                    .containsExactly(
                            "INFO collector 'events' is skipped: table plugin_x.y is not there (plugin_absent)",
                            "INFO collector 'events' works again");
        }

        @Test
        void leavesALostConnectionToTheContactWithTheDatabase() {
            try (RecordedLog log = new RecordedLog(CollectorStates.class)) {
                attempt(LOST, Duration.ZERO);
                attempt(LOST, Duration.ZERO);
                attempt(SUCCESS);
                assertThat(log.lines()).isEmpty();
            }
        }

        @Test
        void tellsWhoseWorkLostTheConnection() {
            assertThat(logged(LOST, SUCCESS))
                    .containsExactly(
                            "WARNING collector 'events' failed: connection refused (connection)",
                            "INFO collector 'events' works again");
        }
    }
}
