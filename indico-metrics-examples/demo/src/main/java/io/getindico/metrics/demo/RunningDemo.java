package io.getindico.metrics.demo;

import io.getindico.metrics.exporter.Exporter;
import io.getindico.metrics.exporter.MetricsAssembly;
import io.getindico.metrics.exporter.backfill.Backfill;
import io.getindico.metrics.exporter.backfill.BackfillException;
import io.getindico.metrics.exporter.backfill.Period;
import io.getindico.metrics.exporter.backfill.Progress;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.PostgresServer;
import io.getindico.metrics.testing.SyntheticIndico;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL server with a changing Indico database, and an exporter that reads it. */
final class RunningDemo implements AutoCloseable {
    /** About three thousand events. */
    private static final double SIZE = 0.003;

    /** Values change while somebody watches, and remain if nobody scrapes for a while. */
    private static final Map<String, String> FRESHNESS = Map.of(
            "ttl.live", "3s", "ttl.standard", "4s", "ttl.heavy", "5s", "max-age", "1d", "database-share", "100%");

    private static final Pattern HOST_AND_PORT = Pattern.compile("([\\w.-]+):(\\d{1,5})");
    private static final String COSTLY = "indico_num_notes";
    private static final int ATTEMPTS = 100;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final IndicoDatabase indico;
    private final Life life;
    private final Exporter exporter;
    private volatile @Nullable Backfill backfill;

    private RunningDemo(IndicoDatabase indico, Life life, Exporter exporter) {
        this.indico = indico;
        this.life = life;
        this.exporter = exporter;
    }

    /**
     * Starts everything and waits for the first values.
     *
     * @param listen the exporter's {@code listen} setting
     * @param plugins the exporter's {@code plugins} setting, empty for none
     */
    static RunningDemo start(String listen, String plugins) {
        checkThatItIsFree(listen);
        PostgresServer server = PostgresServer.start();
        try {
            IndicoDatabase indico = IndicoDatabase.create(server, IndicoRelease.newest());
            indico.prepare();
            SyntheticIndico.of(SIZE).now(Instant.now()).fill(indico.dataSource());
            RunningDemo demo = start(indico, settings(indico, listen, plugins));
            demo.awaitValues();
            return demo;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static RunningDemo start(IndicoDatabase indico, Map<String, String> settings) {
        Life life = Life.start(indico.dataSource());
        try {
            return new RunningDemo(indico, life, Exporter.start(settings));
        } catch (RuntimeException e) {
            life.close();
            throw e;
        }
    }

    /** Checks the address early, since the exporter checks it only after everything else has started. */
    private static void checkThatItIsFree(String listen) {
        Matcher address = HOST_AND_PORT.matcher(listen);
        if (address.matches()) {
            int port = Integer.parseInt(address.group(2));
            try {
                new ServerSocket(port, 1, InetAddress.getByName(address.group(1))).close();
            } catch (IOException e) {
                throw new IllegalStateException(
                        "cannot listen on %s (%s); choose another address with -Ddemo.listen=HOST:PORT"
                                .formatted(listen, e.getMessage()),
                        e);
            }
        }
    }

    private static Map<String, String> settings(IndicoDatabase indico, String listen, String plugins) {
        Map<String, String> settings = new HashMap<>(FRESHNESS);
        settings.put("database.url", indico.jdbcUrl());
        settings.put("database.user", indico.server().user());
        settings.put("database.password", indico.server().password());
        settings.put("listen", listen);
        settings.put("plugins", plugins);
        return settings;
    }

    /** Writes the past to a new file. Prometheus gives the live series of the demo the same labels. */
    void writeHistory(String file) {
        Instant until = Period.latestUntil(Instant.now());
        Map<String, String> labels = Map.of("job", "indico", "instance", uri().getAuthority());
        try (MetricsAssembly assembly = MetricsAssembly.of(Settings.of(settings(indico, "127.0.0.1:0", "")))) {
            Backfill writing = new Backfill(
                    assembly.metrics(),
                    assembly.metrics().histories(),
                    new Period(Period.defaultFrom(until), until),
                    Progress.lines(line -> {}),
                    System.out::println);
            backfill = writing;
            writing.writeTo(Path.of(file), labels);
        } catch (IOException | BackfillException e) {
            throw new IllegalStateException("the past was not written to " + file + ": " + e.getMessage(), e);
        }
    }

    /** Waits for the heavy collectors, which run in the background, so that the first page has their values. */
    private void awaitValues() {
        URI costly = URI.create(uri() + "?name%5B%5D=" + COSTLY);
        HttpClient client = HttpClient.newHttpClient();
        try {
            for (int i = 0; i < ATTEMPTS; i++) {
                String answer = client.send(HttpRequest.newBuilder(costly).build(), BodyHandlers.ofString())
                        .body();
                if (answer.contains("\n" + COSTLY + " ")) {
                    // The first visitor finds the past, which is read when somebody first asks for the page.
                    client.send(HttpRequest.newBuilder(uri().resolve("/")).build(), BodyHandlers.discarding());
                    return;
                }
                Thread.sleep(PAUSE.toMillis());
            }
        } catch (IOException e) {
            // The demo also works without these values.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    URI uri() {
        return exporter.uri();
    }

    IndicoDatabase indico() {
        return indico;
    }

    @Override
    public void close() {
        Backfill writing = backfill;
        if (writing != null) {
            writing.discard();
        }
        life.close();
        exporter.close();
        indico.server().close();
    }
}
