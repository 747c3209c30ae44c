package io.getindico.metrics.exporter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The version and commit that the build wrote into a resource next to this class. Unknown parts read {@code unknown}.
 */
public record BuildInfo(String version, String commit) {
    private static final String UNKNOWN = "unknown";

    public static BuildInfo get() {
        Properties properties = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BuildInfo(read(properties, "version"), read(properties, "commit"));
    }

    /** The build leaves a placeholder unreplaced when the source tree has no history. */
    private static String read(Properties properties, String name) {
        String value = properties.getProperty(name, "");
        return value.isEmpty() || value.contains("${") || value.contains("@") ? UNKNOWN : value;
    }

    @Override
    public String toString() {
        return "indico-metrics-exporter " + version + "\ncommit " + commit + "\nJava "
                + System.getProperty("java.version", UNKNOWN) + " (" + System.getProperty("java.vendor", UNKNOWN) + ")";
    }
}
