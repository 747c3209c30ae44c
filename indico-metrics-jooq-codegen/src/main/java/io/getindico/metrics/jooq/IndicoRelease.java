package io.getindico.metrics.jooq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/**
 * The releases of Indico whose schema is known, oldest first. The tables are generated from the newest.
 *
 * @since 0.1.0
 */
public enum IndicoRelease {
    V3_2_9("3.2.9"),
    V3_3_12("3.3.12"),
    V3_3_14("3.3.14");

    private final String version;

    IndicoRelease(String version) {
        this.version = version;
    }

    /** Returns the release that the tables are generated from. */
    public static IndicoRelease newest() {
        return values()[values().length - 1];
    }

    /** Returns the version as Indico writes it, such as {@code 3.3.14}. */
    public String version() {
        return version;
    }

    /**
     * Returns a script that creates all schemas, tables, keys, enum checks and b-tree indexes in an empty database. It
     * inserts no rows, not even those of {@link #revisions()}.
     */
    public String ddl() {
        return resource("sql");
    }

    /** Returns the Alembic revision in each version table of schema {@code public}, by the table's name. */
    public Map<String, String> revisions() {
        var revisions = new Properties();
        try {
            revisions.load(new StringReader(resource("properties")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return revisions.stringPropertyNames().stream()
                .collect(toUnmodifiableMap(table -> table, revisions::getProperty));
    }

    private String resource(String extension) {
        String name = "schema/indico-%s.%s".formatted(version, extension);
        try (InputStream in = IndicoRelease.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
