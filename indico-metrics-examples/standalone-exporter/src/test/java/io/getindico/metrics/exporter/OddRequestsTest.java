package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.logging.Logs;
import io.getindico.metrics.exporter.settings.Options.LogFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A bad request is the client's fault: no answer blames the server, and the log has no warnings. */
final class OddRequestsTest {
    private static final int REQUESTS = Integer.getInteger("requests.count", 2_500);
    private static final int CLIENTS = 4;
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final long SEED = Long.getLong("requests.seed", 20_261);

    /** Any 5xx except 501 and 505, which say that the server does not support the client's encoding or HTTP version. */
    private static final Pattern SERVER_ERROR = Pattern.compile("HTTP/1\\.1 5(?!01|05)\\d\\d");

    @Test
    void noneIsAnsweredWithAServerErrorOrLogged() throws Exception {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        List<String> failures;
        // To set up the database, the test uses jOOQ, which may warn of PostgreSQL's version.
        try (TestDatabase database = new TestDatabase()) {
            PrintStream stderr = System.err;
            System.setErr(new PrintStream(log, true, UTF_8));
            Logs.configure(LogFormat.TEXT, Level.INFO);
            try (Exporter open = Exporter.start(database.settings());
                    Exporter guarded = Exporter.start(database.settings("token", "token"))) {
                failures = failures(open, guarded);
            } finally {
                System.setErr(stderr);
            }
        }
        assertThat(failures).as("seed %s", SEED).isEmpty();
        assertThat(log.toString(UTF_8).lines())
                .as("seed %s", SEED)
                .noneMatch(line -> line.startsWith("\tat ") || line.contains(" WARN ") || line.contains(" ERROR "));
    }

    private static List<String> failures(Exporter open, Exporter guarded) throws Exception {
        for (Exporter exporter : List.of(open, guarded)) {
            Waiting.until(
                    "it is ready",
                    () -> Answer.get(exporter.uri().resolve("/-/ready")).status() == 200);
        }

        // Send fewer to the exporter that refuses most of them because the token is missing.
        List<String> failures = sendAll(List.of(open.uri(), open.uri(), open.uri(), guarded.uri()));

        assertThat(Answer.get(open.uri()).value("indico_up")).isEqualTo(1);
        assertThat(Answer.get(guarded.uri(), "Authorization: Bearer token").value("indico_up"))
                .isEqualTo(1);
        return failures;
    }

    /** Returns the requests that got a server error, each with its answer. */
    private static List<String> sendAll(List<URI> servers) throws Exception {
        OddRequests requests = new OddRequests(SEED);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<Optional<String>>> failures = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                URI server = servers.get(i % servers.size());
                String request = requests.next();
                failures.add(clients.submit(() -> failure(server, request)));
            }
            List<String> found = new ArrayList<>();
            for (Future<Optional<String>> failure : failures) {
                failure.get().ifPresent(found::add);
            }
            return found;
        } finally {
            clients.shutdownNow();
        }
    }

    private static Optional<String> failure(URI server, String request) throws IOException {
        try {
            String answer = send(server, request);
            return SERVER_ERROR.matcher(answer).find() ? Optional.of(request + answer) : Optional.empty();
        } catch (SocketTimeoutException e) {
            return Optional.of(request + "got no answer");
        }
    }

    /** Everything that comes back. A server that refuses a request midway may reset the connection. */
    private static String send(URI server, String request) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            socket.getInputStream().transferTo(answer);
        } catch (SocketException e) {
            return answer.toString(ISO_8859_1);
        }
        return answer.toString(ISO_8859_1);
    }
}
