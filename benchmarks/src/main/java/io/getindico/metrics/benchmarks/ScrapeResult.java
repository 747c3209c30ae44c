package io.getindico.metrics.benchmarks;

import io.getindico.metrics.benchmarks.NeighbourResult.Latencies;
import java.util.List;

/**
 * What scrapes take.
 *
 * @param machine where
 * @param paced 50 scrapes a second, in several situations
 * @param waited for what is due while the database hangs, in seconds
 * @param crowd many at once
 * @param floods as fast as it goes, one for each program
 */
record ScrapeResult(Machine machine, List<Paced> paced, double waited, Crowd crowd, List<Flood> floods) {
    static final String FRESH = "fresh";
    static final String BESIDE_HEAVY = "while a heavy refresh runs";
    static final String HANGING = "while the database hangs";
    static final String OURS = "ours";
    static final String INDICO = "the plugin, 2 workers of gunicorn";

    /**
     * At a pace.
     *
     * @param when the situation
     * @param latencies of the scrapes
     */
    record Paced(String when, Latencies latencies) {}

    /**
     * Many scrapes of values that are due, at once.
     *
     * @param scrapers how many
     * @param refreshes how many their answers tell of
     * @param sessions on the server, at most
     * @param seconds until the last was answered
     */
    record Crowd(int scrapers, int refreshes, int sessions, double seconds) {}

    /**
     * As fast as it goes.
     *
     * @param who the program
     * @param first how long its first complete answer took, in seconds
     * @param perSecond how many scrapes
     * @param p99Millis of them
     * @param cpuMillis of the program, for each
     * @param megabytes that the program has in memory afterwards
     */
    record Flood(String who, double first, double perSecond, double p99Millis, double cpuMillis, double megabytes) {}
}
