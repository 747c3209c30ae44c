package io.getindico.metrics.api.engine;

import org.jspecify.annotations.Nullable;

/**
 * What became of a table since the transaction's snapshot, and what the transaction read of it.
 *
 * @param table its name now, with the schema
 * @param isChanged whether it was rewritten, truncated, created or renamed, so that it can look empty without an error
 * @param read so far; null where the server does not count
 */
record TableUse(String table, boolean isChanged, @Nullable ReadCount read) {}
