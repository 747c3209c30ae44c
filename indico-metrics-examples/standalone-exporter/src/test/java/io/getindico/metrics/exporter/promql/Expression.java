package io.getindico.metrics.exporter.promql;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PromQL expression whose families, labels and label values are declared.
 *
 * @param scoped the expression, restricted to the instances that the reader of a board chose
 * @param families the names of its families
 * @param labels the labels of its families and of their targets
 */
public record Expression(String scoped, Set<String> families, Set<String> labels) {
    /** What the dashboard linter expects in each selector. */
    public static final String TARGET = "job=~\"$job\",instance=~\"$instance\"";

    /** The same, and the Indico of a service that reads several. Prometheus's own series never have this label. */
    public static final String SCOPE = TARGET + ",instance_name=~\"$instance_name\"";

    private static final Set<String> TARGET_LABELS = Set.of("job", "instance", "instance_name", "environment");
    private static final Set<String> GROUPINGS = Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
    private static final Set<String> WORDS = Set.of(
            "and",
            "or",
            "unless",
            "offset",
            "bool",
            "time",
            "sum",
            "min",
            "max",
            "avg",
            "count",
            "topk",
            "bottomk",
            "rate",
            "increase",
            "delta",
            "deriv",
            "changes",
            "clamp_min",
            "clamp_max",
            "avg_over_time",
            "max_over_time",
            "min_over_time",
            "last_over_time",
            "vector",
            "absent",
            "abs",
            "round");

    private static final Pattern TOKEN =
            Pattern.compile("\"[^\"]*\"|\\[[^\\]]*\\]|\\{[^}]*\\}|\\d[\\w.]*|[A-Za-z_:][\\w:]*|\\S");
    private static final Pattern WORD = Pattern.compile("[A-Za-z_:][\\w:]*");
    private static final Pattern MATCHER = Pattern.compile("\\s*(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"\\s*(?:,|$)");

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException naming the family, label or value that is not declared
     */
    public static Expression of(String text, Catalogue catalogue) {
        return new Reader(text, catalogue).read();
    }

    /** Reads an expression once, from left to right. */
    private static final class Reader {
        private final String text;
        private final Catalogue catalogue;
        private final Matcher tokens;
        private final StringBuilder scoped = new StringBuilder();
        private final Set<String> families = new TreeSet<>();
        private final Set<String> labels = new TreeSet<>(TARGET_LABELS);
        private final Set<String> grouped = new LinkedHashSet<>();
        private int copied;

        Reader(String text, Catalogue catalogue) {
            this.text = text;
            this.catalogue = catalogue;
            this.tokens = TOKEN.matcher(text);
        }

        Expression read() {
            while (tokens.find()) {
                String token = tokens.group();
                if (token.startsWith("{")) {
                    selector(token, List.of());
                } else if (GROUPINGS.contains(token)) {
                    grouping();
                } else if (WORD.matcher(token).matches() && !WORDS.contains(token)) {
                    family(token);
                }
            }
            grouped.stream()
                    .filter(label -> !labels.contains(label))
                    .findFirst()
                    .ifPresent(label -> {
                        throw new IllegalArgumentException("unknown label " + label + " in " + text);
                    });
            return new Expression(scoped + text.substring(copied), families, labels);
        }

        private void family(String name) {
            List<MetricFamily> one = catalogue.isRecorded(name) ? List.of() : List.of(catalogue.family(name));
            if (text.startsWith("{", tokens.end()) && tokens.find()) {
                selector(tokens.group(), one);
            } else {
                selector("{}", one);
            }
        }

        private void grouping() {
            int open = text.indexOf('(', tokens.end());
            int close = text.indexOf(')', open);
            Matcher names = WORD.matcher(text.substring(open, close));
            while (names.find()) {
                grouped.add(names.group());
            }
            copyTo(close);
            tokens.region(close, text.length());
        }

        /** Checks a selector's labels and values, and adds the scope to it. */
        private void selector(String braces, List<MetricFamily> named) {
            if (!braces.endsWith("}")) {
                throw new IllegalArgumentException("unclosed { in " + text);
            }
            String inside = braces.substring(1, braces.length() - 1);
            List<MetricFamily> selected = new ArrayList<>(named);
            Matcher matchers = MATCHER.matcher(inside);
            List<String[]> conditions = new ArrayList<>();
            while (matchers.find()) {
                if (matchers.group(1).equals("__name__")) {
                    selected.addAll(catalogue.matching(matchers.group(3)));
                } else {
                    conditions.add(new String[] {matchers.group(1), matchers.group(3)});
                }
            }
            for (MetricFamily family : selected) {
                families.add(family.name());
                family.labels().forEach(label -> labels.add(label.name()));
                conditions.forEach(condition -> check(family, condition[0], condition[1]));
            }
            // A selector that stands in the text ends at the token; one that is missing begins there.
            boolean given = tokens.group().startsWith("{");
            copyTo(given ? tokens.end() - 1 : tokens.end());
            scoped.append(given ? (inside.isBlank() ? "" : ",") : "{")
                    .append(catalogue.areByPrometheus(selected) ? TARGET : SCOPE)
                    .append('}');
            copied = tokens.end();
        }

        private static void check(MetricFamily family, String name, String values) {
            if (TARGET_LABELS.contains(name)) {
                return;
            }
            Label label = family.labels().stream()
                    .filter(candidate -> candidate.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("unknown label " + name + " of " + family.name()));
            for (String value : values.split("\\|", -1)) {
                if (label.isClosed() && !label.values().contains(value)) {
                    throw new IllegalArgumentException(
                            "unknown value \"" + value + "\" of label " + name + " of " + family.name());
                }
            }
        }

        private void copyTo(int end) {
            scoped.append(text, copied, end);
            copied = end;
        }
    }
}
