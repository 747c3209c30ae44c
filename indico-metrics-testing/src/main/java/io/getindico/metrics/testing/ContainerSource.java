package io.getindico.metrics.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/** A server in a container, where an engine answers and Testcontainers is on the class path. */
final class ContainerSource implements ServerSource {
    private static final String CLASS = "org.testcontainers.postgresql.PostgreSQLContainer";
    private static final String DEFAULT_HOST = "unix:///var/run/docker.sock";
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final String engine;

    ContainerSource() {
        this(Objects.requireNonNullElse(System.getenv("DOCKER_HOST"), DEFAULT_HOST));
    }

    ContainerSource(String engine) {
        this.engine = engine;
    }

    @Override
    public String description() {
        return "Testcontainers";
    }

    @Override
    public RunningServer start() throws IOException {
        try {
            Class.forName(CLASS, false, ContainerSource.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IOException("not on the class path (org.testcontainers:testcontainers-postgresql)", e);
        }
        checkThatItAnswers();
        return ContainerServer.start();
    }

    /** Testcontainers itself takes long to find out that there is nothing. */
    private void checkThatItAnswers() throws IOException {
        try {
            URI uri = URI.create(engine);
            if ("unix".equals(uri.getScheme())) {
                // Connecting to a local socket does not block: someone listens or not.
                try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                    channel.connect(UnixDomainSocketAddress.of(Path.of(uri.getPath())));
                }
            } else {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), (int) PATIENCE.toMillis());
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new IOException("no container engine answers at " + engine + " (" + e.getMessage() + ")", e);
        }
    }
}
