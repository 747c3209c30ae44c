package io.getindico.metrics.exporter.commands;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.getindico.metrics.exporter.http.ListenException;
import io.getindico.metrics.exporter.page.Document;
import io.getindico.metrics.exporter.settings.ListenAddress;
import io.getindico.metrics.exporter.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether {@code serve} could listen. The port may be in use because an exporter already runs; that is not a
 * failure.
 */
final class ListenCheck {
    private static final int TIMEOUT_MILLIS = 2000;

    /** How many bytes of the page to read; they include the title. */
    private static final int BEGINNING = 1024;

    private final PrintStream out;
    private final Consumer<String> complaints;

    ListenCheck(PrintStream out, Consumer<String> complaints) {
        this.out = out;
        this.complaints = complaints;
    }

    /**
     * @param certificate what the exporter would show; null without TLS
     */
    ExitCode run(Settings settings, @Nullable X509Certificate certificate) {
        ListenAddress address = settings.options().listen;
        try {
            address.open(1).close();
            out.println("listen     " + address);
            return ExitCode.OK;
        } catch (IOException e) {
            if (certificate == null ? isServedByAnExporter(address) : isServedWith(certificate, address)) {
                out.println("listen     " + address + " (an exporter of Indico's metrics serves there now)");
                return ExitCode.OK;
            }
            out.println("listen     " + address + " CANNOT LISTEN: " + e.getMessage());
            complaints.accept(ListenException.of(settings, e).line());
            return ExitCode.FAILED;
        }
    }

    /** A handshake is enough, and works without a certificate or a login of ours. */
    private static boolean isServedWith(X509Certificate certificate, ListenAddress address) {
        return ShownCertificate.of(address.page("https", "/"), TIMEOUT_MILLIS)
                .filter(certificate::equals)
                .isPresent();
    }

    private static boolean isServedByAnExporter(ListenAddress address) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) address.page("http", "/").toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            boolean isGuarded = connection.getResponseCode() == HttpURLConnection.HTTP_UNAUTHORIZED;
            try (InputStream body = isGuarded ? connection.getErrorStream() : connection.getInputStream()) {
                return new String(body.readNBytes(BEGINNING), UTF_8).contains(Document.TITLE);
            }
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }
}
