package io.getindico.metrics.exporter;

import io.getindico.metrics.exporter.settings.DatabaseUrl;
import io.getindico.metrics.exporter.settings.InvalidValueException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Stands in front of a server: counts connections, cuts them, refuses new ones or accepts them silently. */
final class Relay implements AutoCloseable {
    private final DatabaseUrl.@Nullable Host target;
    private final int port;
    private final AtomicInteger accepted = new AtomicInteger();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ServerSocket server;
    private volatile Duration delay = Duration.ZERO;

    private Relay(DatabaseUrl.@Nullable Host target) throws IOException {
        this.target = target;
        ServerSocket first = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.port = first.getLocalPort();
        listen(first);
    }

    static Relay to(String jdbcUrl) throws IOException {
        try {
            return new Relay(DatabaseUrl.parse(jdbcUrl).hosts().get(0));
        } catch (InvalidValueException e) {
            throw new IOException(e);
        }
    }

    static Relay silent() throws IOException {
        return new Relay(null);
    }

    /** Delays the first byte of each new connection. */
    Relay delayedBy(Duration duration) {
        this.delay = duration;
        return this;
    }

    int port() {
        return port;
    }

    int accepted() {
        return accepted.get();
    }

    /** Ends all connections. New ones are accepted. */
    void cut() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    /** Behaves as if the server were down. */
    void goAway() throws IOException {
        ServerSocket listening = server;
        if (listening != null) {
            listening.close();
        }
        cut();
    }

    void comeBack() throws IOException {
        ServerSocket next = new ServerSocket();
        next.setReuseAddress(true);
        next.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        listen(next);
    }

    private void listen(ServerSocket listening) {
        server = listening;
        start(() -> {
            while (true) {
                Socket client = listening.accept();
                accepted.incrementAndGet();
                sockets.add(client);
                if (target != null) {
                    LockSupport.parkNanos(delay.toNanos());
                    Socket upstream = new Socket(target.name(), target.port());
                    sockets.add(upstream);
                    start(() -> copy(client, upstream));
                    start(() -> copy(upstream, client));
                }
            }
        });
    }

    @FunctionalInterface
    private interface Task {
        void run() throws IOException;
    }

    private static void start(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // A socket was closed: that is how a relay's threads end.
                        return;
                    }
                },
                "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[8192];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
                out.flush();
            }
        }
    }

    @Override
    public void close() throws IOException {
        goAway();
    }
}
