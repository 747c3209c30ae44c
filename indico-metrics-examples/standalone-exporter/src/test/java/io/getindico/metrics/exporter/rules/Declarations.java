package io.getindico.metrics.exporter.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.getindico.metrics.exporter.commands.ExporterMain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The declared families by name, as the command {@code metrics} prints them. */
record Declarations(Map<String, Family> families) {
    /**
     * A declared family.
     *
     * @param collector empty for a self-metric
     * @param refreshClass empty for a self-metric
     * @param profile empty for a self-metric
     * @param labels the values of each label; empty for an open label
     */
    record Family(
            String name, String collector, String refreshClass, String profile, Map<String, Set<String>> labels) {}

    static Declarations read() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExporterMain.run(
                new String[] {"metrics", "--format=json", "--extra-families=*", "--collector-metrics=all"},
                Map.of(),
                new PrintStream(out, true, UTF_8),
                System.err);
        Map<String, Family> families = new LinkedHashMap<>();
        for (JsonNode family : new ObjectMapper().readTree(out.toByteArray())) {
            Map<String, Set<String>> labels = new LinkedHashMap<>();
            for (JsonNode label : family.path("labels")) {
                Set<String> values = new LinkedHashSet<>();
                label.path("values").forEach(value -> values.add(value.asText()));
                labels.put(label.path("name").asText(), values);
            }
            String name = family.path("name").asText();
            families.put(
                    name,
                    new Family(
                            name,
                            family.path("collector").asText(),
                            family.path("class").asText(),
                            family.path("profile").asText(),
                            labels));
        }
        return new Declarations(families);
    }
}
