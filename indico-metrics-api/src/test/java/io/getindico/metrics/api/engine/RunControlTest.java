package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.getindico.metrics.api.engine.RunTimes.Phase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RunControlTest {
    private final Fake<Connection> connection = Fake.of(Connection.class);
    private final Fake<Statement> statement = Fake.of(Statement.class);
    private final RunControl control = new RunControl();
    private final Failure timeout = new Failure(FailureReason.TIMEOUT, "too long");

    @Test
    void theFirstReasonOfACancelCounts() {
        Failure first = new Failure(FailureReason.CANCELLED_FOR_LOCK, "gave way");
        control.cancel(first);
        control.cancel(timeout);
        assertThat(control.cancelled()).isEqualTo(first);
    }

    @Test
    void aCancelCanBeRepeated() {
        control.enter(statement.self());
        control.cancel(timeout);
        control.cancel(timeout);
        assertThat(statement.calls()).containsExactly("cancel", "cancel");
    }

    @Test
    void aConnectionThatComesAfterACancelIsNotUsed() {
        control.cancel(timeout);
        assertThatExceptionOfType(CollectionException.class)
                .isThrownBy(() -> control.connected(connection.self()))
                .withMessage("too long")
                .returns(FailureReason.TIMEOUT, CollectionException::reason);
    }

    @Test
    void anAbortReachesTheConnectionWhileThereIsOne() {
        control.abort(Runnable::run);
        control.connected(connection.self());
        control.abort(Runnable::run);
        control.disconnected();
        control.abort(Runnable::run);
        assertThat(connection.calls()).containsExactly("abort");
    }

    @Test
    void forgetsTheServerProcessWithItsConnection() {
        control.connected(connection.self());
        control.backendPid(4711);
        assertThat(control.backendPid()).isEqualTo(4711);
        control.disconnected();
        assertThat(control.backendPid()).isZero();
    }

    @Test
    void onlyWhatIsSentToTheDatabaseCountsAsItsTime() throws InterruptedException {
        RunTimes times = control.times();
        control.connecting(TimeSource.system().now());
        Thread.sleep(2);
        assertThat(times.connecting()).isPositive();
        control.connectingEnded();
        assertThat(times.connecting()).isZero();
        control.connected(connection.self());
        Thread.sleep(2);
        assertThat(times.of(Phase.JAVA)).isPositive();
        assertThat(times.of(Phase.DATABASE)).isZero();
        control.enter(statement.self());
        Thread.sleep(2);
        control.exit();
        assertThat(times.of(Phase.DATABASE)).isPositive();
        control.disconnected();
        Duration java = times.of(Phase.JAVA);
        Thread.sleep(2);
        assertThat(times.of(Phase.JAVA)).as("without a connection").isEqualTo(java);
    }

    @Test
    void ignoresADriverThatRefusesToCancelOrAbort() {
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
                    control.cancel(timeout);
                    control.abort(Runnable::run);
                })
                .doesNotThrowAnyException();
    }
}
