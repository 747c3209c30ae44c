package io.getindico.metrics.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends scrapes, either at a fixed rate, as Prometheus servers do, or as fast as possible. */
final class LoadGenerator {
    private static final long EVERY_NANOS = 20_000_000;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int CONNECTIONS = 8;
    private static final String SECONDS = "10s";
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
    private static final Pattern COUNT = Pattern.compile("(\\d+) requests in");
    private static final Pattern P99 = Pattern.compile("99%\\s+([\\d.]+)(us|ms|s)");

    private LoadGenerator() {}

    /**
     * The result of a load test.
     *
     * @param count how many requests were answered
     * @param perSecond how many requests were answered per second
     * @param p99Millis the latency that one in a hundred exceeds
     */
    record Rate(int count, double perSecond, double p99Millis) {}

    /** Scrapes 50 times a second until an answer fails the test. A late scrape counts from when it was due. */
    static List<Double> paced(WebServer server, Predicate<String> goesOn) throws IOException {
        List<Double> millis = new ArrayList<>();
        String answer = "";
        for (long due = System.nanoTime(); goesOn.test(answer); due += EVERY_NANOS) {
            long start = due;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
                // If this thread wakes up late, the server is not to blame. If the scrape before took long, it is.
                start = System.nanoTime();
            }
            answer = server.scrape();
            millis.add((System.nanoTime() - start) / NANOS_PER_MILLI);
        }
        return millis;
    }

    static Latencies paced(WebServer server, int seconds) throws IOException {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        return Latencies.of(paced(server, answer -> System.nanoTime() < end));
    }

    /** Scrapes as fast as possible on eight connections, with wrk. */
    static Rate flood(WebServer server) throws IOException, InterruptedException {
        Process wrk = new ProcessBuilder(
                        "wrk",
                        "--threads=1",
                        "--connections=" + CONNECTIONS,
                        "--duration=" + SECONDS,
                        "--latency",
                        "--timeout=60s",
                        "--header=Accept: text/plain;version=0.0.4",
                        "--header=Accept-Encoding: gzip",
                        server.uri().toString())
                .redirectErrorStream(true)
                .start();
        String report = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (wrk.waitFor() != 0 || report.contains("Non-2xx") || report.contains("Socket errors")) {
            throw new IOException("wrk reported errors at " + server.uri() + ":\n" + report);
        }
        Matcher p99 = find(P99, report);
        double unit = switch (p99.group(2)) {
            case "us" -> 1e-3;
            case "ms" -> 1;
            default -> 1e3;
        };
        return new Rate(
                Integer.parseInt(find(COUNT, report).group(1)),
                Double.parseDouble(find(RATE, report).group(1)),
                Double.parseDouble(p99.group(1)) * unit);
    }

    private static Matcher find(Pattern pattern, String report) throws IOException {
        Matcher matcher = pattern.matcher(report);
        if (!matcher.find()) {
            throw new IOException("the output of wrk lacks " + pattern + ":\n" + report);
        }
        return matcher;
    }
}
