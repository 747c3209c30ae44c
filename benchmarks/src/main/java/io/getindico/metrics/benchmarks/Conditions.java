package io.getindico.metrics.benchmarks;

import java.util.Locale;

/**
 * What the server is told before it is asked.
 *
 * @param workMem memory of a sort or hash table
 * @param workers how many a query may have beside its own process
 * @param jit whether expressions are compiled
 * @param randomPageCost what a page out of order costs by the planner's reckoning
 * @param cold whether nothing is in memory
 */
record Conditions(String workMem, int workers, boolean jit, double randomPageCost, boolean cold) {
    static final Conditions DEFAULT = new Conditions("4MB", 0, false, 4, false);

    Conditions withWorkMem(String amount) {
        return new Conditions(amount, workers, jit, randomPageCost, cold);
    }

    /** As PostgreSQL is out of the box. */
    Conditions withWorkersAndJit() {
        return new Conditions(workMem, 2, true, randomPageCost, cold);
    }

    Conditions withRandomPageCost(double cost) {
        return new Conditions(workMem, workers, jit, cost, cold);
    }

    Conditions coldly() {
        return new Conditions(workMem, workers, jit, randomPageCost, true);
    }

    /** For the start of a session. */
    String options() {
        return String.format(
                Locale.ROOT,
                "-c work_mem=%s -c max_parallel_workers_per_gather=%d -c jit=%s -c random_page_cost=%s",
                workMem,
                workers,
                jit ? "on" : "off",
                randomPageCost);
    }
}
