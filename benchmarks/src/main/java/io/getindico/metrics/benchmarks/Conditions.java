package io.getindico.metrics.benchmarks;

import java.util.Locale;

/**
 * The server's settings for a measurement.
 *
 * @param workMem the memory of one sort or hash table
 * @param workers the number of parallel workers of a query
 * @param randomPageCost the planner's cost of a page that is not read in sequence
 * @param cold whether all caches are empty at the start
 */
record Conditions(String workMem, int workers, double randomPageCost, boolean cold) {
    static final Conditions DEFAULT = new Conditions("4MB", 0, 4, false);

    /** Returns the options that start a session with these settings. */
    String options() {
        return String.format(
                Locale.ROOT,
                "-c work_mem=%s -c max_parallel_workers_per_gather=%d -c jit=off -c random_page_cost=%s",
                workMem,
                workers,
                randomPageCost);
    }
}
