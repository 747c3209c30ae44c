package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class RunControlTest {
    private final Fake<Connection> connection = Fake.of(Connection.class);
    private final Fake<Statement> statement = Fake.of(Statement.class);
    private final RunControl control = new RunControl();

    @Test
    void theFirstReasonOfACancelStands() {
        control.cancel(FailureReason.CANCELLED_FOR_LOCK);
        control.cancel(FailureReason.TIMEOUT);
        assertThat(control.cancelled()).isEqualTo(FailureReason.CANCELLED_FOR_LOCK);
    }

    @Test
    void aCancelCanBeRepeated() {
        control.enter(statement.self());
        control.cancel(FailureReason.TIMEOUT);
        control.cancel(FailureReason.TIMEOUT);
        assertThat(statement.calls()).containsExactly("cancel", "cancel");
    }

    @Test
    void aConnectionThatComesAfterACancelIsNotUsed() {
        control.cancel(FailureReason.TIMEOUT);
        assertThatExceptionOfType(CollectionException.class)
                .isThrownBy(() -> control.connected(connection.self()))
                .returns(FailureReason.TIMEOUT, CollectionException::reason);
    }

    @Test
    void anAbortReachesTheConnectionWhileThereIsOne() {
        control.abort(Runnable::run);
        control.connected(connection.self());
        assertThat(control.isConnected()).isTrue();
        control.abort(Runnable::run);
        control.disconnected();
        control.abort(Runnable::run);
        assertThat(connection.calls()).containsExactly("abort");
        assertThat(control.isConnected()).isFalse();
    }

    @Test
    void theServerProcessIsForgottenWithItsConnection() {
        control.connected(connection.self());
        control.backendPid(4711);
        assertThat(control.backendPid()).isEqualTo(4711);
        control.disconnected();
        assertThat(control.backendPid()).isZero();
    }

    @Test
    void aDriverThatRefusesToCancelOrAbortIsNoFailure() {
        SQLException refusal = new SQLException("no");
        statement.answering("cancel", () -> {
            throw refusal;
        });
        connection.answering("abort", () -> {
            throw refusal;
        });
        control.connected(connection.self());
        control.enter(statement.self());
        assertThatCode(() -> {
                    control.cancel(FailureReason.TIMEOUT);
                    control.abort(Runnable::run);
                })
                .doesNotThrowAnyException();
    }
}
