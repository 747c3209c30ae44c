package io.getindico.metrics.benchmarks;

import java.util.List;

/**
 * What an answer takes, when all is in memory.
 *
 * @param machine where
 * @param processes how many each step was measured in, one after the other
 * @param families in the snapshot
 * @param series in the snapshot
 * @param steps one for each thing that was measured
 */
record RenderResult(Machine machine, int processes, int families, long series, List<Step> steps) {
    /**
     * One thing that was measured.
     *
     * @param what was done
     * @param micros on average
     * @param microsError half the width of the average's confidence interval
     * @param allocatedBytes on average
     * @param sentBytes the length of what came out, 0 of what is not sent
     */
    record Step(String what, double micros, double microsError, double allocatedBytes, int sentBytes) {}
}
