package io.getindico.metrics.api.engine;

import java.util.List;

/**
 * How much of one core of the database a single query may take. The limits divide a total among the queries: a query
 * that needs less than the limit gets what it needs. Live queries come first, up to half of the total.
 *
 * @param live the limit of a live query
 * @param other the limit of a standard or heavy query
 */
record DatabaseShare(double live, double other) {
    /**
     * Divides a share of one core.
     *
     * @param live what the live queries need
     * @param others what the standard and heavy queries need
     */
    static DatabaseShare divide(double total, List<Double> live, List<Double> others) {
        double needed = sum(live) + sum(others);
        double forLive = sum(live) <= total / 2 ? sum(live) : Math.max(total / 2, total - sum(others));
        return needed <= total
                ? new DatabaseShare(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY)
                : new DatabaseShare(limit(forLive, live), limit(total - forLive, others));
    }

    private static double sum(List<Double> needs) {
        return needs.stream().mapToDouble(need -> need).sum();
    }

    /** Returns the limit with which the needs add up to the total. */
    private static double limit(double total, List<Double> needs) {
        if (sum(needs) <= total) {
            return Double.POSITIVE_INFINITY;
        }
        double left = total;
        int remaining = needs.size();
        for (double need : needs.stream().sorted().toList()) {
            if (need * remaining > left) {
                break;
            }
            left -= need;
            remaining--;
        }
        return left / remaining;
    }
}
