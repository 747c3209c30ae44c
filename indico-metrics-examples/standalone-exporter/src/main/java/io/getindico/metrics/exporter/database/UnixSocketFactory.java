package io.getindico.metrics.exporter.database;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.SocketFactory;

/**
 * Opens Unix sockets for pgjdbc, which only knows hosts. The driver creates it by name, so it is public. It also uses it
 * for cancel requests.
 *
 * @since 0.1.0
 */
public final class UnixSocketFactory extends SocketFactory {
    private final Path file;

    /**
     * For the driver's properties {@code socketFactory} and {@code socketFactoryArg}.
     *
     * @param file the path of the socket
     */
    public UnixSocketFactory(String file) {
        this.file = Path.of(file);
    }

    @Override
    public Socket createSocket() {
        return new UnixSocket(file);
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw onlyUnconnected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw onlyUnconnected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw onlyUnconnected();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw onlyUnconnected();
    }

    private static UnsupportedOperationException onlyUnconnected() {
        return new UnsupportedOperationException("a Unix socket has no host and no port");
    }
}
