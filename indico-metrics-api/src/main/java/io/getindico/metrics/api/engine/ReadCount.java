package io.getindico.metrics.api.engine;

/**
 * How much PostgreSQL read for a query, according to its statistics. Reads by parallel workers are not included.
 *
 * @param rows rows of tables and entries of indexes, including those that a condition then filtered out
 * @param buffers pages of tables and indexes, 8 KiB each unless PostgreSQL was built otherwise, from memory or from disk
 */
record ReadCount(long rows, long buffers) {
    static final ReadCount NONE = new ReadCount(0, 0);

    ReadCount plus(ReadCount other) {
        return new ReadCount(rows + other.rows, buffers + other.buffers);
    }

    ReadCount minus(ReadCount other) {
        return new ReadCount(rows - other.rows, buffers - other.buffers);
    }
}
