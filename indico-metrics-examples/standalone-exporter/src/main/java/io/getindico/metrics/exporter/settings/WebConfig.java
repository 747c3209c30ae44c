package io.getindico.metrics.exporter.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code web.config.file} says: TLS, logins and headers, in the form of Prometheus' exporter-toolkit.
 *
 * @param file the file, from which relative paths in it start
 * @param tls null to serve plain HTTP
 * @param headers to set on each answer, by name
 * @param users bcrypt hashes by the name of the user; empty if no login is necessary
 */
public record WebConfig(
        Path file, @Nullable Tls tls, SortedMap<String, String> headers, SortedMap<String, String> users) {
    /**
     * How to serve TLS.
     *
     * @param certificateFile the certificate and those between it and the authority, as PEM
     * @param keyFile its private key, as PEM
     * @param clientAuthorityFile the authorities of the clients' certificates; null if clients show none
     * @param allowedNames what a client's certificate must have as an alternative name; empty for any
     * @param protocols as Java names them
     * @param cipherSuites only these; empty for all that are secure
     * @param prefersServerOrder whether the server's order of the cipher suites decides
     */
    public record Tls(
            Path certificateFile,
            Path keyFile,
            @Nullable Path clientAuthorityFile,
            ClientAuthentication clientAuthentication,
            List<String> allowedNames,
            List<String> protocols,
            List<String> cipherSuites,
            boolean prefersServerOrder) {}

    /** Whether a client shows a certificate. If it shows one, an authority must have signed it. */
    public enum ClientAuthentication {
        NONE,
        IF_GIVEN,
        REQUIRED
    }

    /** Leaves out the hashes. */
    @Override
    public String toString() {
        return file.toString();
    }

    /**
     * Reads the file that the setting names.
     *
     * @return null if it names none
     * @throws SettingException if the file is wrong
     */
    public static @Nullable WebConfig of(Settings settings) {
        Path file = settings.options().webConfigFile;
        return file == null ? null : WebConfigReader.read(file, settings.spelling(Options.WEB_CONFIG_FILE));
    }

    /** Reads the file again. */
    public WebConfig readAgain() {
        return WebConfigReader.read(file, Options.WEB_CONFIG_FILE);
    }
}
