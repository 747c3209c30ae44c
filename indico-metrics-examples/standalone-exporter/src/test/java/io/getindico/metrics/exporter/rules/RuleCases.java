package io.getindico.metrics.exporter.rules;

import io.getindico.metrics.exporter.Promtool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Evaluates the rules on series that a test makes up, with {@code promtool test rules}. */
final class RuleCases {
    private final Path folder;

    /**
     * @param folder for the input
     */
    RuleCases(Path folder) {
        this.folder = folder;
    }

    /**
     * What a query returns at a minute.
     *
     * @param samples series without values; each must have the value 1
     */
    record Expected(int minute, String query, List<String> samples) {}

    /**
     * An alert that fires at a minute.
     *
     * @param labels all but the name of the alert
     */
    record Firing(int minute, String alert, Map<String, String> labels, Map<String, String> annotations) {}

    /** A case: the series by name in promtool's notation, one sample a minute, and what follows from them. */
    record Case(String name, Map<String, String> series, List<Expected> expected, List<Firing> firing) {}

    /** Evaluates the rules at the given interval, and fails if a case does not come out as expected. */
    void test(String interval, List<Case> cases) throws Exception {
        StringBuilder text = new StringBuilder("rule_files: [").append(quoted(rules()));
        text.append("]\nevaluation_interval: ").append(interval);
        // Without an order, promtool evaluates the groups in a random one. At an interval above the lookback of
        // five minutes, a group then misses the value that another group records at the same time.
        text.append("\ngroup_eval_order: ").append(Rule.groups()).append("\ntests:\n");
        for (Case one : cases) {
            text.append("  - name: ").append(quoted(one.name())).append("\n    interval: 1m\n    input_series:\n");
            one.series()
                    .forEach((name, values) -> text.append("      - {series: ")
                            .append(quoted(name))
                            .append(", values: ")
                            .append(quoted(values))
                            .append("}\n"));
            text.append("    promql_expr_test:\n");
            one.expected().forEach(expected -> append(text, expected));
            if (!one.firing().isEmpty()) {
                text.append("    alert_rule_test:\n");
                one.firing().forEach(firing -> append(text, firing));
            }
        }
        Path input = Files.writeString(folder.resolve("test.yml"), text);
        Promtool.run(folder, "test", "rules", input);
    }

    private static String rules() throws IOException {
        return Rule.FILE.path().toRealPath().toString();
    }

    private static void append(StringBuilder text, Expected expected) {
        List<String> samples = expected.samples().stream()
                .map(sample -> "{labels: " + quoted(sample) + ", value: 1}")
                .toList();
        text.append("      - {eval_time: ").append(expected.minute()).append("m, expr: ");
        text.append(quoted(expected.query()))
                .append(", exp_samples: ")
                .append(samples)
                .append("}\n");
    }

    private static void append(StringBuilder text, Firing firing) {
        text.append("      - {eval_time: ")
                .append(firing.minute())
                .append("m, alertname: ")
                .append(firing.alert());
        text.append(", exp_alerts: [{exp_labels: ").append(map(firing.labels()));
        text.append(", exp_annotations: ").append(map(firing.annotations())).append("}]}\n");
    }

    private static String map(Map<String, String> values) {
        List<String> entries = new ArrayList<>();
        values.forEach((key, value) -> entries.add(key + ": " + quoted(value)));
        return "{" + String.join(", ", entries) + "}";
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
