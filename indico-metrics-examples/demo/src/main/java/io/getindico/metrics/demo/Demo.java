package io.getindico.metrics.demo;

import io.getindico.metrics.exporter.SettingException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * The exporter on an Indico that was never there: starts a PostgreSQL server of its own, fills it with some thousand
 * events and what belongs to them, lets people who do not exist work on it, and serves the metrics at
 * {@code http://127.0.0.1:10742/metrics}. Events begin and end, rooms are booked and files uploaded, so the numbers move
 * while one looks. Ctrl-C or SIGTERM ends everything and leaves nothing behind.
 *
 * <p>Another address is given as system property {@code demo.listen} or, as to the exporter itself, in the environment
 * as {@code INDICO_METRICS_LISTEN}. A folder of collectors of one's own is taken from {@code INDICO_METRICS_PLUGINS}.
 */
@SuppressWarnings("InlineFormatString") // A text reads better in one piece.
public final class Demo {
    private static final String LISTEN_PROPERTY = "demo.listen";
    private static final String LISTEN_VARIABLE = "INDICO_METRICS_LISTEN";
    private static final String PLUGINS_VARIABLE = "INDICO_METRICS_PLUGINS";
    private static final String LISTEN_DEFAULT = "127.0.0.1:10742";
    private static final int FAILED = 1;
    private static final int BAD_SETTING = 2;

    private static final String STARTING = "Starting PostgreSQL and filling an Indico; this takes some seconds.";
    private static final String STARTED = """

            The demo runs, on %s.

              %-32s the metrics, as Prometheus reads them
              %-32s how the collectors stand

            Look again after some seconds: events begin and end, rooms are booked, files uploaded.
            Ctrl-C ends it and leaves nothing behind.""";

    private Demo() {}

    /**
     * Runs the demo until the process is told to end.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        // The text below says it in its own words.
        System.setProperty("org.slf4j.simpleLogger.log.io.getindico.metrics", "warn");
        AtomicBoolean ending = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ending.set(true), "demo-ending"));
        try {
            run(listen());
        } catch (SettingException e) {
            System.err.println("demo: " + e.getMessage());
            System.exit(BAD_SETTING);
        } catch (RuntimeException e) {
            // The database goes as soon as the process is told to end, also while it is being filled.
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
        System.out.println(STARTING);
        RunningDemo demo = RunningDemo.start(listen, System.getenv().getOrDefault(PLUGINS_VARIABLE, ""));
        Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "demo-stop"));
        System.out.println(
                STARTED.formatted(demo.origin(), demo.uri(), demo.uri().resolve("/")));
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
