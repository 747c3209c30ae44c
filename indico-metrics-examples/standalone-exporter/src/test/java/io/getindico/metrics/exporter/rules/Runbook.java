package io.getindico.metrics.exporter.rules;

import java.nio.file.Path;
import java.util.Locale;

/** The page that says what each alert means and what to do. */
final class Runbook {
    static final Path PAGE = Path.of("../../docs/alerts.md");
    private static final String ADDRESS = "https://github.com/indico/indico-metrics/blob/main/docs/alerts.md#";

    private Runbook() {}

    /** Returns the address of an alert's section. */
    static String url(String alert) {
        return ADDRESS + alert.toLowerCase(Locale.ROOT);
    }
}
