package io.getindico.metrics.benchmarks;

import io.getindico.metrics.testing.SyntheticIndico;
import java.math.BigDecimal;
import java.util.Locale;

/**
 * A database of rows that are always the same.
 *
 * @param factor its size, 1 for CERN's
 * @param seed what its random numbers begin with
 * @param variant what is special about it
 */
record Dataset(double factor, int seed, Variant variant) {
    enum Variant {
        /** As the server's own vacuuming leaves it. */
        VACUUMED,
        /** As a restored dump is. */
        NEVER_ANALYSED,
        /** Children anywhere, instead of near those of the same parent. */
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

    /** Its rows. */
    SyntheticIndico rows() {
        SyntheticIndico rows = SyntheticIndico.of(factor).seed(seed).now(Words.NOW);
        return variant == Variant.SHUFFLED ? rows.shuffled() : rows;
    }

    static String plain(double factor) {
        return BigDecimal.valueOf(factor).stripTrailingZeros().toPlainString();
    }
}
