package io.getindico.metrics.exporter.web;

import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Trusts a client if an authority signed its certificate and one of its alternative names is allowed. */
final class AllowedNames extends X509ExtendedTrustManager {
    /** Of {@link X509Certificate#getSubjectAlternativeNames}: email, DNS name, URI, address. */
    private static final Set<Object> TYPES = Set.of(1, 2, 6, 7);

    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");

    private final X509ExtendedTrustManager authorities;
    private final Set<String> allowed;

    AllowedNames(X509ExtendedTrustManager authorities, List<String> allowed) {
        this.authorities = authorities;
        this.allowed = allowed.stream().map(AllowedNames::inOneForm).collect(Collectors.toSet());
    }

    private void check(X509Certificate certificate) throws CertificateException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names == null
                || names.stream()
                        .filter(name -> TYPES.contains(name.get(0)))
                        .map(name -> inOneForm((String) name.get(1)))
                        .noneMatch(allowed::contains)) {
            throw new CertificateException("none of the certificate's names is in client_allowed_sans");
        }
    }

    /** One IPv6 address has many spellings. */
    private static String inOneForm(String name) {
        if (!IPV6.matcher(name).matches()) {
            return name;
        }
        try {
            return InetAddress.getByName(name).getHostAddress();
        } catch (UnknownHostException e) {
            return name;
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        authorities.checkClientTrusted(chain, type, engine);
        check(chain[0]);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        authorities.checkClientTrusted(chain, type, socket);
        check(chain[0]);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        authorities.checkClientTrusted(chain, type);
        check(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        authorities.checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        authorities.checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        authorities.checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}
