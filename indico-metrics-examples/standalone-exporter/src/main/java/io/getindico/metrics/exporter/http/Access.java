package io.getindico.metrics.exporter.http;

import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.exporter.web.Admission;
import io.getindico.metrics.exporter.web.LiveWebConfig;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask for what: clients with the token, and the users of {@code web.config.file}. Unlike values, a change of it is
 * in force at once.
 */
public record Access(BearerToken token, LiveWebConfig web, boolean isLifecycleEnabled) {
    public static Access of(Settings settings, LiveWebConfig web) {
        return new Access(BearerToken.of(settings), web, settings.options().enableLifecycle);
    }

    /** Whether strangers are kept out. */
    public boolean isClosed() {
        return token.isSet() || web.hasUsers() || web.requiresCertificates();
    }

    Admission admit(@Nullable String authorization) {
        boolean isOpen = !token.isSet() && !web.hasUsers();
        if (isOpen || (token.isSet() && token.accepts(authorization))) {
            return Admission.YES;
        }
        return authorization == null ? Admission.NO : web.admit(authorization);
    }
}
