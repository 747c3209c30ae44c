package io.getindico.metrics.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Scrapes: at a pace, as Prometheus servers do, or as fast as answers come. */
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
     * What came of as many requests as were answered.
     *
     * @param count of requests
     * @param perSecond how many
     * @param p99Millis one in a hundred took longer
     */
    record Rate(int count, double perSecond, double p99Millis) {}

    /** Scrapes 50 times a second, as long as answers are like that. A late one counts from when it was due. */
    static List<Double> paced(WebServer server, Predicate<String> goesOn) throws IOException {
        List<Double> millis = new ArrayList<>();
        String answer = "";
        for (long due = System.nanoTime(); goesOn.test(answer); due += EVERY_NANOS) {
            long start = due;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
                // That this thread was called late is not the server's fault; that the scrape before took long is.
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

    /** As fast as it can on eight connections, by wrk. */
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
            throw new IOException("wrk met errors at " + server.uri() + ":\n" + report);
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
            throw new IOException("wrk said no " + pattern + ":\n" + report);
        }
        return matcher;
    }
}
