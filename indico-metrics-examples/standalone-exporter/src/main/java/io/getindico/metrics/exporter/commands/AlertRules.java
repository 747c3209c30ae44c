package io.getindico.metrics.exporter.commands;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The alerts that {@code deploy/rules/indico.yml} has for each metric. The build puts this file beside the class. */
final class AlertRules {
    private static final String FILE = "indico.yml";

    /** A name of a metric, a recorded series, a label or a function. */
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_:]*");

    private final Map<String, Set<String>> recorded = new HashMap<>();
    private final Map<String, Set<String>> alerts = new HashMap<>();

    /** Reads the file. */
    AlertRules() {
        for (Object group : list(read(), "groups")) {
            for (Object rule : list(group, "rules")) {
                add(map(rule));
            }
        }
    }

    private static Object read() {
        try (InputStream file = Objects.requireNonNull(AlertRules.class.getResourceAsStream(FILE), FILE)) {
            return new Load(LoadSettings.builder().build()).loadFromInputStream(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<?, ?> map(Object yaml) {
        return (Map<?, ?>) yaml;
    }

    private static List<?> list(Object map, String key) {
        return (List<?>) Objects.requireNonNull(map(map).get(key), key);
    }

    /** A rule comes after those whose series it reads. */
    private void add(Map<?, ?> rule) {
        Set<String> names = names(String.valueOf(rule.get("expr")));
        if (rule.containsKey("record")) {
            recorded.put(String.valueOf(rule.get("record")), names);
        } else {
            String alert = String.valueOf(rule.get("alert"));
            names.forEach(name ->
                    alerts.computeIfAbsent(name, key -> new LinkedHashSet<>()).add(alert));
        }
    }

    private Set<String> names(String expression) {
        Set<String> names = NAME.matcher(expression)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(HashSet::new));
        Set.copyOf(names).forEach(name -> names.addAll(recorded.getOrDefault(name, Set.of())));
        return names;
    }

    /** Returns the names of the alerts that read a metric, in the order of the file. */
    Set<String> of(String family) {
        return Collections.unmodifiableSet(alerts.getOrDefault(family, Set.of()));
    }
}
