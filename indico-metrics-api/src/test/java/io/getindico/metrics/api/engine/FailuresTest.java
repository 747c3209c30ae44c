package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateExpiredException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.tools.jdbc.MockConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
    private static final RunLimits LIMITS =
            new RunLimits("query-budget.standard", Duration.ofSeconds(10), Duration.ofMillis(1500));
    private static final Failure TIMED_OUT = new Failure(FailureReason.TIMEOUT, "too long");
    private static final Failure GAVE_WAY = new Failure(FailureReason.CANCELLED_FOR_LOCK, "gave way");

    private static Failure ofCollector(Throwable thrown, @Nullable Failure cancelled) {
        return Failures.ofCollector(thrown, cancelled, LIMITS);
    }

    private static SQLException sql(String state) {
        return new SQLException("ERROR: no\n  Detail: personal", state);
    }

    /** The driver's exception as jOOQ wraps it, with the statement in the message. */
    private static Throwable byJooq(SQLException thrown) {
        DSLContext dsl = DSL.using(
                new MockConnection(context -> {
                    throw thrown;
                }),
                SQLDialect.POSTGRES);
        Throwable translated = catchThrowable(
                () -> dsl.selectOne().where(DSL.inline("secret").eq("x")).fetch());
        assertThat(translated).isInstanceOf(DataAccessException.class).hasMessageContaining("secret");
        return translated;
    }

    /** The exception of a pool that has no connection to give. */
    private static SQLException byPool(SQLException cause) {
        return new SQLTransientConnectionException("pool: connection is not available", null, cause);
    }

    static Stream<Arguments> causes() {
        return Stream.of(
                Arguments.of(new ConnectException("Network is unreachable"), " (Network is unreachable)"),
                Arguments.of(new UnknownHostException("db"), " (unknown host: db)"),
                Arguments.of(new UnknownHostException("me:s3cr@t@db"), " (unknown host: db)"),
                Arguments.of(
                        new IOException("handshake", new CertificateExpiredException("NotAfter: 2021")),
                        " (NotAfter: 2021)"),
                Arguments.of(new IOException("The attempt failed."), ""),
                Arguments.of(new EOFException(), ""),
                Arguments.of(new IOException("two\nlines"), " (two)"),
                Arguments.of(new IllegalStateException("a bug, perhaps with a value in it"), ""));
    }

    @Nested
    class OfACollector {
        @ParameterizedTest
        @CsvSource({
            "57014, TIMEOUT",
            "55P03, TIMEOUT",
            "40001, CONFLICT",
            "40P01, CONFLICT",
            "08000, CONNECTION",
            "08006, CONNECTION",
            "57P01, CONNECTION",
            "25P03, CONNECTION",
            "25P04, CONNECTION",
            "57P02, CONNECTION",
            "57P05, CONNECTION",
            "25P03, CONNECTION",
            "25P04, CONNECTION",
            "42501, PRIVILEGE",
            "42P01, SCHEMA",
            "42703, SCHEMA",
            "42883, SCHEMA",
            "42704, SCHEMA",
            "3F000, SCHEMA",
            "22P02, QUERY",
            "25006, QUERY",
            "25P02, QUERY",
            "42601, QUERY",
            "53200, QUERY",
            "XX000, QUERY"
        })
        void theSqlStateDecidesInEveryWrapper(String state, FailureReason reason) {
            assertThat(ofCollector(sql(state), null).reason()).isEqualTo(reason);
            assertThat(ofCollector(byPool(sql(state)), null).reason()).isEqualTo(reason);
            assertThat(ofCollector(byJooq(sql(state)), null).reason()).isEqualTo(reason);
            assertThat(ofCollector(new IllegalStateException(byJooq(sql(state))), null)
                            .reason())
                    .isEqualTo(reason);
        }

        @Test
        void aDriversExceptionWithoutAStateIsAFailureOfTheQuery() {
            assertThat(ofCollector(new SQLException("no"), null)).isEqualTo(new Failure(FailureReason.QUERY, "no"));
        }

        @Test
        void anyOtherExceptionIsABugOfTheCollector() {
            assertThat(ofCollector(new IllegalArgumentException("set twice"), null))
                    .isEqualTo(
                            new Failure(FailureReason.COLLECTOR_BUG, "java.lang.IllegalArgumentException: set twice"));
            assertThat(ofCollector(new NoSuchMethodError("x"), null).reason()).isEqualTo(FailureReason.COLLECTOR_BUG);
        }

        @ParameterizedTest
        @CsvSource({
            "57014, ERROR: no; the query budget is 10 s (query-budget.standard)",
            "55P03, ERROR: no; a statement waits at most 1.5 s for a lock (lock-timeout)",
            "22P02, ERROR: no"
        })
        void aTimeoutOfTheServerIsReportedWithItsSetting(String state, String detail) {
            assertThat(ofCollector(sql(state), null).detail()).isEqualTo(detail);
        }

        @Test
        void anExceptionOfTheEngineKeepsItsReason() {
            Throwable known = new CollectionException(FailureReason.CHANGED_UNDERNEATH, "rewritten");
            assertThat(ofCollector(known, TIMED_OUT))
                    .isEqualTo(new Failure(FailureReason.CHANGED_UNDERNEATH, "rewritten"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"57014", "08006", "57P01"})
        void aFailureAfterACancelHasTheReasonOfTheCancel(String state) {
            assertThat(ofCollector(sql(state), GAVE_WAY)).isEqualTo(GAVE_WAY);
            assertThat(ofCollector(new IllegalStateException(), TIMED_OUT)).isEqualTo(TIMED_OUT);
        }

        @ParameterizedTest
        @CsvSource({"42P01, SCHEMA", "55P03, TIMEOUT", "22P02, QUERY"})
        void aFailureBeforeACancelKeepsItsReason(String state, FailureReason reason) {
            assertThat(ofCollector(sql(state), GAVE_WAY).reason()).isEqualTo(reason);
        }
    }

    @Nested
    class OfConnecting {
        @ParameterizedTest
        @CsvSource({
            "28P01, AUTH",
            "28000, AUTH",
            "57P03, STARTING",
            "53300, TOO_MANY_CONNECTIONS",
            "3D000, NOT_INDICO",
            "42501, AUTH",
            "08001, UNREACHABLE",
            "08004, UNREACHABLE",
            "57014, UNREACHABLE",
            "XX000, UNREACHABLE"
        })
        void theSqlStateDecidesInEveryWrapper(String state, DatabaseError error) {
            assertThat(Failures.ofConnecting(sql(state))).isEqualTo(error);
            assertThat(Failures.ofConnecting(byPool(sql(state)))).isEqualTo(error);
            assertThat(Failures.ofConnecting(byPool(byPool(sql(state))))).isEqualTo(error);
            assertThat(Failures.ofConnecting(byJooq(sql(state)))).isEqualTo(error);
        }

        @Test
        void withoutAStateItIsUnreachable() {
            assertThat(Failures.ofConnecting(new IllegalStateException("closed")))
                    .isEqualTo(DatabaseError.UNREACHABLE);
            assertThat(Failures.ofConnecting(byPool(new SQLException("no")))).isEqualTo(DatabaseError.UNREACHABLE);
        }
    }

    @Nested
    class Message {
        @Test
        void isTheFirstLineOfTheDriversMessage() {
            assertThat(Failures.message(sql("42P01"))).isEqualTo("ERROR: no");
            assertThat(Failures.message(byPool(sql("42P01")))).isEqualTo("ERROR: no");
        }

        @Test
        void omitsTheStatementThatJooqAdds() {
            assertThat(Failures.message(byJooq(sql("42P01")))).isEqualTo("ERROR: no");
            assertThat(Failures.message(new IllegalStateException(byJooq(sql("42P01")))))
                    .isEqualTo("ERROR: no");
        }

        @Test
        void isOnlyTheClassIfTheMessageIsFromJooq() {
            assertThat(Failures.message(new DataAccessException("SQL [select 'secret']; Unspecified SQLException")))
                    .isEqualTo("org.jooq.exception.DataAccessException");
        }

        @Test
        void namesTheClassOfOtherExceptions() {
            assertThat(Failures.message(new IllegalStateException("one\ntwo")))
                    .isEqualTo("java.lang.IllegalStateException: one");
            assertThat(Failures.message(new CollectionException(FailureReason.QUERY, "no zone")))
                    .isEqualTo("no zone");
        }

        /** The driver reports every cause as a refusal or as a failed attempt. */
        @ParameterizedTest
        @MethodSource("io.getindico.metrics.api.engine.FailuresTest#causes")
        void endsWithTheCauseBelowTheDrivers(Throwable cause, String end) {
            assertThat(Failures.message(byPool(new SQLException("The attempt failed.", "08001", cause))))
                    .isEqualTo("The attempt failed." + end);
        }

        @Test
        void namesTheDriversErrorBeforeTheNetworksErrorBelowIt() {
            SQLException refused = new SQLException("Connection to db:5432 refused.", "08001", new ConnectException());
            assertThat(Failures.message(refused)).isEqualTo("Connection to db:5432 refused.");
        }

        @Test
        void isNeverNull() {
            assertThat(Failures.message(new SQLException((String) null))).isEmpty();
            assertThat(Failures.message(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
        }

        @Test
        void endsIfTheCausesFormACycle() {
            Exception inner = new IllegalStateException("inner");
            Exception outer = new IllegalStateException("outer", inner);
            inner.initCause(outer);
            assertThat(Failures.message(outer)).isEqualTo("java.lang.IllegalStateException: outer");
            assertThat(Failures.ofConnecting(outer)).isEqualTo(DatabaseError.UNREACHABLE);
        }
    }
}
