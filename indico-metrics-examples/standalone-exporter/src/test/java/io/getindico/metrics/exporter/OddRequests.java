package io.getindico.metrics.exporter;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Builds requests that no well-behaved client sends, from pieces of good ones. Most parts of a request are good, so the
 * request gets as far as the odd part. The same seed builds the same requests.
 */
final class OddRequests {
    private static final List<String> METHODS =
            List.of("HEAD", "POST", "OPTIONS", "TRACE", "CONNECT", "PRI", "get", "G@T", "");
    private static final List<String> PATHS = List.of(
            "/",
            "/-/healthy",
            "/-/ready",
            "/none",
            "//",
            "/metrics/",
            "*",
            "",
            "http://h/metrics",
            "http://[::1/",
            "h:80",
            "/../metrics",
            "/%2e/",
            "/%zz",
            "/%00",
            "/metrics;a=b",
            "/é");
    private static final List<String> QUERY_PIECES = List.of(
            "name[]",
            "name%5B%5D",
            "=",
            "=",
            "&",
            "&",
            "indico_up",
            "%",
            "%zz",
            "%ff",
            "%00",
            "%u1234",
            "+",
            ";",
            "?",
            "#",
            "é",
            "\u0001",
            "a".repeat(3000));
    private static final List<String> VERSIONS = List.of("HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "HTTP/1.", "HTTP/x", "");

    /** Headers that the pages read. */
    private static final List<String> HEADERS =
            List.of("Accept", "Accept", "Accept-Encoding", "Authorization", "X-Prometheus-Scrape-Timeout-Seconds");

    /** Headers that HTTP itself reads, or that nothing reads. */
    private static final List<String> OTHER_HEADERS = List.of(
            "Host",
            "Connection",
            "Content-Length",
            "Transfer-Encoding",
            "Expect",
            "Upgrade",
            "HTTP2-Settings",
            "Range",
            "Cookie",
            "Content-Type",
            "Content-Encoding",
            "Trailer",
            "X-Forwarded-For",
            "Forwarded",
            "",
            "no name",
            "é");

    private static final List<String> VALUE_PIECES = List.of(
            ",",
            ",",
            ",",
            ";",
            ";",
            ";",
            "=",
            "=",
            "\"",
            "\"",
            "\\",
            "(",
            ")",
            " ",
            "\t",
            "q",
            "q=",
            "q=0.5",
            "q=\"1\"",
            "q=\"\"",
            "Q=1.0000",
            "1",
            "-1",
            "0",
            "9".repeat(30),
            "1e9",
            "NaN",
            "*",
            "*/*",
            "/",
            "a",
            "text/plain",
            "version=\"0.0.4\"",
            "application/openmetrics-text",
            "gzip",
            "identity",
            "Bearer ",
            "Basic ",
            "token",
            "close",
            "chunked",
            "100-continue",
            "h2c",
            "bytes=0-1",
            "%",
            "é",
            "x".repeat(3000));
    private static final List<String> BODIES = List.of("a=b", "0\r\n\r\n", "5\r\nabc", "GET / HTTP/1.1\r\n");
    private static final int MAX_HEADERS = 3;
    private static final int MAX_PIECES = 6;

    private final Random random;

    OddRequests(long seed) {
        this.random = new Random(seed);
    }

    String next() {
        StringBuilder request = new StringBuilder(requestLine()).append("Host: h\r\n");
        for (int i = random.nextInt(MAX_HEADERS + 1); i > 0; i--) {
            request.append(one(seldom() ? OTHER_HEADERS : HEADERS))
                    .append(": ")
                    .append(some(VALUE_PIECES))
                    .append("\r\n");
        }
        request.append("\r\n");
        if (seldom()) {
            request.append(one(BODIES));
        }
        return seldom() ? spoilt(request) : request.toString();
    }

    private String requestLine() {
        String method = seldom() ? one(METHODS) : "GET";
        String path = seldom() ? one(PATHS) : "/metrics";
        String query = seldom() ? "?" + some(QUERY_PIECES) : "";
        String version = seldom() ? one(VERSIONS) : "HTTP/1.1";
        return method + " " + path + query + " " + version + "\r\n";
    }

    private boolean seldom() {
        return random.nextInt(6) == 0;
    }

    private String some(List<String> pieces) {
        return IntStream.range(0, random.nextInt(MAX_PIECES + 1))
                .mapToObj(i -> one(pieces))
                .collect(Collectors.joining());
    }

    private String one(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Inserts, removes or replaces one character. */
    private String spoilt(StringBuilder request) {
        int at = random.nextInt(request.length());
        char other = (char) random.nextInt(256);
        switch (random.nextInt(3)) {
            case 0 -> request.insert(at, other);
            case 1 -> request.deleteCharAt(at);
            default -> request.setCharAt(at, other);
        }
        return request.toString();
    }
}
