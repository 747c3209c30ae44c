package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates and keys, made by the JDK's keytool. */
public record Certificates(Path folder) {
    private static final String PASSWORD = "changeit";

    /** Creates an authority and returns the file with its certificate. */
    public Path authority(String name) throws Exception {
        keytool("-alias", name, "-dname", "CN=" + name, "-ext", "bc:c=ca:true", "-validity", "2");
        return Files.writeString(folder.resolve(name + ".pem"), certificate(name));
    }

    /** Creates a server certificate, valid for two days from {@code start}. */
    public void server(String name, String authority, String alternativeName, String start) throws Exception {
        keytool(
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-signer",
                authority,
                "-ext",
                "san=" + alternativeName,
                "-startdate",
                start,
                "-validity",
                "2");
    }

    private void keytool(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-keystore",
                store().toString(),
                "-storepass",
                PASSWORD));
        command.addAll(List.of(options));
        Path log = folder.resolve("keytool.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    }

    private Path store() {
        return folder.resolve("keys.p12");
    }

    public String certificate(String name) throws Exception {
        return pem("CERTIFICATE", load().getCertificate(name).getEncoded());
    }

    public String key(String name) throws Exception {
        return pem("PRIVATE KEY", load().getKey(name, PASSWORD.toCharArray()).getEncoded());
    }

    private KeyStore load() throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store())) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private static String pem(String what, byte[] encoded) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(encoded)
                + "\n-----END " + what + "-----\n";
    }
}
