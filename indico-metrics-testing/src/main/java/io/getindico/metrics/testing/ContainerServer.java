package io.getindico.metrics.testing;

import java.io.IOException;
import java.util.UUID;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** A separate class, because Testcontainers is optional. */
final class ContainerServer implements RunningServer {
    private static final String IMAGE = "postgres:16";
    private static final int PORT = 5432;

    private final PostgreSQLContainer container;

    private ContainerServer(PostgreSQLContainer container) {
        this.container = container;
    }

    static ContainerServer start() throws IOException {
        PostgreSQLContainer container = new PostgreSQLContainer(IMAGE)
                .withUsername("postgres")
                .withPassword(UUID.randomUUID().toString());
        try {
            container.start();
            return new ContainerServer(container);
        } catch (RuntimeException e) {
            container.close();
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(container.getHost(), container.getMappedPort(PORT), database);
    }

    @Override
    public String user() {
        return container.getUsername();
    }

    @Override
    public String password() {
        return container.getPassword();
    }

    @Override
    public String origin() {
        return "Testcontainers " + IMAGE;
    }

    @Override
    public boolean isThrownAway() {
        return true;
    }

    @Override
    public void close() {
        container.close();
    }
}
