package io.getindico.metrics.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.getindico.metrics.jooq.IndicoRelease;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GivenServerTest {
    private final PostgresServer shared = PostgresServer.shared();

    @Test
    void databasesAreCreatedOnItAndDroppedAfterwards() throws IOException {
        List<String> before = databases();
        try (PostgresServer given =
                new PostgresServer(GivenServer.source(url("postgres")).start().server())) {
            IndicoDatabase database = IndicoDatabase.create(given, IndicoRelease.newest());
            database.prepare();
            assertThat(database.jdbcUrl()).isEqualTo(url(database.name()));
            assertThat(databases()).contains(database.name()).hasSize(before.size() + 2);
            assertThat(given.origin()).isEqualTo("JDBC URL from INDICO_METRICS_TEST_JDBC_URL");
        }
        assertThat(databases()).isEqualTo(before);
    }

    @Test
    void aServerThatRefusesTheLoginIsNotTaken() {
        assertThatThrownBy(() -> GivenServer.source(shared.jdbcUrl("postgres") + "?user=nobody&password=wrong")
                        .start()
                        .server())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("password authentication failed");
    }

    @ParameterizedTest
    @CsvSource({"jdbc:mysql://localhost/test", "localhost:5432", "jdbc:postgresql:postgres"})
    void anotherFormOfAddressIsRefused(String url) {
        assertThatThrownBy(() -> GivenServer.source(url).start().server())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("expected jdbc:postgresql://host/database");
    }

    private String url(String database) {
        return "%s?user=%s&password=%s&connectTimeout=30"
                .formatted(shared.jdbcUrl(database), shared.user(), shared.password());
    }

    private List<String> databases() {
        return shared.dsl("postgres")
                .fetch("SELECT datname FROM pg_database ORDER BY 1")
                .getValues(0, String.class);
    }
}
