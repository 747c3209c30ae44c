package io.getindico.metrics.exporter.commands;

import io.getindico.metrics.exporter.settings.Settings;
import java.util.function.Supplier;
import java.util.logging.Level;

/** A command of the program. Picocli's annotations describe it. */
public interface ExporterCommand {
    /**
     * Runs the command.
     *
     * @param settings reads and checks the settings; a command that needs none does not call it
     */
    ExitCode run(Supplier<Settings> settings);

    /** The level of the log, unless a setting chooses another one. Most commands report once, in their own words, what the engine would log. */
    default Level logLevel() {
        return Level.SEVERE;
    }

    /**
     * Whether the command runs until it is stopped. Then SIGHUP does not end it. It logs the warnings about the settings,
     * and configures the log, when settings take effect.
     */
    default boolean isService() {
        return false;
    }
}
