package io.getindico.metrics.api.engine;

import java.util.Locale;

/**
 * Why a query of a collector cannot run on this database, as the label {@code reason} of {@code indico_collector_skipped}.
 *
 * @since 0.1.0
 */
public enum SkipReason {
    /** A table of Indico itself does not exist. */
    TABLE_MISSING,
    /** A column does not exist. */
    COLUMN_MISSING,
    /** The login may not read a table or column. */
    PRIVILEGE_MISSING,
    /** A plugin's tables do not exist. */
    PLUGIN_ABSENT,
    /** Indico is older than the release that added the tables or columns that the query reads. */
    RELEASE;

    /** {@return the label's value: the constant's name in lower case} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
