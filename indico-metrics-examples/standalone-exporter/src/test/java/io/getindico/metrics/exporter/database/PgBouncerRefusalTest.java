package io.getindico.metrics.exporter.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.settings.DatabaseUrl;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

final class PgBouncerRefusalTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "query_wait_timeout | 08P01 | ; PgBouncer had no free server session: check whether its pool is full,"
                        + " and whether it reaches the server",
                "no such user: u | 28P01 | ; check the password; the server's log says more",
                "no such database: d | 3D000 | ''",
                "unsupported startup parameter: x | 08P01 | ''",
            })
    void aRefusalOfPgBouncerIsReported(String words, String state, String remedy) throws Exception {
        ServerErrorMessage said = new ServerErrorMessage("SFATAL\0C08P01\0M" + words + "\0");
        SQLException told = new LoginFailure(
                        DatabaseUrl.parse("postgresql://db/indico"), new Credentials("u", "golden", null), "golden")
                .explain(new PSQLException(said, false));

        assertThat(told.getSQLState()).isEqualTo(state);
        assertThat(told.getMessage()).isEqualTo("FATAL: " + words + remedy);
    }
}
