package io.getindico.metrics.api.engine;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * How things stand, for people: what a scrape tells by labels, in sentences. No passwords, no bind values.
 *
 * @since 0.1.0
 */
public final class Status {
    private final DatabaseContact.View database;
    private final boolean up;
    private final List<CollectorStatus> collectors;

    Status(DatabaseContact.View database, boolean up, List<CollectorStatus> collectors) {
        this.database = database;
        this.up = up;
        this.collectors = collectors;
    }

    /**
     * Whether the last contact is recent and reached an Indico database.
     *
     * @return what {@code indico_up} shows
     */
    public boolean up() {
        return up;
    }

    /**
     * Why the database gives nothing.
     *
     * @return the reason, or null
     */
    public @Nullable DatabaseError databaseError() {
        return database.error();
    }

    /**
     * The same as a sentence.
     *
     * @return one line
     */
    public String databaseDetail() {
        return database.detail();
    }

    /**
     * The Alembic revision by version table.
     *
     * @return empty before the first contact
     */
    public SortedMap<String, String> revisions() {
        return database.revisions();
    }

    /**
     * The releases of Indico that have this schema.
     *
     * @return such as {@code 3.3.10-3.3.12}; {@code unknown} if none is known to, and before the first contact
     */
    public String release() {
        return KnownReleases.release(database.revisions());
    }

    /**
     * The zone in which room booking is read, and where it was learnt from.
     *
     * @return such as {@code Europe/Zurich (root category)}, null before it was needed
     */
    public @Nullable String zone() {
        IndicoZone zone = database.zone();
        return zone == null ? null : zone.zone() + " (" + zone.origin() + ")";
    }

    /**
     * What a login that only reads should not be able to do.
     *
     * @return one sentence each
     */
    public List<String> loginWarnings() {
        return database.loginWarnings();
    }

    /**
     * What queries read in place of a table: a view, a materialized view or a foreign table, whose missing rows nothing
     * tells of.
     *
     * @return one sentence each
     */
    public List<String> tableWarnings() {
        return database.tableWarnings();
    }

    /**
     * All collectors.
     *
     * @return by name
     */
    public List<CollectorStatus> collectors() {
        return collectors;
    }
}
