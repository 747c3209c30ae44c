package io.getindico.metrics.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A program that serves metrics, started as its users start it. Its output goes into a log. */
final class WebServer implements AutoCloseable {
    /** The time limit for the first answer. The plugin needs less. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final double KILOBYTES_PER_MEGABYTE = 1000 / 1.024;

    private final Process process;
    private final URI uri;

    private WebServer(Process process, URI uri) {
        this.process = process;
        this.uri = uri;
    }

    static WebServer start(URI uri, Path log, Map<String, String> environment, List<String> command)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new WebServer(builder.start(), uri);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    URI uri() {
        return uri;
    }

    /** Scrapes until the program answers, and returns the first answer. */
    String firstScrape() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            try {
                return scrape();
            } catch (ConnectException e) {
                LockSupport.parkNanos(5_000_000);
            }
        }
        throw new IOException("no answer from " + uri + ": see the logs in the cache");
    }

    /** Scrapes as Prometheus does, one scrape at a time, with the client that has the least overhead. */
    String scrape() throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setReadTimeout(Math.toIntExact(PATIENCE.toMillis()));
        connection.setRequestProperty("Accept", "text/plain;version=0.0.4");
        connection.setRequestProperty("X-Prometheus-Scrape-Timeout-Seconds", "10");
        try (InputStream answer = connection.getInputStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Stream<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    /** Returns the CPU time of all its processes. */
    double cpuSeconds() {
        return processes()
                        .map(handle -> handle.info().totalCpuDuration().orElse(Duration.ZERO))
                        .mapToLong(Duration::toMillis)
                        .sum()
                / 1e3;
    }

    double residentMegabytes() throws IOException {
        return megabytes("VmRSS:");
    }

    /** Returns the private part of the memory. The system can drop pages of mapped files and read them again. */
    double ownMegabytes() throws IOException {
        return megabytes("RssAnon:");
    }

    /** Returns the highest amount of memory that it has used. */
    double peakMegabytes() throws IOException {
        return megabytes("VmHWM:");
    }

    private double megabytes(String field) throws IOException {
        double kilobytes = 0;
        for (ProcessHandle handle : processes().toList()) {
            Path status = Path.of("/proc", String.valueOf(handle.pid()), "status");
            kilobytes += Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith(field))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                    .sum();
        }
        return kilobytes / KILOBYTES_PER_MEGABYTE;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        List<ProcessHandle> all = processes().toList();
        all.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                all.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
