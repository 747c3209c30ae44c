package io.getindico.metrics.api.engine;

import java.util.Arrays;
import java.util.Map;
import java.util.Properties;

/** The known releases of Indico, by the Alembic head of their schema. */
final class KnownReleases {
    static final String UNKNOWN = "unknown";

    private static final String VERSION_TABLE = "alembic_version";
    private static final Properties RELEASES = PropertiesResource.read("heads.properties");

    private KnownReleases() {}

    /** Returns the releases with this schema, such as {@code 3.2.6-3.2.9}, or {@link #UNKNOWN}. */
    static String release(Map<String, String> revisions) {
        return RELEASES.getProperty(revisions.getOrDefault(VERSION_TABLE, UNKNOWN), UNKNOWN);
    }

    /** Whether the schema belongs to a release older than the given one. An unknown schema counts as the newest. */
    static boolean isBefore(Map<String, String> revisions, String release) {
        String known = release(revisions);
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
