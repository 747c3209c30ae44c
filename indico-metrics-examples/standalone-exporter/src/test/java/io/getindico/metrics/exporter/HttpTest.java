package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpTest {
    private static final String OPENMETRICS = "Accept: application/openmetrics-text;version=1.0.0";

    private static TestDatabase database;
    private static Exporter exporter;

    @BeforeAll
    static void start() throws Exception {
        database = new TestDatabase();
        exporter = Exporter.start(database.settings());
        Waiting.until("the first snapshot is there", () -> get("/-/ready").status() == 200);
    }

    @AfterAll
    static void stop() {
        exporter.close();
        database.close();
    }

    @Test
    void servesTheGaugesAndTheirReadings() throws IOException {
        Answer answer = get("/metrics");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.header("vary")).isEqualTo("Accept, Accept-Encoding");
        assertThat(answer.header("x-cached")).isEqualTo("yes");
        assertThat(answer.value("indico_up")).isEqualTo(1);
        assertThat(answer.value("indico_num_active_events")).isZero();
        for (String reason : List.of("busy", "too_large", "unauthorized")) {
            assertThat(answer.value("indico_exporter_rejected_requests_total{reason=\"" + reason + "\"}"))
                    .isNotNegative();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/-/healthy, 200, healthy",
        "/-/ready, 200, ready",
        "/metricsfoo, 404, 404 Not Found",
        "/metrics/, 404, 404 Not Found",
        "//metrics, 400, 400 Bad Request",
        "/./metrics, 404, 404 Not Found",
        "/x/../metrics, 404, 404 Not Found",
        "/%6detrics, 404, 404 Not Found",
        "/metrics/x, 404, 404 Not Found",
        "/metrics;x=1, 404, 404 Not Found",
        "/Metrics, 404, 404 Not Found",
        "/-/healthy/, 404, 404 Not Found",
        "/index.html, 404, 404 Not Found",
        "/favicon.ico, 404, 404 Not Found",
        "/-/reload, 404, 404 Not Found"
    })
    void pathsAreExact(String path, int status, String body) throws IOException {
        Answer answer =
                Answer.send(exporter.uri(), "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(body + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"})
    void onlyReadingIsAllowed(String method) throws IOException {
        for (String path : List.of("/metrics", "/", "/-/healthy", "/-/ready")) {
            Answer answer = Answer.request(method, exporter.uri().resolve(path));

            assertThat(answer.status()).as(path).isEqualTo(405);
            assertThat(answer.header("allow")).isEqualTo("GET, HEAD");
        }
        assertThat(Answer.request(method, exporter.uri().resolve("/none")).status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/", "/-/healthy", "/-/ready", "/none"})
    void headIsGetWithoutTheBody(String path) throws IOException {
        Answer head = Answer.request("HEAD", exporter.uri().resolve(path));
        Answer get = get(path);

        assertThat(head.status()).isEqualTo(get.status());
        assertThat(head.rawBody()).isEmpty();
        assertThat(head.header("content-type")).isEqualTo(get.header("content-type"));
        assertThat(head.header("content-length")).isNotEmpty().isNotEqualTo("0");
        assertThat(head.headers().keySet()).isEqualTo(get.headers().keySet());
    }

    @ParameterizedTest
    @CsvSource({
        "name%5B%5D=indico_num_active_events",
        "name[]=indico_num_active_events",
        "name%5B%5D=indico_num_active_events&name%5B%5D=none&x=y",
        "name%5B%5D=indico_num_active_events&name%5B%5D="
    })
    void givesOnlyTheNamesAskedFor(String query) throws IOException {
        Answer answer = Answer.send(
                exporter.uri(), "GET /metrics?" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(samples(answer)).containsExactly("indico_num_active_events 0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"indico_exporter_rejected_requests", "indico_exporter_rejected_requests_total"})
    void aCounterHasTwoNames(String name) throws IOException {
        assertThat(samples(get("/metrics?name%5B%5D=" + name)))
                .hasSize(3)
                .allMatch(line -> line.startsWith("indico_exporter_rejected_requests_total{"));
    }

    @Test
    void anUnknownNameGivesNothing() throws IOException {
        assertThat(samples(get("/metrics?name%5B%5D=none"))).isEmpty();
        assertThat(get("/metrics?name%5B%5D=none", OPENMETRICS).body()).isEqualTo("# EOF\n");
        assertThat(samples(get("/metrics?name%5B%5D="))).hasSizeGreaterThan(22);
    }

    @Test
    void refusesAnInvalidQuery() throws IOException {
        assertThat(get("/metrics?name%5B%5D=x").status()).isEqualTo(200);
        for (String query : List.of("name%5B%5D=%zz", "name%5B%5D=%", "name%5B%5D=%ff")) {
            assertThat(Answer.send(
                                    exporter.uri(),
                                    "GET /metrics?" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                            .status())
                    .as(query)
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {";q=\"1\"", "a, ;q=\"\"", ",;q=\",\""})
    void anEmptyAcceptHeaderGetsText(String accept) throws IOException {
        Answer answer = get("/metrics", "Accept: " + accept, "Accept-Encoding: " + accept);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).startsWith("text/plain;");
        assertThat(answer.header("content-encoding")).isEmpty();
    }

    @Test
    void eachClientGetsItsOwnFormat() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try {
            List<Future<Answer>> text = new ArrayList<>();
            List<Future<Answer>> openMetrics = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                text.add(clients.submit(() -> get("/metrics", "Accept-Encoding: gzip")));
                openMetrics.add(clients.submit(() -> get("/metrics?name%5B%5D=indico_up", OPENMETRICS)));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(text.get(i).get().header("content-encoding")).isEqualTo("gzip");
                assertThat(text.get(i).get().unzippedBody())
                        .contains("indico_num_active_events 0.0")
                        .doesNotContain("# EOF");
                assertThat(openMetrics.get(i).get().header("content-encoding")).isEmpty();
                assertThat(openMetrics.get(i).get().body())
                        .startsWith("# TYPE indico_up gauge\n")
                        .endsWith("indico_up 1.0\n# EOF\n");
            }
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void servesProtobufOnRequest() throws IOException {
        Answer answer = get(
                "/metrics?name%5B%5D=indico_up",
                "Accept: application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited");

        assertThat(answer.header("content-type")).startsWith("application/vnd.google.protobuf;");
        // One message: its length, then field 1, a string of nine letters.
        assertThat(answer.rawBody()).hasSize(answer.rawBody().charAt(0) + 1).contains("\n\tindico_up");
    }

    @Test
    void sendsSecurityHeaders() throws IOException {
        for (String path : List.of("/", "/metrics", "/-/healthy", "/none", "/metrics?" + "x".repeat(20_000))) {
            Answer answer = get(path);

            assertThat(answer.header("x-content-type-options")).as(path).isEqualTo("nosniff");
            assertThat(answer.header("content-security-policy")).startsWith("default-src 'none'; style-src 'sha256-");
            assertThat(answer.header("cache-control")).isEqualTo("no-store");
            assertThat(answer.header("referrer-policy")).isEqualTo("no-referrer");
            assertThat(answer.headers()).doesNotContainKeys("server", "x-powered-by");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {9000, 30_000})
    void aHugeQueryIsRefusedAndCounted(int size) throws IOException {
        double before = rejected("too_large");

        assertThat(get("/metrics?name%5B%5D=" + "x".repeat(size)).status()).isEqualTo(414);

        assertThat(rejected("too_large")).isEqualTo(before + 1);
    }

    @Test
    void anEndlessQueryIsCutOffAndCounted() throws IOException {
        double before = rejected("too_large");

        // The client may be cut off in the middle of sending, before it can read the answer.
        assertThat(get("/metrics?name%5B%5D=" + "x".repeat(1_000_000)).status()).isIn(414, 0);

        assertThat(rejected("too_large")).isEqualTo(before + 1);
    }

    @Test
    void hugeHeadersAreRefusedAndCounted() throws IOException {
        double before = rejected("too_large");

        assertThat(get("/metrics", "X-Long: " + "x".repeat(20_000)).status()).isEqualTo(431);

        assertThat(rejected("too_large")).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n\r\n\r\n",
                "GET\r\n\r\n",
                "GET /metrics\r\n\r\n",
                "GET /metrics HTTP/9.9\r\nHost: x\r\n\r\n",
                "GET /metrics HTTP/1.1\r\n\r\n",
                "GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "GET /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: nonsense\r\n\r\n",
                "GET /metrics HTTP/1.1\r\nHost: x\r\n no: name\r\n\r\n",
                "GET /%2e%2e/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003"
            })
    void nonsenseGetsAnErrorWithoutAStackTrace(String request) throws IOException {
        Answer answer = Answer.send(exporter.uri(), request + "GET / HTTP/1.0\r\n\r\n");

        assertThat(answer.rawBody())
                .doesNotContain("Exception")
                .doesNotContain("\tat ")
                .doesNotContain("jetty");
        assertThat(get("/-/healthy").status()).isEqualTo(200);
    }

    @Test
    void aRequestWithABodyDoesNotConfuseTheNext() throws IOException {
        String body = "GET /none HTTP/1.1\r\nHost: x\r\n\r\n";
        Answer answer = Answer.send(
                exporter.uri(),
                "GET /-/healthy HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body
                        + "GET /-/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.rawBody()).doesNotContain("404");
    }

    private static Answer get(String path, String... headers) throws IOException {
        return Answer.get(URI.create(exporter.uri().resolve("/") + path.substring(1)), headers);
    }

    private static double rejected(String reason) throws IOException {
        return get("/metrics").value("indico_exporter_rejected_requests_total{reason=\"" + reason + "\"}");
    }

    private static List<String> samples(Answer answer) {
        return answer.body().lines().filter(line -> !line.startsWith("#")).toList();
    }
}
