package io.getindico.metrics.exporter.settings;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What OpenTelemetry calls the attributes of a resource: where pushed metrics come from. */
public record ResourceAttributes(SortedMap<String, String> values) {
    private static final Pattern ATTRIBUTE = Pattern.compile("([A-Za-z][A-Za-z0-9._-]*)=([^,]+)");

    static ResourceAttributes parse(String text) throws InvalidValueException {
        SortedMap<String, String> values = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            Matcher attribute = ATTRIBUTE.matcher(part.strip());
            if (!attribute.matches() || values.put(attribute.group(1), attribute.group(2)) != null) {
                throw new InvalidValueException("different names, each with a value, joined by commas, such as"
                        + " service.name=indico,deployment.environment=test");
            }
        }
        return new ResourceAttributes(Collections.unmodifiableSortedMap(values));
    }

    /** The attributes of a setting that may be absent. */
    public static SortedMap<String, String> of(@Nullable ResourceAttributes attributes) {
        return attributes == null ? Collections.emptySortedMap() : attributes.values;
    }
}
