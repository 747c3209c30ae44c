package io.getindico.metrics.testing;

import java.io.IOException;
import java.util.UUID;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** A separate class, because Testcontainers is optional. */
final class ContainerServer {
    private static final String IMAGE = "postgres:16";
    private static final int PORT = 5432;

    private ContainerServer() {}

    static RunningServer start() throws IOException {
        PostgreSQLContainer container = new PostgreSQLContainer(IMAGE)
                .withUsername("postgres")
                .withPassword(UUID.randomUUID().toString());
        try {
            container.start();
        } catch (RuntimeException e) {
            container.close();
            throw new IOException(e.getMessage(), e);
        }
        return new RunningServer.Remote(
                "jdbc:postgresql://%s:%d/".formatted(container.getHost(), container.getMappedPort(PORT)),
                "",
                container.getUsername(),
                container.getPassword(),
                "Testcontainers " + IMAGE,
                true,
                container::close);
    }
}
