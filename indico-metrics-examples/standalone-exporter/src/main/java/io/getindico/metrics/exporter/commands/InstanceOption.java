package io.getindico.metrics.exporter.commands;

import io.getindico.metrics.exporter.settings.Settings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Chooses one of several Indicos. */
final class InstanceOption {
    @Option(
            names = "--instance",
            paramLabel = "NAME",
            description = {"Which of the file's instances.", "Required if the file has any."})
    private @Nullable String name;

    Settings of(Settings settings) {
        return settings.instance(name);
    }
}
