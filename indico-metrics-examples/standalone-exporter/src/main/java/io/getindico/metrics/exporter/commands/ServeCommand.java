package io.getindico.metrics.exporter.commands;

import io.getindico.metrics.exporter.Exporter;
import io.getindico.metrics.exporter.logging.Logs;
import io.getindico.metrics.exporter.settings.Settings;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/** {@code serve}: runs until SIGTERM or SIGINT. SIGHUP reads the settings again. */
@Command(name = "serve", description = "Serves the metrics over HTTP until it is stopped; the default.")
final class ServeCommand implements ExporterCommand {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    private final AtomicReference<@Nullable Exporter> running = new AtomicReference<>();
    private final AtomicBoolean isStopping = new AtomicBoolean();

    @Override
    public ExitCode run(Supplier<Settings> given) {
        Signals.onStop(this::stop);
        Settings settings = given.get();
        configureLog(settings);
        EarlyClasses.load(settings.options());
        Exporter exporter = Exporter.start(settings, given, this::configureLog);
        running.set(exporter);
        Signals.onHangup(() -> {
            // The exporter logs the outcome.
            var unused = exporter.reload();
        });
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK;
    }

    private void configureLog(Settings settings) {
        Logs.configure(settings.options(), logLevel());
    }

    @Override
    public Level logLevel() {
        return Level.INFO;
    }

    @Override
    public boolean isService() {
        return true;
    }

    /** Halts with 0: a requested stop is not a failure. */
    private void stop() {
        if (!isStopping.compareAndSet(false, true)) {
            return;
        }
        Exporter exporter = running.get();
        if (exporter != null) {
            LOG.info("stopping");
            exporter.close();
            LOG.info("stopped");
        }
        Runtime.getRuntime().halt(ExitCode.OK.code());
    }
}
