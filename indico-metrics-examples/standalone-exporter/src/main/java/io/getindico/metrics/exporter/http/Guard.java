package io.getindico.metrics.exporter.http;

import io.getindico.metrics.exporter.web.Admission;
import io.getindico.metrics.exporter.web.LiveWebConfig;
import org.jspecify.annotations.Nullable;

/** Decides who sees the metrics and the page: clients with the token, and the users of {@code web.config.file}. */
public record Guard(BearerToken token, LiveWebConfig web) {
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
