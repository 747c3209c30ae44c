package io.getindico.metrics.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a collector may not do with the connection that it shares with others. */
class ConnectionGuardTest extends EngineTest {
    private static final String TRANSACTION = "SELECT extract(epoch FROM transaction_timestamp())";
    private static final String WRITE = "INSERT INTO users.groups (name) VALUES ('intruder')";

    interface Deed {
        void on(DSLContext dsl) throws Exception;
    }

    private interface ConnectionDeed {
        void on(Connection connection) throws Exception;
    }

    static Stream<Arguments> deeds() {
        return Stream.of(
                jdbc("commit", Connection::commit),
                jdbc("roll back", Connection::rollback),
                jdbc("set autocommit", connection -> connection.setAutoCommit(true)),
                jdbc("set a savepoint", Connection::setSavepoint),
                jdbc("make it writable", connection -> connection.setReadOnly(false)),
                jdbc(
                        "change the isolation",
                        connection -> connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED)),
                jdbc("close", Connection::close),
                jdbc("abort", connection -> connection.abort(Runnable::run)),
                jdbc("unwrap", connection -> connection.unwrap(Class.forName("org.postgresql.PGConnection"))),
                jdbc("unwrap a statement", connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.unwrap(Class.forName("org.postgresql.PGStatement"));
                    }
                }),
                jdbc("commit by way of a statement", connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.getConnection().commit();
                    }
                }),
                jdbc("close by way of a result", connection -> {
                    try (PreparedStatement statement = connection.prepareStatement("SELECT 1");
                            ResultSet result = statement.executeQuery()) {
                        result.getStatement().getConnection().close();
                    }
                }),
                jdbc("close by way of an array's result", connection -> {
                    try (Statement statement = connection.createStatement();
                            ResultSet result = statement.executeQuery("SELECT ARRAY[1]")) {
                        assertThat(result.next()).isTrue();
                        result.getArray(1)
                                .getResultSet()
                                .getStatement()
                                .getConnection()
                                .close();
                    }
                }),
                jdbc(
                        "roll back by way of the metadata",
                        connection -> connection.getMetaData().getConnection().rollback()),
                deed("commit by a statement of jOOQ's", dsl -> dsl.commit().execute()),
                deed(
                        "run a transaction of jOOQ's",
                        dsl -> dsl.transaction(nested -> nested.dsl().fetch("SELECT 1"))),
                deed("commit by words", dsl -> dsl.execute("/* now */ commit")),
                deed("commit after something else", dsl -> dsl.execute("SELECT 1; COMMIT")),
                deed("end by words", dsl -> dsl.execute("END")),
                deed("roll back by words", dsl -> dsl.execute("ROLLBACK")),
                deed("write", dsl -> dsl.execute(WRITE)),
                deed("write in a function", dsl -> dsl.fetch("SELECT setval('users.groups_id_seq', 100)")));
    }

    private static Arguments jdbc(String what, ConnectionDeed deed) {
        return deed(what, dsl -> dsl.connection(deed::on));
    }

    private static Arguments deed(String what, Deed deed) {
        return Arguments.of(what, deed);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("deeds")
    void isRefused(String what, Deed deed) {
        TestCollector intruder = TestCollector.gauge("intruder", context -> {
                    deed.on(context.dsl());
                    return 1;
                })
                .onlyForReal();
        IndicoMetrics metrics =
                open(TestCollector.sql("before", TRANSACTION), intruder, TestCollector.sql("next", TRANSACTION));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.success("intruder")).isZero();
        assertThat(scrape.value("test_intruder")).isNull();
        assertThat(scrape.value("test_before")).isNotNull().isEqualTo(scrape.value("test_next"));
    }

    @Test
    void wordsThatEndNothingAreLeftAlone() {
        String statement =
                "SELECT CASE WHEN '; commit' <> \"end\" THEN 1 END FROM (SELECT 'x' AS \"end\") t /* ; end */";
        assertThat(scrape(open(TestCollector.sql("honest", statement))).value("test_honest"))
                .isEqualTo(1);
    }

    @Test
    void nothingIsWrittenEvenByOneThatGoesOnAfterARefusal() {
        TestCollector intruder = TestCollector.gauge("intruder", context -> {
                    for (String statement : new String[] {WRITE, "COMMIT", WRITE, "COMMIT"}) {
                        try {
                            context.dsl().execute(statement);
                        } catch (RuntimeException e) {
                            assertThat(e).isNotNull();
                        }
                    }
                    return 1;
                })
                .onlyForReal()
                .maxStatements(10);
        scrape(open(intruder));
        assertThat(database().dsl().fetchCount(org.jooq.impl.DSL.table("users.groups")))
                .isZero();
    }
}
