package io.getindico.metrics.exporter.page;

import io.getindico.metrics.api.MetricFamily;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/** How a number is written. */
enum Unit {
    NUMBER,
    BYTES;

    private static final List<String> PREFIXES = List.of("", "k", "M", "G", "T", "P");
    private static final int THOUSAND = 1000;
    private static final MathContext THREE_DIGITS = new MathContext(3, RoundingMode.HALF_UP);

    /** The names of two sizes do not end in their unit, because they are those of Indico's own plugin. */
    static Unit of(MetricFamily family) {
        return "bytes".equals(family.unit()) || family.name().matches("indico_size_.*_files") ? BYTES : NUMBER;
    }

    /** Writes a value for reading: all digits of a number, three of a size in bytes. */
    String full(double value) {
        if (this == BYTES || !Double.isFinite(value) || Math.abs(value) >= Long.MAX_VALUE) {
            return compact(value);
        }
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,d", (long) value)
                : String.format(Locale.ROOT, "%,.2f", value);
    }

    /** Writes a value with three digits, such as 1.25M or 800 GB. */
    String compact(double value) {
        if (!Double.isFinite(value)) {
            return String.valueOf(value);
        }
        BigDecimal rest = BigDecimal.valueOf(value).round(THREE_DIGITS);
        int i = 0;
        while (i < PREFIXES.size() - 1 && rest.abs().doubleValue() >= THOUSAND) {
            rest = rest.movePointLeft(3);
            i++;
        }
        String digits = rest.signum() == 0 ? "0" : rest.stripTrailingZeros().toPlainString();
        return this == BYTES ? digits + " " + PREFIXES.get(i) + "B" : digits + PREFIXES.get(i);
    }
}
