package io.getindico.metrics.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one run took.
 *
 * @param wallSeconds as the client waited
 * @param serverSeconds executing statements, as the server measured
 * @param cpuSeconds of all of the server's processes
 * @param pages pages of 8 KB found in the server's own cache or asked of the system, which may have them in its cache
 * @param tempPages pages written to temporary files
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

    /** Each figure's median by itself. */
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
