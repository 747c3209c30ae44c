package io.getindico.metrics.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * How long a database took to build.
 *
 * @param dataset which
 * @param copyOf the database that it was copied from, if it was
 * @param seconds from nothing, or from that, to vacuumed
 * @param gigabytes on disk
 */
record BuildResult(Dataset dataset, @Nullable String copyOf, double seconds, double gigabytes) {
    static String nameOf(Dataset dataset) {
        return "build-" + dataset.database();
    }
}
