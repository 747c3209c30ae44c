package io.getindico.metrics.benchmarks;

import io.getindico.metrics.testing.SyntheticIndico;
import java.math.BigDecimal;
import java.util.Locale;

/**
 * A database with synthetic rows. The same factor, seed and variant always give the same rows.
 *
 * @param factor the size of the database, 1 for CERN's
 * @param seed the seed of its random numbers
 * @param variant how the rows are stored
 */
record Dataset(double factor, int seed, Variant variant) {
    enum Variant {
        /** Vacuumed and analysed, as autovacuum leaves a database. */
        VACUUMED,
        /** Neither vacuumed nor analysed, like a dump that was just restored. */
        NEVER_ANALYSED,
        /** The rows of one parent are scattered over the table instead of stored near each other. */
        SHUFFLED
    }

    String database() {
        return "indico_%s_%s_%d"
                .formatted(variant.name().toLowerCase(Locale.ROOT), plain(factor), seed)
                .replace('.', '_');
    }

    Dataset with(Variant other) {
        return new Dataset(factor, seed, other);
    }

    Dataset part(int divisor) {
        return new Dataset(factor / divisor, seed, variant);
    }

    /** Returns the generator of its rows. */
    SyntheticIndico rows() {
        SyntheticIndico rows = SyntheticIndico.of(factor).seed(seed).now(Words.NOW);
        return variant == Variant.SHUFFLED ? rows.shuffled() : rows;
    }

    static String plain(double factor) {
        return BigDecimal.valueOf(factor).stripTrailingZeros().toPlainString();
    }
}
