package io.getindico.metrics.exporter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration of Prometheus for several Indicos, as the page on operations shows it. */
public final class ProbeConfiguration {
    private ProbeConfiguration() {}

    /**
     * Writes it to the folder, for an exporter without TLS and token.
     *
     * @param more settings before those of the page
     */
    public static Path write(Path folder, Exporter exporter, String more) throws IOException {
        String page = Files.readString(Path.of("../../docs/operations.md"));
        int begin = page.indexOf("scrape_configs:", page.indexOf("### Several Indicos"));
        String shown = page.substring(begin, page.indexOf("```", begin))
                .replace("metrics.example.org:443", exporter.uri().getAuthority())
                .replaceAll("(?m)^ +(scheme|authorization|credentials_file|tls_config|ca_file):.*\n", "");
        return Files.writeString(folder.resolve("prometheus.yml"), more + shown);
    }
}
