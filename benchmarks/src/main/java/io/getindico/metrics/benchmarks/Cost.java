package io.getindico.metrics.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The cost of one run.
 *
 * @param wallSeconds how long the client waited
 * @param serverSeconds how long the server executed statements, by its own measurement
 * @param cpuSeconds the CPU time of all processes of the server
 * @param pages how many pages of 8 KB the server read, from its own cache or through the operating system
 * @param tempPages how many pages the server wrote to temporary files
 */
record Cost(double wallSeconds, double serverSeconds, double cpuSeconds, double pages, double tempPages) {
    static final Cost NONE = new Cost(0, 0, 0, 0, 0);
    static final double BYTES_PER_PAGE = 8192;

    Cost plus(Cost other) {
        return new Cost(
                wallSeconds + other.wallSeconds,
                serverSeconds + other.serverSeconds,
                cpuSeconds + other.cpuSeconds,
                pages + other.pages,
                tempPages + other.tempPages);
    }

    Cost times(double times) {
        return new Cost(
                wallSeconds * times, serverSeconds * times, cpuSeconds * times, pages * times, tempPages * times);
    }

    /** Computes the median of each figure separately. */
    static Cost median(List<Cost> costs) {
        if (costs.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        return new Cost(
                median(costs, Cost::wallSeconds),
                median(costs, Cost::serverSeconds),
                median(costs, Cost::cpuSeconds),
                median(costs, Cost::pages),
                median(costs, Cost::tempPages));
    }

    private static double median(List<Cost> costs, ToDoubleFunction<Cost> figure) {
        double[] sorted = costs.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
