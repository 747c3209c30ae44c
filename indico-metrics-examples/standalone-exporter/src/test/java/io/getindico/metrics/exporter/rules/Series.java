package io.getindico.metrics.exporter.rules;

import java.math.BigDecimal;
import java.util.Arrays;

/** The samples of a series, one for each scrape. NaN marks a missing sample. */
final class Series {
    private static final double ABSENT = Double.NaN;

    private final double[] samples;

    Series(int length) {
        samples = new double[length];
        Arrays.fill(samples, ABSENT);
    }

    void set(int index, double value) {
        samples[index] = value;
    }

    /**
     * Returns promtool's notation, with sequences of equal steps shortened. A stale sample marks where the series ends,
     * as in Prometheus after a scrape without the series.
     */
    String notation() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < samples.length; ) {
            int end = i + 1;
            if (Double.isNaN(samples[i])) {
                while (end < samples.length && Double.isNaN(samples[end])) {
                    end++;
                }
                boolean isEnd = i > 0;
                text.append(isEnd ? "stale " : "");
                int others = end - i - (isEnd ? 1 : 0);
                text.append(others > 0 ? "_x" + others + " " : "");
            } else {
                double step = end < samples.length ? samples[end] - samples[i] : ABSENT;
                while (end < samples.length && samples[end] - samples[end - 1] == step) {
                    end++;
                }
                if (end - i > 2) {
                    text.append(number(samples[i]))
                            .append(step < 0 ? "-" : "+")
                            .append(number(Math.abs(step)))
                            .append('x')
                            .append(end - i - 1);
                } else {
                    text.append(number(samples[i]));
                    end = i + 1;
                }
                text.append(' ');
            }
            i = end;
        }
        return text.toString().stripTrailing();
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
