package io.getindico.metrics.api.engine;

import java.util.Locale;

/**
 * Why Indico's database gives nothing at present, as the label {@code reason} of {@code indico_database_error}.
 *
 * @since 0.1.0
 */
public enum DatabaseError {
    /** No connection, or it broke. */
    UNREACHABLE,
    /** The login was refused, or may not connect to this database. */
    AUTH,
    /** The server starts, stops or recovers and accepts no session yet. */
    STARTING,
    /** The server or the role has no connection left. A pool of the host's that has none is {@link #UNREACHABLE}. */
    TOO_MANY_CONNECTIONS,
    /** The database was reached and is not Indico's. */
    NOT_INDICO,
    /** A standby cancelled us to go on with recovery. */
    CONFLICT;

    /**
     * The label's value.
     *
     * @return the constant's name in lower case
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
