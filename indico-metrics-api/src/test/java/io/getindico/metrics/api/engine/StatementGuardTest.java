package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementGuardTest {
    private final Fake<PreparedStatement> statement = Fake.of(PreparedStatement.class);
    private final Fake<Connection> connection = Fake.of(Connection.class);
    private final RunControl control = new RunControl();
    private final DSLContext dsl = DSL.using(new DefaultConfiguration()
            .set(connection.self())
            .set(SQLDialect.POSTGRES)
            .set(JooqSettings.get())
            .set(new StatementGuard(control)));

    StatementGuardTest() {
        connection.answer("prepareStatement", statement.self());
        connection.answer("createStatement", statement.self());
    }

    private void send(String sql) {
        dsl.query(sql).execute();
    }

    /** A statement can hold SQL that its author wrote as text. */
    @Nested
    class TheTransaction {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "commit",
                    "COMMIT",
                    "  Commit work",
                    "end",
                    "abort",
                    "begin",
                    "start transaction",
                    "rollback",
                    "rollback to savepoint x",
                    "savepoint x",
                    "release savepoint x",
                    "prepare transaction 'x'",
                    "select 1; commit",
                    "select 1;commit; begin",
                    "select 1;\n  commit",
                    "select ';'; commit",
                    "select \"it's\"; commit; select 'x'",
                    "/* why */ commit",
                    "-- why\ncommit",
                    "select 1; /* why */ rollback",
                    "select $$x$$; commit",
                    "select $a$x$b$; commit; $c$",
                    "select x$$; commit; select y$$"
                })
        void cannotBeEndedByAStatement(String sql) {
            assertThatExceptionOfType(CollectionException.class)
                    .isThrownBy(() -> send(sql))
                    .withMessage("a collector's statement may not begin or end a transaction")
                    .returns(FailureReason.COLLECTOR_BUG, CollectionException::reason);
            assertThat(statement.calls()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "select 'x; commit'",
                    "select 'it''s; commit'",
                    "select 1 as \"a; rollback\"",
                    "select 1 -- ; commit",
                    "select 1 /* ; commit */",
                    "select $$x; commit$$",
                    "select $a$x; $b$; commit$a$",
                    "select committed, case when a then b end from rollbacks",
                    "select 1; select 2",
                    "with release as (select 1) select * from release",
                    "select ending from x"
                })
        void ignoresForbiddenWordsInOtherPlaces(String sql) {
            assertThatCode(() -> send(sql)).doesNotThrowAnyException();
            assertThat(statement.calls()).anyMatch(call -> call.startsWith("execute"));
        }
    }

    @Nested
    class ACancel {
        @Test
        void reachesTheStatementThatRuns() {
            statement.answering("execute", () -> {
                control.cancel(new Failure(FailureReason.TIMEOUT, "ended by a test"));
                return false;
            });
            statement.answering("executeUpdate", () -> {
                control.cancel(new Failure(FailureReason.TIMEOUT, "ended by a test"));
                return 0;
            });
            send("select 1");
            assertThat(statement.calls()).contains("cancel");
        }

        @Test
        void doesNotReachAStatementThatHasEnded() {
            send("select 1");
            control.cancel(new Failure(FailureReason.TIMEOUT, "ended by a test"));
            assertThat(statement.calls())
                    .anyMatch(call -> call.startsWith("execute"))
                    .doesNotContain("cancel");
        }

        @Test
        void doesNotReachAStatementThatFailed() {
            SQLException failure = new SQLException("no", "42P01");
            statement.answering("execute", () -> {
                throw failure;
            });
            statement.answering("executeUpdate", () -> {
                throw failure;
            });
            assertThatThrownBy(() -> send("select 1")).hasCause(failure);
            control.cancel(new Failure(FailureReason.TIMEOUT, "ended by a test"));
            assertThat(statement.calls()).doesNotContain("cancel");
        }

        @Test
        void preventsFurtherStatements() {
            control.cancel(new Failure(FailureReason.CANCELLED_FOR_LOCK, "ended by a test"));
            assertThatExceptionOfType(CollectionException.class)
                    .isThrownBy(() -> send("select 1"))
                    .withMessage("ended by a test")
                    .returns(FailureReason.CANCELLED_FOR_LOCK, CollectionException::reason);
            assertThat(statement.calls()).noneMatch(call -> call.startsWith("execute"));
        }
    }
}
