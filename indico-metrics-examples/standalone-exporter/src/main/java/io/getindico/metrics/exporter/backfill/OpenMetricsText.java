package io.getindico.metrics.exporter.backfill;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The lines of an OpenMetrics file whose samples have timestamps, in seconds. */
final class OpenMetricsText {
    static final String EOF = "# EOF\n";

    /** Beyond it, not every whole number is a double. */
    private static final double LARGEST_WHOLE = 1L << 53;

    private final Map<String, String> labels;

    /**
     * Creates the text of one target.
     *
     * @param labels of all series, such as job and instance
     */
    OpenMetricsText(Map<String, String> labels) {
        this.labels = labels;
    }

    static String head(MetricFamily family) {
        String name = family.name().replaceFirst("_(total|info)$", "");
        return "# TYPE " + name + " " + family.type().name().toLowerCase(Locale.ROOT) + "\n"
                + (family.unit() == null ? "" : "# UNIT " + name + " " + family.unit() + "\n")
                + "# HELP " + name + " " + escaped(family.help()) + "\n";
    }

    String sample(MetricFamily family, Instant at, List<String> labelValues, double value) {
        StringBuilder line = new StringBuilder(family.name());
        char separator = '{';
        for (Map.Entry<String, String> label : labels.entrySet()) {
            separator = append(line, separator, label.getKey(), label.getValue());
        }
        for (int i = 0; i < labelValues.size(); i++) {
            Label label = family.labels().get(i);
            separator = append(line, separator, label.name(), labelValues.get(i));
        }
        if (separator == ',') {
            line.append('}');
        }
        line.append(' ');
        if (value == Math.rint(value) && Math.abs(value) <= LARGEST_WHOLE) {
            line.append((long) value);
        } else {
            line.append(value);
        }
        return line.append(' ').append(at.getEpochSecond()).append('\n').toString();
    }

    /** Leaves out an empty label, as a scrape does. */
    private static char append(StringBuilder line, char separator, String name, String value) {
        if (value.isEmpty()) {
            return separator;
        }
        line.append(separator).append(name).append("=\"").append(escaped(value)).append('"');
        return ',';
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
