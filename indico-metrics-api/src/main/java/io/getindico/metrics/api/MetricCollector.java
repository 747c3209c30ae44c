package io.getindico.metrics.api;

import java.util.List;

/**
 * Measures one subject of an Indico database: a name, the metric families that it declares, and the queries that feed
 * them. The engine sends each query, skips it where the database lacks what it reads, and keeps its last values.
 *
 * <p>Implementations are found through {@link java.util.ServiceLoader} or handed to the builder. They hold no state, and
 * need a public constructor without parameters only where they are to be discovered.
 *
 * @since 0.1.0
 */
public interface MetricCollector {
    /**
     * The collector's name in settings, logs and the {@code collector} label.
     *
     * @return lower-case letters, digits and underscores, beginning with a letter; unique among the collectors
     */
    String name();

    /**
     * All families that the queries feed. Asked for when the engine is built, before any query: keep them in constants
     * that need no jOOQ. Collectors that feed the same family name the same constant.
     *
     * @return at least one family; the same ones at each call
     */
    List<MetricFamily> families();

    /**
     * How costly the collector is.
     *
     * @return {@link RefreshClass#STANDARD} unless overridden
     */
    default RefreshClass refreshClass() {
        return RefreshClass.STANDARD;
    }

    /**
     * The settings of this collector alone.
     *
     * @return none unless overridden; the same ones at each call
     */
    default List<CollectorSetting<?>> settings() {
        return List.of();
    }

    /**
     * The queries, in the order in which they are sent. Sends nothing itself and returns at once. Called once without a
     * database, to learn what each query reads, and before each query that is sent, on a thread of the engine. What it
     * throws fails that query, or all queries of the collector while they are learnt.
     *
     * @param context the instant, zone and settings of the refresh
     * @return as many queries as at any other call, which bind the same families; none for a collector that reads
     *     something else than Indico's database
     */
    default List<FamilyQuery> queries(CollectionContext context) {
        return List.of();
    }

    /**
     * Measures something else than Indico's database, such as a file or a queue. Called only where {@link #queries} gives
     * none: in a refresh of the collector's own, outside any transaction, also while the database is away. When the query
     * budget of its class ends, its thread is interrupted.
     *
     * @param context the instant and settings of the refresh
     * @param samples takes the values read; not to be kept after the call
     * @throws Exception whatever went wrong: it fails this collector alone, whose last values are served up to their
     *     maximum age
     */
    default void collect(CollectionContext context, Samples samples) throws Exception {
        throw new UnsupportedOperationException("collector '" + name() + "' has neither queries() nor collect()");
    }
}
