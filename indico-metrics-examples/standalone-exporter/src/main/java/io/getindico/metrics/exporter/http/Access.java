package io.getindico.metrics.exporter.http;

import io.getindico.metrics.exporter.settings.Settings;

/** Who may ask for what. Unlike values, a change of it is in force at once. */
public record Access(BearerToken token, boolean isLifecycleEnabled) {
    public static Access of(Settings settings) {
        return new Access(BearerToken.of(settings), settings.options().enableLifecycle);
    }
}
