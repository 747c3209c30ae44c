package io.getindico.metrics.exporter.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.MalformedURLException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** One jar in the plugin folder. */
record PluginJar(Path path) {
    private static final String MULTI_RELEASE = "META-INF/versions/\\d+/";

    /**
     * A plugin's copies of these would never be loaded, since the parent loader comes first. They show that the jar was
     * built wrongly.
     */
    private static final List<String> OURS =
            List.of("io/getindico/metrics/api/", "org/jooq/", "io/prometheus/metrics/model/");

    String name() {
        return String.valueOf(path.getFileName());
    }

    String sha256() throws IOException {
        try (InputStream file = Files.newInputStream(path);
                DigestInputStream in = new DigestInputStream(file, MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Says why the jar must not be used. Empty if it may be used. */
    Optional<String> flaw() throws IOException {
        try (JarFile jar = new JarFile(path.toFile())) {
            Manifest manifest = jar.getManifest();
            if (manifest != null && manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH) != null) {
                return Optional.of("its manifest names other jars (Class-Path), which the exporter does not check");
            }
            return jar.stream()
                    .map(JarEntry::getName)
                    .map(entry -> entry.replaceFirst(MULTI_RELEASE, ""))
                    .filter(entry -> entry.endsWith(".class"))
                    .filter(entry -> OURS.stream().anyMatch(entry::startsWith))
                    .findFirst()
                    .map(entry -> "it contains classes of the exporter, such as " + entry
                            + "; build it without them (scope provided)");
        }
    }

    PluginClassLoader open(ClassLoader parent) throws MalformedURLException {
        return new PluginClassLoader(name(), path.toUri().toURL(), parent);
    }
}
