package io.getindico.metrics.exporter.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests what pgjdbc expects of a socket. Each test plays the server. */
@Timeout(30)
final class UnixSocketTest {
    private Path folder;
    private Path file;
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException {
        folder = Files.createTempDirectory("socket");
        file = folder.resolve("s");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(file), 1);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        Files.deleteIfExists(file);
        Files.delete(folder);
    }

    @Test
    void passesLargeAmountsInBothDirections() throws Exception {
        byte[] sent = new byte[3_000_000];
        new Random(1).nextBytes(sent);
        try (Socket socket = connected();
                SocketChannel peer = server.accept()) {
            FutureTask<Void> echo = inBackground(() -> {
                ByteBuffer buffer = ByteBuffer.allocate(50_000);
                for (long left = sent.length; left > 0; left -= buffer.limit()) {
                    buffer.clear();
                    peer.read(buffer);
                    buffer.flip();
                    while (buffer.hasRemaining()) {
                        peer.write(buffer);
                    }
                }
                return null;
            });
            FutureTask<Void> writing = inBackground(() -> {
                socket.getOutputStream().write(sent);
                return null;
            });

            assertThat(socket.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
            writing.get();
            echo.get();
        }
    }

    @Test
    void reportsTheEndOfTheServer() throws Exception {
        try (Socket socket = connected()) {
            server.accept().close();

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(() -> socket.getOutputStream().write(1)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aReadEndsAtItsLimitAndTheNextOneWorks() throws Exception {
        try (Socket socket = connected();
                SocketChannel peer = server.accept()) {
            socket.setSoTimeout(200);
            long start = System.nanoTime();

            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start).toMillis()).isBetween(200L, 2000L);

            peer.write(ByteBuffer.wrap(new byte[] {(byte) 200}));
            assertThat(socket.getInputStream().read()).isEqualTo(200);
        }
    }

    @Test
    void closingEndsAReadOfAnotherThread() throws Exception {
        try (Socket socket = connected();
                SocketChannel peer = server.accept()) {
            assertEndsOnClose(socket, () -> socket.getInputStream().read());
            assertThat(peer.isOpen()).isTrue();
        }
    }

    @Test
    void closingEndsAWriteOfAnotherThread() throws Exception {
        try (Socket socket = connected();
                SocketChannel peer = server.accept()) {
            assertEndsOnClose(socket, () -> {
                socket.getOutputStream().write(new byte[10_000_000]);
                return null;
            });
            assertThat(peer.isOpen()).isTrue();
        }
    }

    private static void assertEndsOnClose(Socket socket, Callable<?> use) throws Exception {
        FutureTask<?> task = new FutureTask<>(use);
        Thread thread = new Thread(task);
        thread.start();
        while (thread.getState() != Thread.State.RUNNABLE || !isSelecting(thread)) {
            Thread.onSpinWait();
        }
        socket.close();

        assertThatThrownBy(() -> task.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(SocketException.class)
                .hasMessage("Socket closed");
        assertThat(socket.isClosed()).isTrue();
    }

    private static boolean isSelecting(Thread thread) {
        for (StackTraceElement element : thread.getStackTrace()) {
            if (element.getMethodName().equals("select")) {
                return true;
            }
        }
        return false;
    }

    /** An interrupted thread reads on, without using the processor, and stays interrupted. */
    @Test
    void interruptingAThreadChangesNothing() throws Exception {
        try (Socket socket = connected();
                SocketChannel peer = server.accept()) {
            socket.setSoTimeout(500);
            Thread.currentThread().interrupt();
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();

            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

            long used = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
            assertThat(Thread.interrupted()).isTrue();
            assertThat(Duration.ofNanos(used).toMillis()).isLessThan(250);
            assertThat(peer.isOpen()).isTrue();
        }
    }

    @Test
    void failsImmediatelyWithoutAFileAndWithoutAServer() throws Exception {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> new UnixSocket(missing).connect(null, 0))
                .isInstanceOf(SocketException.class)
                .hasMessage("No such file or directory");
        server.close();
        assertThatThrownBy(this::connected).isInstanceOf(SocketException.class).hasMessage("Connection refused");
    }

    @Test
    void aClosedSocketDoesNotConnect() throws Exception {
        UnixSocket socket = new UnixSocket(file);
        socket.close();

        assertThatThrownBy(() -> socket.connect(null, 0)).hasMessage("Socket closed");
    }

    /** The server accepts nothing here, and Linux keeps only a few connections waiting. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void failsImmediatelyIfTooManyConnectionsWait() {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 10; i++) {
                        connected();
                    }
                })
                .isInstanceOf(SocketException.class);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void keepsNoFileOpenOnceClosed() throws Exception {
        // The first use opens files that Java keeps.
        openAndClose();
        int before = openFiles();
        for (int i = 0; i < 20; i++) {
            openAndClose();
        }
        assertThat(openFiles()).isLessThan(before + 20);
    }

    private void openAndClose() throws IOException {
        try (Socket socket = connected();
                SocketChannel peer = server.accept()) {
            socket.setSoTimeout(1);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(peer.isOpen()).isTrue();
        }
    }

    private static int openFiles() {
        return new File("/proc/self/fd").list().length;
    }

    private Socket connected() throws IOException {
        Socket socket = new UnixSocketFactory(file.toString()).createSocket();
        socket.connect(null, 0);
        return socket;
    }

    private static <T> FutureTask<T> inBackground(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return task;
    }
}
