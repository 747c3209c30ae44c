package io.getindico.metrics.exporter.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.getindico.metrics.exporter.settings.Setting;
import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.UnreadablePath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PEM file that the web configuration names.
 *
 * @param key the key in the configuration, for error messages
 */
record PemFile(Path config, String key, Path path) {
    private static final int MAX_SIZE = 1 << 20;
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Pattern OTHER_KEY =
            Pattern.compile("-----BEGIN (RSA PRIVATE KEY|EC PRIVATE KEY|ENCRYPTED PRIVATE KEY)-----");
    private static final byte[] SAMPLE = {1, 2, 3};

    /** {@return the certificates, of which there is at least one} */
    List<X509Certificate> certificates() {
        List<X509Certificate> certificates;
        try {
            certificates =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(read()))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
        } catch (CertificateException e) {
            throw refused("PEM certificates, but Java cannot read them");
        }
        if (certificates.isEmpty()) {
            throw refused("at least one PEM certificate");
        }
        return certificates;
    }

    /** {@return the private key that belongs to the certificate} */
    PrivateKey privateKey(X509Certificate certificate) {
        String text = new String(read(), ISO_8859_1);
        Matcher found = PRIVATE_KEY.matcher(text);
        if (!found.find()) {
            Matcher other = OTHER_KEY.matcher(text);
            throw other.find()
                    ? refused("a PEM block PRIVATE KEY, got " + other.group(1) + "; convert it by openssl pkey -in "
                            + path + " -out NEW, and name that")
                    : refused("a PEM block PRIVATE KEY");
        }
        PublicKey publicKey = certificate.getPublicKey();
        // Java calls these keys EdDSA or by the curve.
        String algorithm = publicKey.getAlgorithm().startsWith("Ed") ? "EdDSA" : publicKey.getAlgorithm();
        PrivateKey key;
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(found.group(1));
            key = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            if (isPair(algorithm, key, publicKey)) {
                return key;
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw refused("the private key (" + algorithm + ") of the first certificate in cert_file");
        }
        throw refused("the private key of the first certificate in cert_file, got another one");
    }

    private static boolean isPair(String algorithm, PrivateKey key, PublicKey publicKey)
            throws GeneralSecurityException {
        String name = switch (algorithm) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> algorithm;
        };
        Signature signature = Signature.getInstance(name);
        signature.initSign(key);
        signature.update(SAMPLE);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(SAMPLE);
        return signature.verify(signed);
    }

    byte[] read() {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE) {
                throw refused("a file of at most " + MAX_SIZE + " bytes");
            }
            return bytes;
        } catch (IOException e) {
            throw refused("a file that can be read, but " + UnreadablePath.reason(path, e));
        }
    }

    private SettingException refused(String expectation) {
        return new SettingException(config + ": tls_server_config." + key + ": got " + Setting.quoted(path.toString())
                + ", expected " + expectation
                + (expectation.contains("; ") ? "" : "; correct the file, or name another"));
    }
}
