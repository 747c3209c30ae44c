package io.getindico.metrics.api.engine;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The status of the database and the collectors, in sentences for people. It contains no passwords and no bind values.
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
     * Whether an Indico database was reached recently.
     *
     * @return the value of {@code indico_up}
     */
    public boolean up() {
        return up;
    }

    /**
     * Why the database cannot be read.
     *
     * @return the reason, or null if it can be read
     */
    public @Nullable DatabaseError databaseError() {
        return database.error();
    }

    /**
     * The state of the database as a sentence.
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
     * @return such as {@code 3.3.10-3.3.12}; {@code unknown} if no known release has it, and before the first contact
     */
    public String release() {
        return KnownReleases.release(database.revisions());
    }

    /**
     * The zone in which room bookings are read, and where it was found.
     *
     * @return such as {@code Europe/Zurich (root category)}; null until a query has needed it
     */
    public @Nullable String zone() {
        IndicoZone zone = database.zone();
        return zone == null ? null : zone.zone() + " (" + zone.origin() + ")";
    }

    /**
     * Privileges that a read-only login should not have.
     *
     * @return one sentence for each
     */
    public List<String> loginWarnings() {
        return database.loginWarnings();
    }

    /**
     * Views, materialized views and foreign tables that queries read in place of a table. Rows may be missing from them
     * without any error.
     *
     * @return one sentence for each
     */
    public List<String> tableWarnings() {
        return database.tableWarnings();
    }

    /**
     * All collectors.
     *
     * @return sorted by name
     */
    public List<CollectorStatus> collectors() {
        return collectors;
    }
}
