package io.getindico.metrics.api.engine;

import org.jspecify.annotations.Nullable;

/**
 * Whether a table has changed since the transaction's snapshot, and how much the transaction has read of it.
 *
 * @param table its current name, with the schema
 * @param isChanged whether it was rewritten, truncated, created or renamed; such a table can look empty without an
 *     error
 * @param read how much has been read so far; null if the server does not count
 */
record TableUse(String table, boolean isChanged, @Nullable ReadCount read) {}
