package io.getindico.metrics.exporter.commands;

import io.getindico.metrics.exporter.logging.CurrentInstance;
import io.getindico.metrics.exporter.settings.Settings;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Chooses one of several Indicos. */
final class InstanceOption {
    @Option(
            names = "--instance",
            paramLabel = "NAME",
            description = {"Which of the file's instances.", "Required if the file has any."})
    private @Nullable String name;

    /** Runs a command with the settings of the chosen one. */
    ExitCode run(Settings settings, Function<Settings, ExitCode> command) {
        Settings chosen = settings.instance(name);
        return CurrentInstance.call(name == null ? Settings.ONLY : name, () -> command.apply(chosen));
    }
}
