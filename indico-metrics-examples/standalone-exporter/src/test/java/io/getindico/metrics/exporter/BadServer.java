package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;

/** Listens like a PostgreSQL server but is none. */
final class BadServer implements AutoCloseable {
    private static final int CLEARTEXT_PASSWORD = 3;
    private static final int LENGTH_OF_SSL_REQUEST = 8;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    @FunctionalInterface
    private interface Conversation {
        void hold(DataInputStream in, DataOutputStream out) throws IOException;
    }

    private BadServer(Conversation conversation) throws IOException {
        Thread thread = new Thread(
                () -> {
                    while (!server.isClosed()) {
                        try (Socket client = server.accept()) {
                            client.setSoTimeout(1000);
                            conversation.hold(
                                    new DataInputStream(client.getInputStream()),
                                    new DataOutputStream(client.getOutputStream()));
                        } catch (IOException e) {
                            // The client went, or we close: the next one is waited for.
                        }
                    }
                },
                "bad-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** Answers the first message with random bytes. */
    static BadServer rubbish(Random random) throws IOException {
        long seed = random.nextLong();
        Random own = new Random(seed);
        return new BadServer((in, out) -> {
            in.readNBytes(in.readInt() - Integer.BYTES);
            byte[] rubbish = new byte[1 + own.nextInt(50)];
            own.nextBytes(rubbish);
            out.write(rubbish);
        });
    }

    /** Answers the first message with a text and closes. */
    static BadServer saying(String text) throws IOException {
        return new BadServer((in, out) -> {
            in.readNBytes(in.readInt() - Integer.BYTES);
            out.write(text.getBytes(UTF_8));
        });
    }

    /** Asks for the password in clear text, then refuses it with an error that repeats it. */
    static BadServer echo() throws IOException {
        return new BadServer((in, out) -> {
            int length = in.readInt();
            in.readNBytes(length - Integer.BYTES);
            if (length == LENGTH_OF_SSL_REQUEST) {
                out.writeByte('N');
                in.readNBytes(in.readInt() - Integer.BYTES);
            }
            out.writeByte('R');
            out.writeInt(2 * Integer.BYTES);
            out.writeInt(CLEARTEXT_PASSWORD);
            in.readByte();
            String password = new String(in.readNBytes(in.readInt() - Integer.BYTES), UTF_8).replace("\u0000", "");
            byte[] error =
                    ("SFATAL\0VFATAL\0C28P01\0Mwrong password \"" + password + "\" of somebody\0\0").getBytes(UTF_8);
            out.writeByte('E');
            out.writeInt(Integer.BYTES + error.length);
            out.write(error);
        });
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
