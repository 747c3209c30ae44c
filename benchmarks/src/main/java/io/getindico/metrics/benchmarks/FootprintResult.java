package io.getindico.metrics.benchmarks;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the exporter takes of its machine.
 *
 * @param machine where
 * @param firstStart until the first answer with all of the live and standard classes, where no class archive is there yet;
 *     in seconds
 * @param start the same with the archive, the median
 * @param starts how many it is of
 * @param atRest megabytes in memory some time after all was read
 * @param atRestOwn what of that is its own, and not a file's
 * @param underLoad megabytes in memory after it was flooded with scrapes
 * @param underLoadOwn what of that is its own
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
        double atRestOwn,
        double underLoad,
        double underLoadOwn,
        double peak,
        @Nullable Double limited,
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
