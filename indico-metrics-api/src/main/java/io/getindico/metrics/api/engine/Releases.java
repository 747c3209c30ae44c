package io.getindico.metrics.api.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;

/** The release of this library, and the known releases of Indico by the Alembic head of their schema. */
final class Releases {
    static final String UNKNOWN = "unknown";

    private static final String VERSION_TABLE = "alembic_version";
    private static final Properties BY_HEAD = read("heads.properties");
    private static final String OWN = read("version.properties").getProperty("version", UNKNOWN);

    private Releases() {}

    private static Properties read(String name) {
        Properties properties = new Properties();
        try (InputStream in = Releases.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing beside " + Releases.class.getName());
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    /** Returns the version of this library. */
    static String own() {
        return OWN;
    }

    /** Returns the releases of Indico with this schema, such as {@code 3.2.6-3.2.9}, or {@link #UNKNOWN}. */
    static String of(Map<String, String> revisions) {
        return BY_HEAD.getProperty(revisions.getOrDefault(VERSION_TABLE, UNKNOWN), UNKNOWN);
    }

    /** Whether the schema belongs to a release older than the given one. An unknown schema counts as the newest. */
    static boolean isBefore(Map<String, String> revisions, String release) {
        String known = of(revisions);
        if (known.equals(UNKNOWN)) {
            return false;
        }
        String newest = known.substring(known.indexOf('-') + 1);
        return Arrays.compare(numbers(newest), numbers(release)) < 0;
    }

    private static int[] numbers(String release) {
        return Arrays.stream(release.split("\\.", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
    }
}
