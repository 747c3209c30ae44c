package io.getindico.metrics.api;

import java.util.List;

/**
 * Measures one subject of an Indico database. A collector has a name, metric families and the queries that feed them.
 * The engine runs each query, skips it if the database lacks a table or column that it reads, and keeps its last
 * values.
 *
 * <p>{@link java.util.ServiceLoader} finds implementations, or the host passes them to the builder. They hold no state.
 * They need a public constructor without parameters only if the service loader is to find them.
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
     * All families that the queries feed. The engine calls this when it is built, before any query, so keep the
     * families in constants that do not need jOOQ. Collectors that feed the same family use the same constant.
     *
     * @return at least one family; the same families on each call
     */
    List<MetricFamily> families();

    /** {@return how costly the collector is; {@link RefreshClass#STANDARD} unless overridden} */
    default RefreshClass refreshClass() {
        return RefreshClass.STANDARD;
    }

    /** {@return the settings that belong to this collector, the same on each call; none unless overridden} */
    default List<CollectorSetting<?>> settings() {
        return List.of();
    }

    /**
     * The queries, in the order in which they run. This method only builds them and returns at once. The engine calls
     * it on its own threads: once without a database, to find out what each query reads, and again before it runs each
     * query. An exception fails the query about to run; in the first call it fails all queries of the collector.
     *
     * @param context the instant, zone and settings of the refresh
     * @return the same number of queries on each call, bound to the same families; none for a collector that reads
     *     something other than Indico's database
     */
    default List<FamilyQuery> queries(CollectionContext context) {
        return List.of();
    }

    /**
     * The past of some of the families, which the command {@code backfill} writes for Prometheus. This method only builds
     * the queries, as {@link #queries} does.
     *
     * @param context the zone and settings; its instant is the end of the past that is read
     * @return the same number of histories on each call, of the same families; none unless overridden
     */
    default List<FamilyHistory> histories(CollectionContext context) {
        return List.of();
    }

    /**
     * Measures something other than Indico's database, such as a file or a queue. The engine calls it only if {@link
     * #queries} returns none. It runs in its own refresh, outside any transaction, even while the database is down. The
     * engine interrupts the thread when the query budget of the refresh class is used up.
     *
     * @param context the instant and settings of the refresh
     * @param samples takes the values; do not keep it after the call
     * @throws Exception on any error; only this collector fails, and its last values are served until they reach their
     *     maximum age
     */
    default void collect(CollectionContext context, Samples samples) throws Exception {
        throw new UnsupportedOperationException("collector '" + name() + "' has neither queries() nor collect()");
    }
}
