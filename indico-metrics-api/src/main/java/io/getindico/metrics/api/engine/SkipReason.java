package io.getindico.metrics.api.engine;

import java.util.Locale;

/**
 * Why a query of a collector cannot run on this database, as the label {@code reason} of {@code indico_collector_skipped}.
 *
 * @since 0.1.0
 */
public enum SkipReason {
    /** A table of Indico itself is not there. */
    TABLE_MISSING,
    /** A column is not there. */
    COLUMN_MISSING,
    /** The login may not read a table or column. */
    PRIVILEGE_MISSING,
    /** A plugin's tables are not there. */
    PLUGIN_ABSENT,
    /** Indico is older than the release that brought what the query reads. */
    RELEASE;

    /**
     * The label's value.
     *
     * @return the constant's name in lower case
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
