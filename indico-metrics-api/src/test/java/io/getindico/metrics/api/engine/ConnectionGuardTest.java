package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionGuardTest {
    /** What a query needs, and questions that change nothing. */
    private static final Set<String> HARMLESS = Set.of(
            "createStatement",
            "prepareStatement",
            "createArrayOf",
            "getMetaData",
            "getAutoCommit",
            "getTransactionIsolation",
            "getCatalog",
            "getSchema",
            "getWarnings",
            "clearWarnings",
            "getTypeMap",
            "getHoldability",
            "isClosed",
            "isReadOnly",
            "isValid",
            "nativeSQL");

    private final Fake<Array> array = Fake.of(Array.class);
    private final Fake<ResultSet> rows = Fake.of(ResultSet.class);
    private final Fake<PreparedStatement> statement = Fake.of(PreparedStatement.class);
    private final Fake<DatabaseMetaData> metaData = Fake.of(DatabaseMetaData.class);
    private final Fake<Connection> connection = Fake.of(Connection.class);
    private final RunControl control = new RunControl();

    ConnectionGuardTest() {
        connection.answer("createStatement", statement.self());
        connection.answer("prepareStatement", statement.self());
        connection.answer("createArrayOf", array.self());
        connection.answer("getMetaData", metaData.self());
        metaData.answer("getConnection", connection.self()).answer("getTables", rows.self());
        statement.answer("getConnection", connection.self());
        statement.answer("executeQuery", rows.self()).answer("getResultSet", rows.self());
        rows.answer("getStatement", statement.self())
                .answer("getArray", array.self())
                .answer("getObject", array.self());
        array.answer("getResultSet", rows.self());
    }

    private Connection guarded(int maxStatements) {
        return ConnectionGuard.guard(connection.self(), control, new StatementLimit(maxStatements));
    }

    static Stream<Method> theRest() {
        return Arrays.stream(Connection.class.getMethods())
                .filter(method -> !HARMLESS.contains(method.getName()))
                .filter(method -> !method.getName().equals("isWrapperFor"));
    }

    private static @Nullable Throwable thrownBy(Method method, Object target) {
        Object[] nothing =
                Arrays.stream(method.getParameterTypes()).map(Fake::nothing).toArray();
        Throwable thrown = catchThrowable(() -> method.invoke(target, nothing));
        return thrown instanceof InvocationTargetException ? thrown.getCause() : thrown;
    }

    @ParameterizedTest
    @MethodSource("theRest")
    void whatChangesTheConnectionIsRefused(Method method) {
        assertThat(thrownBy(method, guarded(1)))
                .isInstanceOf(CollectionException.class)
                .hasMessage("a collector's connection does not allow " + method.getName() + "()");
        assertThat(connection.calls()).isEmpty();
    }

    @Test
    void theMeansToHarmAreAmongTheRest() {
        assertThat(theRest().map(Method::getName))
                .contains(
                        "commit",
                        "rollback",
                        "close",
                        "abort",
                        "setAutoCommit",
                        "setReadOnly",
                        "setTransactionIsolation",
                        "setSavepoint",
                        "setSchema",
                        "setNetworkTimeout",
                        "prepareCall",
                        "unwrap");
    }

    @Test
    void questionsAreAnswered() throws SQLException {
        connection.answer("getSchema", "pg_catalog");
        assertThat(guarded(1).getSchema()).isEqualTo("pg_catalog");
        assertThat(guarded(1).isClosed()).isFalse();
        assertThat(guarded(1)).hasToString("fake");
    }

    @Test
    void nothingCanBeUnwrapped() throws SQLException {
        Statement guardedStatement = guarded(1).createStatement();
        for (var wrapper : List.of(
                guarded(1),
                guardedStatement,
                guardedStatement.executeQuery("x"),
                guarded(1).getMetaData())) {
            assertThat(wrapper.isWrapperFor(Connection.class)).isFalse();
            assertThatExceptionOfType(CollectionException.class)
                    .isThrownBy(() -> wrapper.unwrap(Object.class))
                    .withMessage("a collector's connection does not allow unwrap()")
                    .returns(FailureReason.COLLECTOR_BUG, CollectionException::reason);
        }
    }

    @Test
    void everyWayBackLeadsToTheGuard() throws SQLException {
        Connection guard = guarded(9);
        Statement plain = guard.createStatement();
        PreparedStatement prepared = guard.prepareStatement("x");
        ResultSet result = prepared.executeQuery();
        assertThat(plain.getConnection()).isSameAs(guard);
        assertThat(prepared.getConnection()).isSameAs(guard);
        assertThat(result.getStatement().getConnection()).isSameAs(guard);
        assertThat(prepared.getResultSet().getStatement().getConnection()).isSameAs(guard);
        assertThat(guard.getMetaData().getConnection()).isSameAs(guard);
        assertThat(guard.getMetaData()
                        .getTables(null, null, null, null)
                        .getStatement()
                        .getConnection())
                .isSameAs(guard);
    }

    @Test
    void anArrayIsNoWayAround() throws SQLException {
        Connection guard = guarded(9);
        ResultSet result = guard.prepareStatement("x").executeQuery();
        for (Array guardedArray :
                List.of(result.getArray(1), (Array) result.getObject(1), guard.createArrayOf("int4", new Object[0]))) {
            assertThat(guardedArray.getResultSet().getStatement().getConnection())
                    .isSameAs(guard);
        }
    }

    @Test
    void aStatementOfAResultCountsAndIsCancelledAsWell() throws SQLException {
        ResultSet result = guarded(1).createStatement().executeQuery("x");
        Statement again = result.getStatement();
        assertThatThrownBy(() -> again.executeQuery("x")).isInstanceOf(CollectionException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void oneStatementMoreThanDeclaredIsRefused(int max) throws SQLException {
        Connection guard = guarded(max);
        for (int i = 0; i < max; i++) {
            guard.createStatement().executeQuery("x");
        }
        assertThatExceptionOfType(CollectionException.class)
                .isThrownBy(() -> guard.prepareStatement("x").execute())
                .withMessage("sent more statements than its maxStatements(), which is " + max)
                .returns(FailureReason.COLLECTOR_BUG, CollectionException::reason);
        assertThat(statement.calls()).doesNotContain("execute");
    }

    @Test
    void whatIsNotExecutedDoesNotCount() throws SQLException {
        Connection guard = guarded(1);
        guard.createStatement().close();
        guard.prepareStatement("x").getResultSet().close();
        assertThat(guard.createStatement().executeQuery("x")).isNotNull();
    }

    @Test
    void aCancelReachesTheStatementThatRuns() throws SQLException {
        statement.answering("executeQuery", () -> {
            control.cancel(FailureReason.TIMEOUT);
            return rows.self();
        });
        guarded(1).createStatement().executeQuery("x");
        assertThat(statement.calls()).containsExactly("executeQuery", "cancel");
    }

    @Test
    void aCancelDoesNotReachAStatementThatHasEnded() throws SQLException {
        guarded(1).createStatement().executeQuery("x");
        control.cancel(FailureReason.TIMEOUT);
        assertThat(statement.calls()).containsExactly("executeQuery");
    }

    @Test
    void aCancelDoesNotReachAStatementThatFailed() {
        SQLException failure = new SQLException("no", "42P01");
        statement.answering("executeQuery", () -> {
            throw failure;
        });
        assertThatThrownBy(() -> guarded(1).createStatement().executeQuery("x")).isSameAs(failure);
        control.cancel(FailureReason.TIMEOUT);
        assertThat(statement.calls()).containsExactly("executeQuery");
    }

    @Test
    void afterACancelNothingIsSent() {
        control.cancel(FailureReason.CANCELLED_FOR_LOCK);
        assertThatExceptionOfType(CollectionException.class)
                .isThrownBy(() -> guarded(1).createStatement().executeQuery("x"))
                .withMessage("the refresh was cancelled: another session waited for a lock that it held")
                .returns(FailureReason.CANCELLED_FOR_LOCK, CollectionException::reason);
        assertThat(statement.calls()).isEmpty();
    }
}
