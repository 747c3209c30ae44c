package io.getindico.metrics.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The purpose of each jar, by the beginning of its name. A jar without a purpose fails the report. */
final class Dependencies {
    private static final Properties PURPOSES = read();

    private Dependencies() {}

    private static Properties read() {
        Properties purposes = new Properties();
        try (InputStream in = Dependencies.class.getResourceAsStream("dependencies.properties")) {
            purposes.load(Objects.requireNonNull(in));
            return purposes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String purpose(String jar) {
        String artifact = jar.replaceAll("-\\d.*", "");
        String purpose = PURPOSES.getProperty(artifact);
        if (purpose == null) {
            throw new IllegalStateException("dependencies.properties does not say what " + artifact + " is for");
        }
        return purpose;
    }
}
