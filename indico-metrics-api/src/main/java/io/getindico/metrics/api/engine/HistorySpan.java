package io.getindico.metrics.api.engine;

import java.time.Instant;

/** The instants of a history's values: so many from the first one on, until the last one. */
record HistorySpan(Instant first, int steps, Instant last) {}
