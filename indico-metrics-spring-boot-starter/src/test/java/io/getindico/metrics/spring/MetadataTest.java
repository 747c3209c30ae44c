package io.getindico.metrics.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What editors show about the properties. */
class MetadataTest {
    @Test
    void everyPropertyIsDescribed() throws IOException {
        Map<String, String> descriptions = new TreeMap<>();
        try (InputStream metadata = Objects.requireNonNull(
                getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            for (JsonNode property : new ObjectMapper().readTree(metadata).get("properties")) {
                descriptions.put(
                        property.get("name").textValue(),
                        property.path("description").asText());
            }
        }
        for (RecordComponent component : IndicoMetricsProperties.class.getRecordComponents()) {
            String name = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            assertThat(descriptions.remove("indico.metrics." + name)).as(name).isNotEmpty();
        }
        assertThat(descriptions)
                .containsOnlyKeys("management.health.indico.enabled")
                .doesNotContainValue("");
    }
}
