package io.getindico.metrics.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** After each class of tests: no database of ours on the server, and no session in one. Found by the service loader. */
public final class NothingLeftBehind implements AfterAllCallback {
    @Override
    public void afterAll(ExtensionContext context) {
        PostgresServer server = PostgresServer.shared();
        assertThat(server.openDatabases()).as("databases left open").isEmpty();
        assertThat(server.dsl("postgres")
                        .fetch("SELECT datname, application_name, query FROM pg_stat_activity"
                                + " WHERE datname LIKE 'indico_metrics_%' AND backend_type = 'client backend'"))
                .as("sessions left open")
                .isEmpty();
    }
}
