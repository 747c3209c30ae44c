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
    private final long seriesLimit;

    Status(DatabaseContact.View database, boolean up, List<CollectorStatus> collectors, long seriesLimit) {
        this.database = database;
        this.up = up;
        this.collectors = collectors;
        this.seriesLimit = seriesLimit;
    }

    /** {@return whether an Indico database was reached recently: the value of {@code indico_up}} */
    public boolean up() {
        return up;
    }

    /** {@return why the database cannot be read, or null if it can be read} */
    public @Nullable DatabaseError databaseError() {
        return database.error();
    }

    /** {@return the state of the database as a sentence on one line} */
    public String databaseDetail() {
        return database.detail();
    }

    /** {@return the Alembic revision by version table; empty before the first contact} */
    public SortedMap<String, String> revisions() {
        return database.revisions();
    }

    /**
     * {@return the releases of Indico that have this schema, such as {@code 3.3.10-3.3.12}; {@code unknown} if no known
     * release has it, and before the first contact}
     */
    public String release() {
        return Releases.of(database.revisions());
    }

    /**
     * {@return the zone in which room bookings are read, and where it was found, such as {@code Europe/Zurich (root
     * category)}; null until a query has needed it}
     */
    public @Nullable String zone() {
        IndicoZone zone = database.zone();
        return zone == null ? null : zone.zone() + " (" + zone.origin() + ")";
    }

    /** {@return one sentence for each privilege that a read-only login should not have} */
    public List<String> loginWarnings() {
        return database.loginWarnings();
    }

    /**
     * {@return one sentence for each view, materialized view and foreign table that queries read in place of a table}
     * Rows may be missing from them without any error.
     */
    public List<String> tableWarnings() {
        return database.tableWarnings();
    }

    /** {@return all collectors, sorted by name} */
    public List<CollectorStatus> collectors() {
        return collectors;
    }

    /**
     * {@return the largest possible number of series of all collectors and the self-metrics: the value of {@code
     * indico_series_limit}}
     */
    public long seriesLimit() {
        return seriesLimit;
    }
}
