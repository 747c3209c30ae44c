package io.getindico.metrics.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/** Starts a server in a container, if a container engine answers and Testcontainers is on the class path. */
final class ContainerSource {
    private static final String CLASS = "org.testcontainers.postgresql.PostgreSQLContainer";
    private static final String DEFAULT_HOST = "unix:///var/run/docker.sock";
    private static final byte[] PING = "GET /_ping HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PATIENCE_MILLIS = 1000;

    private ContainerSource() {}

    static ServerSource ofEnvironment() {
        return of(Objects.requireNonNullElse(System.getenv("DOCKER_HOST"), DEFAULT_HOST));
    }

    static ServerSource of(String engine) {
        return new ServerSource("Testcontainers", () -> start(engine));
    }

    private static RunningServer start(String engine) throws IOException {
        try {
            Class.forName(CLASS, false, ContainerSource.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IOException("not on the class path (org.testcontainers:testcontainers-postgresql)", e);
        }
        checkThatItAnswers(engine);
        return ContainerServer.start();
    }

    /** Checks this first, because Testcontainers takes long to find out that there is no engine. */
    private static void checkThatItAnswers(String engine) throws IOException {
        URI uri = URI.create(engine);
        boolean local = "unix".equals(uri.getScheme());
        try (SocketChannel channel = local ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
                Selector selector = Selector.open()) {
            if (local) {
                // Does not block, because connecting to a local socket succeeds or fails at once.
                channel.connect(UnixDomainSocketAddress.of(Path.of(uri.getPath())));
            } else {
                channel.socket().connect(new InetSocketAddress(uri.getHost(), uri.getPort()), PATIENCE_MILLIS);
            }
            channel.write(ByteBuffer.wrap(PING));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            if (selector.select(PATIENCE_MILLIS) == 0) {
                throw new IOException("no response");
            }
        } catch (IOException | RuntimeException e) {
            throw new IOException("no container engine answers at " + engine + " (" + e.getMessage() + ")", e);
        }
    }
}
