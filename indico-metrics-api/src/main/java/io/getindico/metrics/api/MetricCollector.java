package io.getindico.metrics.api;

import java.util.List;

/**
 * Reads one subject of an Indico database and turns it into samples of metric families declared beforehand.
 *
 * <p>Implementations are found through {@link java.util.ServiceLoader} or handed to the builder. They hold no state and
 * need a public constructor without parameters only where they are to be discovered. The engine calls the declaring
 * methods when it is built, and {@link #collect} in a refresh on a thread of its own: once, or once more where a lock or
 * a rewritten table stood in its way. Refreshes never run it on two threads at a time; {@code IndicoMetrics.readOnce}
 * runs beside them.
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
     * All families that {@link #collect} may give samples for. Known before any query, they decide which collectors a
     * scrape with {@code name[]} runs and whether two collectors clash.
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
     * How many statements one {@link #collect} may send, those of {@link CollectionContext#shared} left out. One more is
     * refused and fails the collector.
     *
     * @return 1 unless overridden
     */
    default int maxStatements() {
        return 1;
    }

    /**
     * Queries the database and gives the samples. Called within a read-only transaction that other collectors share; it
     * must not keep the context or the samples after it returns.
     *
     * <p>It is also called once without a database, when the engine is built: its statements are then answered by one
     * row of zeros and empty values, only to learn which tables and columns it needs.
     *
     * <p>Whatever it throws fails this collector alone: its last values are served up to their maximum age, its success
     * gauge is 0 and the others go on. When the query budget ends, the running statement is cancelled and throws.
     *
     * @param context the queries' way to the database, and the instant and settings that count for this refresh
     * @param samples takes the values read
     */
    void collect(CollectionContext context, Samples samples);
}
