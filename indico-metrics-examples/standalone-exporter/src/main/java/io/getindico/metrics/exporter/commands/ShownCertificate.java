package io.getindico.metrics.exporter.commands;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Reads the certificate that a server shows, and ends the handshake with it. It trusts nobody and sends nothing. */
final class ShownCertificate extends X509ExtendedTrustManager {
    private @Nullable X509Certificate shown;

    private ShownCertificate() {}

    static Optional<X509Certificate> of(URI server, int timeoutMillis) {
        ShownCertificate reader = new ShownCertificate();
        try (Socket plain = new Socket()) {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {reader}, null);
            plain.connect(
                    new InetSocketAddress(server.getHost().replaceAll("[\\[\\]]", ""), server.getPort()),
                    timeoutMillis);
            plain.setSoTimeout(timeoutMillis);
            try (SSLSocket socket = (SSLSocket)
                    context.getSocketFactory().createSocket(plain, server.getHost(), server.getPort(), true)) {
                socket.startHandshake();
            }
        } catch (IOException | GeneralSecurityException e) {
            return Optional.ofNullable(reader.shown);
        }
        return Optional.empty();
    }

    private void read(X509Certificate[] chain) throws CertificateException {
        shown = chain[0];
        throw new CertificateException("the handshake ends here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        read(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        read(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        read(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        read(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        read(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        read(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
