package io.getindico.metrics.exporter.page;

import java.time.Instant;

/** A value at an instant. */
record Point(Instant at, double value) {}
