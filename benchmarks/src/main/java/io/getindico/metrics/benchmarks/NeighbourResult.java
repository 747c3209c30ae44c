package io.getindico.metrics.benchmarks;

import java.util.List;

/**
 * What Indico feels.
 *
 * @param machine where
 * @param seconds how long each was watched
 * @param besides one for each thing that ran beside it
 */
record NeighbourResult(Machine machine, int seconds, List<Beside> besides) {
    /**
     * Latencies beside one thing.
     *
     * @param what ran
     * @param refreshes how often it ran to its end
     * @param reads of single rows and those that belong to them
     * @param writes of a change and its log entry, with the commit
     * @param longestTransaction of what ran, in seconds
     * @param longestStatement of what ran, in seconds
     * @param lockModes that it held on tables
     */
    record Beside(
            String what,
            int refreshes,
            Latencies reads,
            Latencies writes,
            double longestTransaction,
            double longestStatement,
            String lockModes) {}

    /**
     * Latencies, in milliseconds.
     *
     * @param count how many
     * @param p50 the median
     * @param p99 one in a hundred is longer
     * @param max the longest
     */
    record Latencies(int count, double p50, double p99, double max) {
        static Latencies of(List<Double> millis) {
            double[] sorted =
                    millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            return new Latencies(
                    sorted.length,
                    sorted[sorted.length / 2],
                    sorted[sorted.length * 99 / 100],
                    sorted[sorted.length - 1]);
        }
    }
}
