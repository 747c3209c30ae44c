package io.getindico.metrics.benchmarks;

import java.util.Locale;

/**
 * What the server is told before it is asked.
 *
 * @param workMem memory of a sort or hash table
 * @param workers how many a query may have beside its own process
 * @param randomPageCost what a page out of order costs by the planner's reckoning
 * @param cold whether nothing is in memory
 */
record Conditions(String workMem, int workers, double randomPageCost, boolean cold) {
    static final Conditions DEFAULT = new Conditions("4MB", 0, 4, false);

    Conditions withWorkMem(String amount) {
        return new Conditions(amount, workers, randomPageCost, cold);
    }

    Conditions withWorkers(int number) {
        return new Conditions(workMem, number, randomPageCost, cold);
    }

    Conditions withRandomPageCost(double cost) {
        return new Conditions(workMem, workers, cost, cold);
    }

    Conditions coldly() {
        return new Conditions(workMem, workers, randomPageCost, true);
    }

    /** For the start of a session. */
    String options() {
        return String.format(
                Locale.ROOT,
                "-c work_mem=%s -c max_parallel_workers_per_gather=%d -c jit=off -c random_page_cost=%s",
                workMem,
                workers,
                randomPageCost);
    }
}
