package io.getindico.metrics.benchmarks;

import java.util.List;

/**
 * What the exporter takes of its machine.
 *
 * @param machine where
 * @param firstStart until the first answer with all of the live and standard classes, where no class archive is there yet;
 *     in seconds
 * @param start the same with the archive, the median
 * @param starts how many it is of
 * @param atRest megabytes in memory some time after all was read
 * @param underLoad megabytes in memory while it is flooded with scrapes
 * @param peak the most megabytes it had in memory
 * @param limited the same where it may have no more than 128 MiB; null where no limit could be set
 * @param jars what is distributed
 */
record FootprintResult(
        Machine machine,
        double firstStart,
        double start,
        int starts,
        double atRest,
        double underLoad,
        double peak,
        @org.jspecify.annotations.Nullable Double limited,
        List<Jar> jars) {
    /**
     * A part of the distribution.
     *
     * @param name of the file
     * @param bytes its size
     */
    record Jar(String name, long bytes) {}

    double megabytesOfJars() {
        return jars.stream().mapToLong(Jar::bytes).sum() / 1e6;
    }
}
