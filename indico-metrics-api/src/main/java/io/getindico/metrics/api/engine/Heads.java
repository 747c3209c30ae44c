package io.getindico.metrics.api.engine;

import java.util.Map;
import java.util.Properties;

/** The releases of Indico that are known, by the Alembic head of their schema. */
final class Heads {
    static final String UNKNOWN = "unknown";

    private static final String VERSION_TABLE = "alembic_version";
    private static final Properties RELEASES = PropertiesResource.read("heads.properties");

    private Heads() {}

    /** Returns the releases that have this schema, such as {@code 3.2.6-3.2.9}; or that there is none. */
    static String release(Map<String, String> revisions) {
        return RELEASES.getProperty(revisions.getOrDefault(VERSION_TABLE, UNKNOWN), UNKNOWN);
    }
}
