package io.getindico.metrics.api.engine;

import org.jspecify.annotations.Nullable;

/**
 * What became of a table since the transaction's snapshot, and what the transaction read of it.
 *
 * @param isChanged whether it was rewritten, truncated or replaced, so that it looks empty without an error
 * @param read so far; null where the server does not count
 */
record TableUse(boolean isChanged, @Nullable ReadCount read) {}
