package io.getindico.metrics.demo;

import io.getindico.metrics.exporter.Exporter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A database with life in it, and the exporter on it. */
final class RunningDemo implements AutoCloseable {
    /** Values are as fresh as the eye is quick, and stay when nobody looks for a while. */
    private static final Map<String, String> FRESHNESS =
            Map.of("ttl.live", "1s", "ttl.standard", "2s", "ttl.heavy", "3s", "max-age", "1d");

    private static final Pattern HOST_AND_PORT = Pattern.compile("([\\w.-]+):(\\d{1,5})");
    private static final String COSTLY = "indico_num_notes";
    private static final int ATTEMPTS = 100;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final DemoDatabase database;
    private final Exporter exporter;

    private RunningDemo(DemoDatabase database, Exporter exporter) {
        this.database = database;
        this.exporter = exporter;
    }

    /**
     * Starts all of it.
     *
     * @param listen the exporter's setting
     * @param plugins the exporter's setting, empty for none
     */
    static RunningDemo start(String listen, String plugins) {
        checkThatItIsFree(listen);
        DemoDatabase database = DemoDatabase.start();
        try {
            Map<String, String> settings = new HashMap<>(FRESHNESS);
            settings.putAll(database.settings());
            settings.put("listen", listen);
            settings.put("plugins", plugins);
            RunningDemo demo = new RunningDemo(database, Exporter.start(settings));
            demo.awaitValues();
            return demo;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** The exporter does so itself, but only when all the rest has been made. */
    private static void checkThatItIsFree(String listen) {
        Matcher address = HOST_AND_PORT.matcher(listen);
        if (address.matches()) {
            int port = Integer.parseInt(address.group(2));
            try {
                new ServerSocket(port, 1, InetAddress.getByName(address.group(1))).close();
            } catch (IOException e) {
                throw new IllegalStateException(
                        listen + " is not to be had (" + e.getMessage()
                                + "); choose another with -Ddemo.listen=HOST:PORT",
                        e);
            }
        }
    }

    /** What costs much is read beside the scrapes; who is told of the demo shall find it there. */
    private void awaitValues() {
        URI costly = URI.create(uri() + "?name%5B%5D=" + COSTLY);
        HttpClient client = HttpClient.newHttpClient();
        try {
            for (int i = 0; i < ATTEMPTS; i++) {
                String answer = client.send(HttpRequest.newBuilder(costly).build(), BodyHandlers.ofString())
                        .body();
                if (answer.contains("\n" + COSTLY + " ")) {
                    return;
                }
                Thread.sleep(PAUSE.toMillis());
            }
        } catch (IOException e) {
            // The demo runs, with or without.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    URI uri() {
        return exporter.uri();
    }

    String origin() {
        return database.indico().server().origin();
    }

    DemoDatabase database() {
        return database;
    }

    @Override
    public void close() {
        database.endLife();
        exporter.close();
        database.close();
    }
}
