package io.getindico.metrics.exporter.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link Socket} that pgjdbc uses, on a Unix domain socket. As with TCP, a read has a time limit, closing
 * ends the reads and writes of other threads, and interrupting a thread does neither.
 */
final class UnixSocket extends Socket {
    /** Java keeps a buffer outside the heap for each thread, as large as its largest read or write. */
    private static final int MAX_BYTES = 8192;

    private final Path file;
    private final Input input = new Input();
    private final Output output = new Output();
    private final Readiness readable = new Readiness(SelectionKey.OP_READ);
    private final Readiness writable = new Readiness(SelectionKey.OP_WRITE);

    private volatile @Nullable SocketChannel channel;
    private volatile boolean closed;
    private volatile int timeout;

    UnixSocket(Path file) {
        this.file = file;
    }

    /**
     * Connects to the file.
     *
     * @param unused what the driver takes for the server's address
     * @param limit unused, because the attempt succeeds or fails immediately
     */
    @Override
    public void connect(@Nullable SocketAddress unused, int limit) throws IOException {
        SocketChannel opened = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel = opened;
        try {
            if (closed) {
                throw closed();
            }
            opened.configureBlocking(false);
            if (!opened.connect(UnixDomainSocketAddress.of(file))) {
                // The kernel does not continue such an attempt in the background, as it does for TCP.
                throw new SocketException("too many connections wait for the server to accept them");
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public void connect(SocketAddress unused) throws IOException {
        connect(unused, 0);
    }

    private SocketChannel channel() throws SocketException {
        SocketChannel opened = channel;
        if (closed || opened == null) {
            throw closed();
        }
        return opened;
    }

    private static SocketException closed() {
        return new SocketException("Socket closed");
    }

    @Override
    public InputStream getInputStream() {
        return input;
    }

    @Override
    public OutputStream getOutputStream() {
        return output;
    }

    @Override
    public boolean isConnected() {
        return channel != null;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        SocketChannel opened = channel;
        if (opened != null) {
            opened.close();
        }
        // Java closes the file only once no selector refers to it.
        readable.close();
        writable.close();
    }

    /** The limit of a read in milliseconds; 0 means none. It applies to reads that begin later. */
    @Override
    public synchronized void setSoTimeout(int milliseconds) {
        timeout = milliseconds;
    }

    @Override
    public synchronized int getSoTimeout() {
        return timeout;
    }

    /** Has no effect: only TCP delays small packets. */
    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public boolean getTcpNoDelay() {
        return true;
    }

    /** Has no effect: the kernel reports the end of the other process. */
    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public boolean getKeepAlive() {
        return true;
    }

    @Override
    public void setReceiveBufferSize(int size) {}

    @Override
    public int getReceiveBufferSize() {
        return MAX_BYTES;
    }

    @Override
    public void setSendBufferSize(int size) {}

    @Override
    public int getSendBufferSize() {
        return MAX_BYTES;
    }

    @Override
    public String toString() {
        return file.toString();
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, Math.min(length, MAX_BYTES));
            long deadline = System.nanoTime() + timeout * 1_000_000L;
            try {
                int count;
                while ((count = channel().read(buffer)) == 0 && length > 0) {
                    readable.await(timeout == 0 ? 0 : millisecondsUntil(deadline));
                }
                return count;
            } catch (ClosedChannelException | ClosedSelectorException e) {
                throw closed();
            }
        }

        private long millisecondsUntil(long deadline) throws SocketTimeoutException {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new SocketTimeoutException("Read timed out");
            }
            return left / 1_000_000 + 1;
        }

        @Override
        public void close() throws IOException {
            UnixSocket.this.close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                for (int at = offset, end = offset + length; at < end; ) {
                    int count = channel().write(ByteBuffer.wrap(bytes, at, Math.min(end - at, MAX_BYTES)));
                    if (count == 0) {
                        writable.await(0);
                    }
                    at += count;
                }
            } catch (ClosedChannelException | ClosedSelectorException e) {
                throw closed();
            }
        }

        @Override
        public void close() throws IOException {
            UnixSocket.this.close();
        }
    }

    /** Waits until the channel can be read or written. Reads and writes wait apart, as they may in different threads. */
    private final class Readiness {
        private final int operation;
        private @Nullable Selector selector;

        Readiness(int operation) {
            this.operation = operation;
        }

        /** Waits for the given time at most; 0 means forever. */
        void await(long milliseconds) throws IOException {
            Selector waiting = selector();
            // An interrupted thread would not wait, but ask again and again.
            boolean isInterrupted = Thread.interrupted();
            try {
                waiting.select(milliseconds);
                waiting.selectedKeys().clear();
            } finally {
                if (isInterrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private synchronized Selector selector() throws IOException {
            Selector existing = selector;
            if (existing == null) {
                SocketChannel opened = channel();
                existing = Selector.open();
                selector = existing;
                opened.register(existing, operation);
            }
            return existing;
        }

        synchronized void close() throws IOException {
            if (selector != null) {
                selector.close();
            }
        }
    }
}
