package io.getindico.metrics.testing.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The way to a server, which can be cut, reset, stalled and lost, and mended. */
public final class Network implements AutoCloseable {
    private final String host;
    private final int port;
    private final int localPort;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile ServerSocket listener;
    private volatile boolean stalled;
    private volatile int lost;

    public Network(String host, int port) {
        this.host = host;
        this.port = port;
        this.listener = listen(0);
        this.localPort = listener.getLocalPort();
    }

    public int port() {
        return localPort;
    }

    private ServerSocket listen(int onPort) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort));
            start(() -> accept(socket));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                connect(socket.accept(), socket);
            } catch (IOException e) {
                // Cut.
                sockets.removeIf(Socket::isClosed);
            }
        }
    }

    private void connect(Socket near, ServerSocket by) throws IOException {
        int number = connections.incrementAndGet();
        sockets.add(near);
        Socket far = farEnd(near);
        sockets.add(far);
        if (by.isClosed()) {
            // Cut in this moment, and not yet among those that were closed.
            near.close();
            far.close();
        }
        start(() -> copy(number, near, far));
        start(() -> copy(number, far, near));
    }

    /** If no server listens, the client is refused at once. */
    private Socket farEnd(Socket near) throws IOException {
        try {
            return new Socket(host, port);
        } catch (IOException e) {
            near.close();
            throw e;
        }
    }

    private void copy(int number, Socket from, Socket to) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[8192];
            int count;
            do {
                count = in.read(buffer);
                while (stalled || number <= lost) {
                    LockSupport.parkNanos(1_000_000);
                }
                out.write(buffer, 0, Math.max(count, 0));
            } while (count >= 0);
        } catch (IOException e) {
            // Either end may go at any time.
            sockets.remove(from);
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "test-network");
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends all connections and refuses new ones. */
    public void cut() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Resets all connections; new ones are taken. */
    public void reset() {
        for (Socket socket : List.copyOf(sockets)) {
            try (socket) {
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                // It was closed already.
                sockets.remove(socket);
            }
        }
    }

    /** Nothing comes through any more, not even the end of a connection. */
    public void stall() {
        stalled = true;
    }

    /** Ends a stall: bytes flow again. */
    public void goOn() {
        stalled = false;
    }

    /** Acts like a firewall that forgets connections: stalled ones never continue, but new ones pass. */
    void forgetWhatStalls() {
        lost = connections.get();
        stalled = false;
    }

    /** After {@link #cut}. */
    public void mend() {
        Await.until("nobody else uses the port that was free in the meantime", this::isListening);
    }

    private boolean isListening() {
        try {
            listener = listen(localPort);
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        goOn();
        lost = 0;
        cut();
    }
}
