package io.getindico.metrics.exporter.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.getindico.metrics.exporter.DeployFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A rule of Prometheus.
 *
 * @param isAlert whether it is an alert, or otherwise a recording rule
 * @param hold how long its expression must hold before it fires; empty for a recording rule
 */
public record Rule(
        String name,
        boolean isAlert,
        String expression,
        String hold,
        Map<String, String> labels,
        Map<String, String> annotations) {
    static final DeployFile FILE = new DeployFile("rules/indico.yml");

    /** Returns the rules of {@link #FILE}, in the order of the file. */
    public static List<Rule> all() throws IOException {
        List<Rule> rules = new ArrayList<>();
        for (JsonNode group : readGroups()) {
            for (JsonNode rule : group.path("rules")) {
                boolean isAlert = rule.has("alert");
                rules.add(new Rule(
                        rule.path(isAlert ? "alert" : "record").asText(),
                        isAlert,
                        rule.path("expr").asText(),
                        rule.path("for").asText(),
                        texts(rule.path("labels")),
                        texts(rule.path("annotations"))));
            }
        }
        return rules;
    }

    /** Returns the names of the groups of {@link #FILE}, in the order of the file. */
    static List<String> groups() throws IOException {
        List<String> names = new ArrayList<>();
        readGroups().forEach(group -> names.add(group.path("name").asText()));
        return names;
    }

    private static JsonNode readGroups() throws IOException {
        Object file = new Load(LoadSettings.builder().build()).loadFromString(FILE.text());
        return new ObjectMapper().<JsonNode>valueToTree(file).path("groups");
    }

    private static Map<String, String> texts(JsonNode node) {
        Map<String, String> texts = new TreeMap<>();
        node.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    static List<Rule> alerts() throws IOException {
        return all().stream().filter(Rule::isAlert).toList();
    }

    String severity() {
        return labels.getOrDefault("severity", "");
    }
}
