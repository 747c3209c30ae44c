package io.getindico.metrics.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * A limit, and the measured figure.
 *
 * @param what the quantity that is limited
 * @param limit the highest figure that meets the target
 * @param figure the measured figure; a ratio compares wall times
 * @param unit the unit of both, with a leading blank; empty for a ratio or a number
 * @param byCpu the same ratio of CPU times, which other load on the machine affects less; null if there is none
 */
record Target(
        String what,
        double limit,
        double figure,
        String unit,
        @Nullable Double byCpu) {
    static final String HEADS = "target | at most | measured |  | by CPU time";

    static Target of(String what, double limit, double figure, String unit) {
        return new Target(what, limit, figure, unit, null);
    }

    static Target ratio(String what, double limit, Cost dividend, Cost divisor) {
        double byCpu = dividend.cpuSeconds() / divisor.cpuSeconds();
        return new Target(what, limit, dividend.wallSeconds() / divisor.wallSeconds(), "", byCpu);
    }

    void addTo(Table table) {
        table.row(
                what,
                Table.number(limit) + unit,
                Table.number(figure) + unit,
                figure <= limit ? "met" : "**missed**",
                byCpu == null ? "" : Table.number(byCpu));
    }
}
