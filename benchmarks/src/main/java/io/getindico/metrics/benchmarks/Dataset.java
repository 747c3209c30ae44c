package io.getindico.metrics.benchmarks;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

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

    /** How many rows there are, by the words that {@code data.sql} has for them. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("events", 1_000_000L);
        counts.put("contributions", 3_000_000L);
        counts.put("subcontributions", 400_000L);
        counts.put("sessions", 500_000L);
        counts.put("folders", 2_500_000L);
        counts.put("attachments", 4_000_000L);
        counts.put("files", 4_200_000L);
        counts.put("notes", 300_000L);
        counts.put("users", 300_000L);
        counts.put("categories", 15_000L);
        counts.put("rooms", 1_500L);
        counts.put("bookings", 400_000L);
        counts.put("occurrences", 3_200_000L);
        counts.put("queued", 50_000L);
        counts.put("logs", 1_000_000L);
        counts.replaceAll((what, count) -> Math.max(1, Math.round(count * factor)));
        return counts;
    }

    static String plain(double factor) {
        return BigDecimal.valueOf(factor).stripTrailingZeros().toPlainString();
    }
}
