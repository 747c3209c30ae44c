package io.getindico.metrics.exporter;

import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code serve}: runs until SIGTERM or SIGINT. */
final class ServeCommand {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    private ServeCommand() {}

    static ExitCode run(Settings settings) {
        EarlyClasses.load();
        Exporter exporter = Exporter.start(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(exporter), "exporter-stop"));
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK;
    }

    /** Halts with 0: Java would exit with a code for the signal, but a requested stop is not a failure. */
    private static void stop(Exporter exporter) {
        LOG.info("stopping");
        exporter.close();
        LOG.info("stopped");
        Runtime.getRuntime().halt(ExitCode.OK.code());
    }
}
