package io.getindico.metrics.exporter.rules;

import io.getindico.metrics.exporter.rules.Declarations.Family;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A query of Prometheus, compared with the declared families and their labels. */
record Expression(String text) {
    /** The labels that Prometheus or its configuration adds to every series. */
    private static final Set<String> TARGET_LABELS = Set.of("job", "instance", "instance_name", "environment");

    private static final Pattern SELECTOR = Pattern.compile("(?<![\\w:])((?:indico[_:]|up\\b)[\\w:]*)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:on|ignoring|by|without)\\s*\\(([^)]*)\\)");

    /** Returns the names of the series that the query reads. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        SELECTOR.matcher(text).results().forEach(selector -> names.add(selector.group(1)));
        return names;
    }

    /**
     * Returns a sentence for each family, label and value that is not declared.
     *
     * @param recorded the names of recording rules that the query may read
     */
    List<String> problems(Declarations declarations, Set<String> recorded) {
        List<String> problems = new ArrayList<>();
        Set<String> labels = new HashSet<>(TARGET_LABELS);
        for (MatchResult selector : SELECTOR.matcher(text).results().toList()) {
            String name = selector.group(1);
            Family family = declarations.families().get(name);
            if (family != null) {
                labels.addAll(family.labels().keySet());
                check(family, selector.group(2) == null ? "" : selector.group(2), problems);
            } else if (!name.equals("up") && !recorded.contains(name)) {
                problems.add("unknown family " + name);
            }
        }
        for (MatchResult grouping : GROUPING.matcher(text).results().toList()) {
            for (String label : grouping.group(1).split("\\s*,\\s*", 0)) {
                if (!labels.contains(label)) {
                    problems.add("no family has the label " + label);
                }
            }
        }
        return problems;
    }

    private static void check(Family family, String matchers, List<String> problems) {
        for (MatchResult matcher : MATCHER.matcher(matchers).results().toList()) {
            String label = matcher.group(1);
            Set<String> values = family.labels().get(label);
            if (values == null && !TARGET_LABELS.contains(label)) {
                problems.add(family.name() + " has no label " + label);
            } else if (values != null && !values.isEmpty()) {
                Arrays.stream(matcher.group(3).split("\\|", -1))
                        .filter(value -> !values.contains(value))
                        .forEach(value -> problems.add(family.name() + ": " + label + " has no value " + value));
            }
        }
    }
}
