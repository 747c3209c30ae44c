package io.getindico.metrics.api.engine;

import java.util.Locale;

/**
 * Why Indico's database currently cannot be read, as the label {@code reason} of {@code indico_database_error}.
 *
 * @since 0.1.0
 */
public enum DatabaseError {
    /** No connection could be opened, or it broke. */
    UNREACHABLE,
    /** The server rejected the login, or the login may not connect to this database. */
    AUTH,
    /** The server is starting, stopping or recovering and does not accept sessions. */
    STARTING,
    /** The server or the role has no connection left. An exhausted pool of the host counts as {@link #UNREACHABLE}. */
    TOO_MANY_CONNECTIONS,
    /** The database answered but is not Indico's. */
    NOT_INDICO,
    /** A standby cancelled the query to continue recovery. */
    CONFLICT;

    /** {@return the label's value: the constant's name in lower case} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
