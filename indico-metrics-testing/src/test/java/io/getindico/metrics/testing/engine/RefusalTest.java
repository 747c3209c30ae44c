package io.getindico.metrics.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reason that the engine reports if it gets no connection, also if a pool wraps the exception. */
class RefusalTest extends EngineTest {
    @ParameterizedTest
    @CsvSource({
        "08001, unreachable",
        "28P01, auth",
        "28000, auth",
        "57P03, starting",
        "53300, too_many_connections",
        "3D000, not_indico",
        "XX000, unreachable",
        ",      unreachable"
    })
    void isReported(String sqlState, String reason) {
        DataSource refusing = new ForwardingDataSource(database().dataSource()) {
            @Override
            public Connection getConnection() throws SQLException {
                SQLException cause = new SQLException("the server's words", sqlState);
                throw new SQLException("a pool's words", "08001", cause);
            }
        };
        IndicoMetrics metrics = open(engine(refusing, TestCollector.sql("one", "SELECT 1")));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.databaseErrors()).isEqualTo(reason);
        assertThat(scrape.failures("one", "connection")).isEqualTo(1);
        assertThat(scrape.success("one")).isZero();
        assertThat(scrape.isUp()).isFalse();
        assertThat(metrics.status().databaseDetail()).contains("the server's words");
    }

    @ParameterizedTest
    @CsvSource({"java.lang.IllegalStateException", "java.lang.NoClassDefFoundError"})
    void aDataSourceThatThrowsSomethingElseIsUnreachable(Class<? extends Throwable> type) {
        DataSource broken = new ForwardingDataSource(database().dataSource()) {
            @Override
            public Connection getConnection() throws SQLException {
                throw sneaky(type);
            }
        };
        IndicoMetrics metrics = open(engine(broken, TestCollector.sql("one", "SELECT 1")));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.databaseErrors()).isEqualTo("unreachable");
        assertThat(scrape.success("one")).isZero();
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneaky(Class<? extends Throwable> type) throws T {
        try {
            throw (T) type.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
