package io.getindico.metrics.testing;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Prometheus' conventions for names, units and help texts that {@link MetricFamily} does not enforce. */
final class Conventions {
    private static final String PREFIX = "indico_";
    private static final Set<String> BASE_UNITS = Set.of("seconds", "bytes", "ratio", "celsius", "joules", "meters");
    private static final Set<String> OTHER_UNITS = Set.of(
            "nanoseconds",
            "microseconds",
            "milliseconds",
            "minutes",
            "hours",
            "days",
            "weeks",
            "bits",
            "kilobytes",
            "megabytes",
            "gigabytes",
            "terabytes",
            "kibibytes",
            "mebibytes",
            "gibibytes",
            "tebibytes",
            "percent",
            "ns",
            "us",
            "ms",
            "s",
            "sec",
            "secs",
            "min",
            "mins",
            "h",
            "hrs",
            "d",
            "b",
            "kb",
            "mb",
            "gb",
            "tb",
            "pct");
    private static final Set<String> TYPES = Set.of("gauge", "counter", "summary", "histogram", "info");

    /** Prometheus sets the first two itself, and reserves the others for histograms and summaries. */
    private static final Set<String> RESERVED_LABELS = Set.of("job", "instance", "le", "quantile");

    private Conventions() {}

    /** Returns one sentence for each convention that a family violates. */
    static List<String> flaws(MetricFamily family) {
        List<String> flaws = new ArrayList<>();
        String name = family.name();
        if (!name.startsWith(PREFIX)) {
            flaws.add("its name must begin with " + PREFIX);
        }
        List<String> words =
                Arrays.asList(name.replaceFirst("_(total|info)$", "").split("_", -1));
        if (words.contains("")) {
            flaws.add("its name has two underscores in a row, or one at the end");
        }
        words.stream()
                .filter(TYPES::contains)
                .forEach(type -> flaws.add("its name must not contain the type '" + type + "'"));
        String last = words.get(words.size() - 1);
        if (OTHER_UNITS.contains(last)) {
            flaws.add("'" + last + "' is not a base unit; convert to seconds, bytes or a ratio");
        }
        if (BASE_UNITS.contains(last) && !last.equals(family.unit())) {
            flaws.add("its name ends with a unit that it does not declare: add unit(\"" + last + "\")");
        }
        String help = family.help();
        if (!help.equals(help.strip()) || help.lines().count() > 1) {
            flaws.add("its help text must be one line without blanks around it");
        }
        family.labels().stream()
                .map(Label::name)
                .filter(RESERVED_LABELS::contains)
                .forEach(label -> flaws.add("the label '" + label + "' is reserved"));
        return flaws;
    }
}
