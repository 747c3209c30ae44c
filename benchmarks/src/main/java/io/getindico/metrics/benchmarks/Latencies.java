package io.getindico.metrics.benchmarks;

import java.util.List;

/**
 * Latencies in milliseconds.
 *
 * @param count how many were measured
 * @param p50 the median
 * @param p99 the latency that one in a hundred exceeds
 * @param max the longest
 */
record Latencies(int count, double p50, double p99, double max) {
    static Latencies of(List<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        int count = sorted.size();
        return new Latencies(count, sorted.get(count / 2), sorted.get(count * 99 / 100), sorted.get(count - 1));
    }
}
