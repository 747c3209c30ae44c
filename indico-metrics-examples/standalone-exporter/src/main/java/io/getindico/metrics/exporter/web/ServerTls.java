package io.getindico.metrics.exporter.web;

import io.getindico.metrics.exporter.settings.WebConfig;
import io.getindico.metrics.exporter.settings.WebConfig.ClientAuthentication;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * The certificates as they were read, and what Java makes of them.
 *
 * @param certificate the server's own
 * @param expiry when the first certificate of the chain expires
 */
record ServerTls(WebConfig.Tls config, SSLContext context, X509Certificate certificate, Instant expiry) {
    private static final char[] IN_MEMORY = "in memory".toCharArray();

    /** Reads the certificates. */
    static ServerTls of(WebConfig web, WebConfig.Tls config) {
        List<X509Certificate> chain = new PemFile(web.file(), "cert_file", config.certificateFile()).certificates();
        PrivateKey key = new PemFile(web.file(), "key_file", config.keyFile()).privateKey(chain.get(0));
        List<X509Certificate> authorities = config.clientAuthorityFile() == null
                ? List.of()
                : new PemFile(web.file(), "client_ca_file", config.clientAuthorityFile()).certificates();
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(key, chain).getKeyManagers(), trustManagers(authorities, config.allowedNames()), null);
            return new ServerTls(config, context, chain.get(0), expiry(chain));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    private static Instant expiry(List<X509Certificate> chain) {
        return Collections.min(chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .toList());
    }

    private static KeyManagerFactory keys(PrivateKey key, List<X509Certificate> chain)
            throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        store.setKeyEntry("server", key, IN_MEMORY, chain.toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, IN_MEMORY);
        return keys;
    }

    private static TrustManager @Nullable [] trustManagers(List<X509Certificate> authorities, List<String> allowedNames)
            throws GeneralSecurityException, IOException {
        if (authorities.isEmpty()) {
            return null;
        }
        KeyStore store = emptyStore();
        for (X509Certificate authority : authorities) {
            store.setCertificateEntry("authority " + store.size(), authority);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        if (allowedNames.isEmpty()) {
            return trust.getTrustManagers();
        }
        return Arrays.stream(trust.getTrustManagers())
                .map(manager -> new AllowedNames((X509ExtendedTrustManager) manager, allowedNames))
                .toArray(TrustManager[]::new);
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    void applyTo(SslContextFactory.Server factory) {
        factory.setSslContext(context);
        factory.setIncludeProtocols(config.protocols().toArray(String[]::new));
        factory.setRenegotiationAllowed(false);
        factory.setUseCipherSuitesOrder(config.prefersServerOrder());
        factory.setNeedClientAuth(config.clientAuthentication() == ClientAuthentication.REQUIRED);
        factory.setWantClientAuth(config.clientAuthentication() == ClientAuthentication.IF_GIVEN);
        if (config.cipherSuites().isEmpty()) {
            factory.setIncludeCipherSuites();
            factory.setExcludeCipherSuites(new SslContextFactory.Server().getExcludeCipherSuites());
            // Every client since 2013 has better ones.
            factory.addExcludeCipherSuites(".*_CBC_.*");
        } else {
            // As in exporter-toolkit, the list is for TLS 1.2.
            factory.setIncludeCipherSuites(Stream.concat(
                            config.cipherSuites().stream(), Stream.of("TLS_AES_.*", "TLS_CHACHA20_POLY1305_SHA256"))
                    .toArray(String[]::new));
            factory.setExcludeCipherSuites();
        }
    }
}
