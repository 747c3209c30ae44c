package io.getindico.metrics.benchmarks;

/**
 * How long a database took to build.
 *
 * @param dataset which
 * @param seconds from nothing to vacuumed
 * @param gigabytes on disk
 */
record BuildResult(Dataset dataset, double seconds, double gigabytes) {
    static String nameOf(Dataset dataset) {
        return "build-" + dataset.database();
    }
}
