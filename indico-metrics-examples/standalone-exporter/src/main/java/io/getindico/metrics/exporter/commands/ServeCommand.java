package io.getindico.metrics.exporter.commands;

import io.getindico.metrics.exporter.Exporter;
import io.getindico.metrics.exporter.settings.Settings;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/** {@code serve}: runs until SIGTERM or SIGINT. */
@Command(name = "serve", description = "Serves the metrics over HTTP until it is stopped; the default.")
final class ServeCommand implements ExporterCommand {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    @Override
    public ExitCode run(Supplier<Settings> given) {
        Settings settings = given.get();
        EarlyClasses.load(settings.options());
        Exporter exporter = Exporter.start(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(exporter), "exporter-stop"));
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK;
    }

    @Override
    public boolean printsWarnings() {
        return false;
    }

    @Override
    public Level logLevel() {
        return Level.INFO;
    }

    /** Halts with 0: Java would exit with a code for the signal, but a requested stop is not a failure. */
    private static void stop(Exporter exporter) {
        LOG.info("stopping");
        exporter.close();
        LOG.info("stopped");
        Runtime.getRuntime().halt(ExitCode.OK.code());
    }
}
