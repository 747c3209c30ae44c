package io.getindico.metrics.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RunningDemoTest {
    private static final int MANY = 12;

    private final HttpClient client = HttpClient.newHttpClient();

    /** One test, since the demo takes seconds to start. */
    @Test
    @Timeout(120)
    void servesBelievableNumbersThatMoveAndLeavesNothing() throws Exception {
        URI uri;
        ProcessHandle postgres;
        try (RunningDemo demo = RunningDemo.start("127.0.0.1:0", "")) {
            uri = demo.uri();
            DSLContext dsl = demo.indico().dsl();
            postgres = serverProcess(dsl);
            Map<String, Double> gauges = awaitAll(uri);
            assertThat(gauges).allSatisfy((name, value) -> assertThat(value).isPositive());
            assertThat(gauges.get("indico_num_events")).isBetween(2000.0, 5000.0);

            awaitMoved(uri, gauges);
            assertThat(Invariants.violations(dsl)).isEmpty();
        }
        assertThatThrownBy(() -> gauges(uri)).isInstanceOf(IOException.class);
        assertThat(postgres.onExit()).succeedsWithin(Duration.ofSeconds(5));
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("demo-"));
    }

    /** The server's process, which is the parent of a session's process. */
    private static ProcessHandle serverProcess(DSLContext dsl) {
        return dsl.connectionResult(connection -> {
            int session =
                    DSL.using(connection).fetchSingle("SELECT pg_backend_pid()").get(0, Integer.class);
            return ProcessHandle.of(session).flatMap(ProcessHandle::parent).orElseThrow();
        });
    }

    /** A scrape does not wait for heavy collectors. */
    private Map<String, Double> awaitAll(URI uri) throws IOException, InterruptedException {
        Map<String, Double> gauges = gauges(uri);
        while (gauges.size() < 22) {
            Thread.sleep(200);
            gauges = gauges(uri);
        }
        assertThat(gauges).hasSize(22);
        return gauges;
    }

    private void awaitMoved(URI uri, Map<String, Double> before) throws IOException, InterruptedException {
        Map<String, Double> still = new TreeMap<>(before);
        while (still.size() > before.size() - MANY) {
            Thread.sleep(200);
            still.entrySet().retainAll(gauges(uri).entrySet());
        }
    }

    /** The gauges about Indico itself. */
    private Map<String, Double> gauges(URI uri) throws IOException, InterruptedException {
        Map<String, Double> gauges = new TreeMap<>();
        client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.matches("indico_(num|size)_.*"))
                .map(line -> line.split(" "))
                .forEach(sample -> gauges.put(sample[0], Double.valueOf(sample[1])));
        return gauges;
    }

    @Test
    void reportsATakenPortBeforeItStartsAnything() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String listen = "127.0.0.1:" + taken.getLocalPort();
            assertThatThrownBy(() -> RunningDemo.start(listen, ""))
                    .hasMessageStartingWith("cannot listen on " + listen)
                    .hasMessageEndingWith("choose another address with -Ddemo.listen=HOST:PORT");
        }
    }
}
