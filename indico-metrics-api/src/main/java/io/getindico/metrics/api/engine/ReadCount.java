package io.getindico.metrics.api.engine;

/**
 * What PostgreSQL read for a query, by its own count. What parallel workers read is not in it.
 *
 * @param rows rows of tables and entries of indexes, those included that a condition then left out
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
