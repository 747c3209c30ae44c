package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.http.ConnectionWatch;
import io.getindico.metrics.exporter.http.MetricsPage;
import io.getindico.metrics.exporter.settings.Settings;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Clients that are too many or too slow are refused and counted. The others are served. */
final class BoundsTest {
    @AutoClose
    private static final TestDatabase database = new TestDatabase();

    @Test
    void slowClientsAreCutOffAndCounted() throws Exception {
        ConnectionWatch.Limits limits =
                new ConnectionWatch.Limits(Duration.ofMillis(300), Duration.ofSeconds(30), Duration.ofMillis(300));
        try (Exporter exporter = start(limits);
                Socket trickling = connect(exporter.uri());
                Socket silent = connect(exporter.uri());
                Socket second = connect(exporter.uri())) {
            second.getOutputStream().write("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(readUntil(second, "healthy\n")).contains("200 OK");
            second.getOutputStream().write("GET /".getBytes(ISO_8859_1));
            double before = busy(exporter);

            // A byte now and then would keep an idle timeout from ever ending.
            Waiting.until("the trickle is cut off", () -> !write(trickling, "GET /met"));
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            assertThat(second.getInputStream().read()).isEqualTo(-1);

            assertThat(busy(exporter)).isEqualTo(before + 2);
            assertThat(Answer.get(exporter.uri()).status()).isEqualTo(200);
        }
    }

    @Test
    void idleConnectionsDoNotBlockScrapes() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try (Exporter exporter = start(ConnectionWatch.Limits.DEFAULT)) {
            for (int i = 0; i < 2 * ConnectionWatch.MAX_CONNECTIONS; i++) {
                Socket socket = connect(exporter.uri());
                socket.getOutputStream().write("GET /metrics HTT".getBytes(ISO_8859_1));
                sockets.add(socket);
                if (i % 50 == 0) {
                    assertThat(Answer.get(exporter.uri()).status()).isEqualTo(200);
                }
            }

            assertThat(Answer.get(exporter.uri()).status()).isEqualTo(200);
            assertThat(busy(exporter)).isGreaterThanOrEqualTo(ConnectionWatch.MAX_CONNECTIONS);
            assertThat(sockets.stream().filter(BoundsTest::isOpen).count())
                    .isLessThanOrEqualTo(ConnectionWatch.MAX_CONNECTIONS);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void idleConnectionsAfterAnAnswerDoNotBlockScrapes() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try (Exporter exporter = start(ConnectionWatch.Limits.DEFAULT)) {
            for (int i = 0; i < ConnectionWatch.MAX_CONNECTIONS; i++) {
                Socket socket = connect(exporter.uri());
                sockets.add(socket);
                socket.getOutputStream().write("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1));
                assertThat(readUntil(socket, "healthy\n")).contains("200 OK");
            }
            for (int i = 0; i < 20; i++) {
                assertThat(Answer.get(exporter.uri()).status()).isEqualTo(200);
            }
            assertThat(busy(exporter)).as("nobody was refused").isZero();
            assertThat(isOpen(sockets.get(0))).as("the one that idled longest").isFalse();
            assertThat(isOpen(sockets.get(sockets.size() - 1))).isTrue();
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /** While the database blocks every scrape, only a limited number may wait. The health page answers everyone. */
    @Test
    void refusesAndCountsScrapesAboveTheLimit() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(MetricsPage.MAX_CONCURRENT + 10);
        try (Connection locker = database.indico().dataSource().getConnection();
                Statement statement = locker.createStatement()) {
            locker.setAutoCommit(false);
            statement.execute("LOCK TABLE events.events IN ACCESS EXCLUSIVE MODE");
            try (Exporter exporter = Exporter.start(
                    database.settings("lock-timeout", "20s", "query-budget.live", "30s", "wait-limit", "30s"))) {
                List<Future<Answer>> answers = new ArrayList<>();
                for (int i = 0; i < MetricsPage.MAX_CONCURRENT; i++) {
                    answers.add(clients.submit(() -> Answer.get(exporter.uri())));
                }
                List<Answer> refused = new ArrayList<>();
                Waiting.until("a scrape is refused", () -> {
                    Future<Answer> more = clients.submit(() -> Answer.get(exporter.uri()));
                    answers.add(more);
                    return answers.stream().anyMatch(Future::isDone);
                });

                assertThat(Answer.get(exporter.uri().resolve("/-/healthy")).status())
                        .isEqualTo(200);
                assertThat(Answer.get(exporter.uri().resolve("/-/ready")).status())
                        .isEqualTo(503);
                locker.rollback();
                int served = 0;
                for (Future<Answer> answer : answers) {
                    if (answer.get().status() == 503) {
                        assertThat(answer.get().header("retry-after")).isEqualTo("5");
                        refused.add(answer.get());
                    } else {
                        assertThat(answer.get().status()).isEqualTo(200);
                        assertThat(answer.get().header("x-cached")).isEqualTo("no");
                        served++;
                    }
                }
                assertThat(served).isGreaterThanOrEqualTo(MetricsPage.MAX_CONCURRENT);
                assertThat(refused).isNotEmpty();
                assertThat(busy(exporter)).isEqualTo(refused.size());
            }
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void aBurstOfScrapersSharesAtMostThreeSessions() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(50);
        try (Exporter exporter = start(ConnectionWatch.Limits.DEFAULT)) {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                answers.add(clients.submit(() -> Answer.get(exporter.uri())));
            }
            for (Future<Answer> answer : answers) {
                assertThat(answer.get().status()).isEqualTo(200);
            }
            assertThat(sessions()).isBetween(1, 3);
        } finally {
            clients.shutdownNow();
        }
        Waiting.until("no session of ours is left", () -> sessions() == 0);
    }

    private static int sessions() {
        return database.indico()
                .dsl()
                .fetchCount(
                        org.jooq.impl.DSL.table("pg_stat_activity"),
                        org.jooq.impl.DSL.condition(
                                "application_name = 'indico-metrics' and datname = current_database()"));
    }

    private static Exporter start(ConnectionWatch.Limits limits) throws Exception {
        Settings settings = Settings.of(database.settings());
        Exporter exporter = Exporter.start(settings, () -> settings, limits);
        Waiting.until(
                "the first snapshot is there",
                () -> Answer.get(exporter.uri().resolve("/-/ready")).status() == 200);
        return exporter;
    }

    private static Socket connect(URI uri) throws IOException {
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String readUntil(Socket socket, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("ended after " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }

    private static boolean write(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1), 0, 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isOpen(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() >= 0;
        } catch (java.net.SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static double busy(Exporter exporter) throws IOException {
        return Answer.get(exporter.uri()).value("indico_exporter_rejected_requests_total{reason=\"busy\"}");
    }
}
