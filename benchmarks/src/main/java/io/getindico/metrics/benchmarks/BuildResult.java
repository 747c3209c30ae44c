package io.getindico.metrics.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * How long a database took to build.
 *
 * @param dataset the database
 * @param copyOf the database that it was copied from, if it was
 * @param seconds how long the build took, including the copy and the vacuum if there was one
 * @param gigabytes its size on disk
 */
record BuildResult(Dataset dataset, @Nullable String copyOf, double seconds, double gigabytes) {
    static String nameOf(Dataset dataset) {
        return "build-" + dataset.database();
    }
}
