package io.getindico.metrics.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class RunningDemoTest {
    private static final int MANY = 12;

    private static final Pattern PROMETHEUS_VALUE = Pattern.compile("\"value\":\\[[\\d.]+,\"(\\d+)\"]");

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path folder;

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
            assertThatItHasAPastOfTwentyYears(demo);
        }
        assertThatThrownBy(() -> gauges(uri)).isInstanceOf(IOException.class);
        assertThat(postgres.onExit()).succeedsWithin(Duration.ofSeconds(5));
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("demo-"));
    }

    private void assertThatItHasAPastOfTwentyYears(RunningDemo demo) throws IOException {
        Path past = folder.resolve("past.om");
        demo.writeHistory(past.toString());
        List<String> events = Files.readAllLines(past).stream()
                .filter(line -> line.startsWith("indico_num_events{"))
                .toList();
        assertThat(events)
                .allMatch(line -> line.contains("instance=\"" + demo.uri().getAuthority() + "\"")
                        && line.contains("job=\"indico\""));
        String first = events.get(0);
        assertThat(Instant.ofEpochSecond(Long.parseLong(first.substring(first.lastIndexOf(' ') + 1))))
                .isBefore(yearsAgo(19));
    }

    private static Instant yearsAgo(int years) {
        return Instant.now().atOffset(ZoneOffset.UTC).minusYears(years).toInstant();
    }

    @Test
    @Tag("slow")
    @Timeout(300)
    void aPrometheusBesideItHasThePast() throws Exception {
        requireTool("prometheus");
        requireTool("promtool");
        String listen = "127.0.0.1:" + freePort();
        URI tenYearsAgo = URI.create("http://" + listen + "/api/v1/query?time="
                + yearsAgo(10).getEpochSecond() + "&query=last_over_time(indico_num_events%5B2d%5D)");
        try (RunningDemo demo = RunningDemo.start("127.0.0.1:0", "");
                DemoPrometheus prometheus = DemoPrometheus.start(demo, listen)) {
            assertThat(prometheus).isNotNull();
            OptionalInt events = valueOf(tenYearsAgo);
            while (events.isEmpty()) {
                Thread.sleep(200);
                events = valueOf(tenYearsAgo);
            }
            assertThat(events.getAsInt()).isBetween(300, 3000);
        }
        assertThatThrownBy(() -> get(tenYearsAgo)).isInstanceOf(IOException.class);
    }

    private static void requireTool(String name) {
        boolean isThere = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, name)));
        assumeTrue(
                isThere || Boolean.parseBoolean(System.getenv("INDICO_METRICS_REQUIRE_TOOLS")),
                "not run: no " + name + " on the path");
        assertThat(isThere).as(name).isTrue();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Empty until Prometheus serves the past. */
    private OptionalInt valueOf(URI query) throws InterruptedException {
        try {
            Matcher value = PROMETHEUS_VALUE.matcher(get(query));
            return value.find() ? OptionalInt.of(Integer.parseInt(value.group(1))) : OptionalInt.empty();
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }

    private String get(URI uri) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
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
        get(uri).lines()
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
