package io.getindico.metrics.benchmarks;

import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** A table in Markdown. */
final class Table {
    private final StringBuilder text = new StringBuilder();

    /** Begins a table. Bars separate the headings of its columns. */
    Table(String heads) {
        int columns = 1 + (int) heads.chars().filter(c -> c == '|').count();
        row(heads);
        row(Collections.nCopies(columns, "---").toArray());
    }

    Table row(Object... cells) {
        List.of(cells).forEach(cell -> text.append("| ").append(cell).append(' '));
        text.append("|\n");
        return this;
    }

    static String seconds(double seconds) {
        return number(seconds) + " s";
    }

    static String millis(double millis) {
        return number(millis) + " ms";
    }

    static String micros(double micros) {
        return number(micros) + " µs";
    }

    static String kilobytes(double bytes) {
        return number(bytes / 1e3) + " kB";
    }

    static String ratio(double dividend, double divisor) {
        return divisor == 0 ? "–" : number(dividend / divisor);
    }

    static String bytes(double pages) {
        double bytes = pages * Cost.BYTES_PER_PAGE;
        return pages == 0 ? "0" : bytes < 1e9 ? number(bytes / 1e6) + " MB" : number(bytes / 1e9) + " GB";
    }

    /** Formats a number with three digits, or with all digits before the decimal point. */
    static String number(double value) {
        String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
