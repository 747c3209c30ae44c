package io.getindico.metrics.benchmarks;

/**
 * How long a database took to build.
 *
 * @param dataset which
 * @param seconds from nothing to vacuumed
 */
record BuildResult(Dataset dataset, double seconds) {}
