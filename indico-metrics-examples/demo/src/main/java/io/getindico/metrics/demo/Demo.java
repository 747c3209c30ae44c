package io.getindico.metrics.demo;

import io.getindico.metrics.exporter.logging.Logs;
import io.getindico.metrics.exporter.settings.Options.LogFormat;
import io.getindico.metrics.exporter.settings.SettingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.stream.Stream;

/**
 * The exporter on a synthetic Indico: starts a PostgreSQL server, fills it with some thousand events, keeps changing
 * them, and serves the metrics at {@code http://127.0.0.1:10742/metrics}. Events begin and end, rooms are booked and
 * files uploaded, so the numbers move. Ctrl-C or SIGTERM ends everything and leaves nothing behind.
 *
 * <p>The system property {@code demo.listen} or, as with the exporter, the environment variable {@code
 * INDICO_METRICS_LISTEN} gives another address. The system property {@code demo.history} names a file, to which the demo
 * writes the past of twenty years. With the system property {@code prometheus}, a Prometheus runs beside the demo, at
 * 127.0.0.1:9091 or the address that the property gives. {@code INDICO_METRICS_PLUGINS} names a folder with collectors of your
 * own.
 */
@SuppressWarnings("InlineFormatString") // The text is easier to read in one piece.
public final class Demo {
    private static final String LISTEN_PROPERTY = "demo.listen";
    private static final String HISTORY_PROPERTY = "demo.history";
    private static final String PROMETHEUS_PROPERTY = "prometheus";
    private static final String LISTEN_VARIABLE = "INDICO_METRICS_LISTEN";
    private static final String PLUGINS_VARIABLE = "INDICO_METRICS_PLUGINS";
    private static final String LISTEN_DEFAULT = "127.0.0.1:10742";
    private static final int FAILED = 1;
    private static final int BAD_SETTING = 2;

    private static final String STARTING =
            "Starting PostgreSQL and filling it with a synthetic Indico; this takes some seconds.";
    private static final String STARTED = """

            The demo is running on %s.

              %-32s the metrics, as Prometheus reads them
              %-32s figures, charts of twenty years, and the state of the collectors

            Reload after some seconds: events begin and end, rooms are booked, files are uploaded.
            Ctrl-C ends the demo and leaves nothing behind.""";

    private Demo() {}

    /**
     * Runs the demo until the process is told to end.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        // The exporter's own messages would repeat the text below.
        Logs.configure(LogFormat.TEXT, Level.WARNING);
        AtomicBoolean ending = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ending.set(true), "demo-ending"));
        try {
            run(listen());
        } catch (SettingException e) {
            System.err.println("demo: " + e.getMessage());
            System.exit(BAD_SETTING);
        } catch (RuntimeException e) {
            // If the process is told to end while it fills the database, PostgreSQL stops first.
            if (!ending.get()) {
                System.err.println("demo: " + e.getMessage());
                System.exit(FAILED);
            }
        }
    }

    private static String listen() {
        return Stream.of(
                        System.getProperty(LISTEN_PROPERTY, ""), System.getenv().getOrDefault(LISTEN_VARIABLE, ""))
                .filter(given -> !given.isBlank())
                .findFirst()
                .orElse(LISTEN_DEFAULT);
    }

    private static void run(String listen) {
        String history = System.getProperty(HISTORY_PROPERTY, "");
        if (!history.isBlank() && Files.exists(Path.of(history))) {
            throw new SettingException(HISTORY_PROPERTY + ": " + history + " exists; remove it, or give another name");
        }
        System.out.println(STARTING);
        RunningDemo demo = RunningDemo.start(listen, System.getenv().getOrDefault(PLUGINS_VARIABLE, ""));
        Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "demo-stop"));
        if (!history.isBlank()) {
            demo.writeHistory(history);
        }
        System.out.println(STARTED.formatted(
                demo.indico().server().origin(), demo.uri(), demo.uri().resolve("/")));
        String prometheus = System.getProperty(PROMETHEUS_PROPERTY);
        if (prometheus != null) {
            DemoPrometheus beside = DemoPrometheus.start(demo, prometheus);
            if (beside != null) {
                Runtime.getRuntime().addShutdownHook(new Thread(beside::close, "demo-prometheus-stop"));
            }
        }
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
