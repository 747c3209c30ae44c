package io.getindico.metrics.collectors.mutation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A collector's source with one thing changed in one of its queries.
 *
 * @param type the class's full name
 * @param source what is compiled instead
 * @param change what was changed, for people
 */
record Mutant(String type, String source, String change) {
    private static final Map<String, List<String>> OPERATORS = Map.ofEntries(
            Map.entry(".isTrue()", List.of(".isFalse()", ".isNotNull()")),
            Map.entry(".isFalse()", List.of(".isTrue()", ".isNotNull()")),
            Map.entry(".isNull()", List.of(".isNotNull()")),
            Map.entry(".isNotNull()", List.of(".isNull()")),
            Map.entry(".in(", List.of(".notIn(")),
            Map.entry(".notIn(", List.of(".in(")),
            Map.entry(".eq(", List.of(".ne(")),
            Map.entry(".ne(", List.of(".eq(")),
            Map.entry(".lt(", List.of(".le(", ".gt(")),
            Map.entry(".le(", List.of(".lt(", ".ge(")),
            Map.entry(".gt(", List.of(".ge(", ".lt(")),
            Map.entry(".ge(", List.of(".gt(", ".le(")),
            Map.entry(".and(", List.of(".or(")),
            Map.entry(".or(", List.of(".and(")),
            Map.entry(".doesNotContain(", List.of(".contains(")),
            Map.entry(".contains(", List.of(".doesNotContain(")),
            Map.entry(".not()", List.of("")),
            Map.entry(".join(", List.of(".leftJoin(")),
            Map.entry(".leftJoin(", List.of(".join(")),
            Map.entry(".unionAll(", List.of(".union(")),
            Map.entry(".plus(", List.of(".minus(")),
            Map.entry(".minus(", List.of(".plus(")),
            Map.entry(".isDistinct()", List.of(".isDistinct().not()", ".isDistinct() == false")),
            Map.entry(" earliest(", List.of(" io.getindico.metrics.api.Value.latest(")),
            Map.entry(" latest(", List.of(" io.getindico.metrics.api.Value.earliest(")));

    private static final Pattern OPERATOR = Pattern.compile(
            String.join("|", OPERATORS.keySet().stream().map(Pattern::quote).toList()));

    /** A column that is asked for something, over several lines maybe. */
    private static final Pattern CONDITION = Pattern.compile(
            "\\b[A-Z_]+\\s*\\.\\s*[A-Z_]+\\s*\\.(?:isTrue|isFalse|isNull|isNotNull|eq|ne|lt|le|gt|ge|in|notIn)\\(");

    /** A method that declares the past, which SeamTest and the contract compare with the present. */
    private static final Pattern HISTORY =
            Pattern.compile("(?ms)^ {4}(?:public|private)(?: static)? (?:List<)?FamilyHistory>? \\w+\\(.*?^ {4}\\}$");

    private static final Pattern DISTINCT = Pattern.compile("\\bcountDistinct\\(");

    /** Many of these are no constant of an enum of Indico's: {@link Constants} knows. */
    private static final Pattern CONSTANT = Pattern.compile("\\b(?<type>[A-Z]\\w*)\\.(?<constant>[A-Z_]+)\\b");

    /** All that can be made of a source. */
    static List<Mutant> of(String type, String source) {
        String present = HISTORY.matcher(source)
                .replaceAll(past -> " ".repeat(past.group().length()));
        List<Mutant> mutants = new ArrayList<>();
        for (Matcher operator = OPERATOR.matcher(present); operator.find(); ) {
            OPERATORS
                    .getOrDefault(operator.group(), List.of())
                    .forEach(other -> mutants.add(of(type, source, operator.start(), operator.end(), other)));
        }
        for (Matcher condition = CONDITION.matcher(present); condition.find(); ) {
            int end = closing(source, condition.end());
            mutants.add(of(type, source, condition.start(), end, "org.jooq.impl.DSL.trueCondition()"));
            mutants.add(of(type, source, condition.start(), end, "org.jooq.impl.DSL.falseCondition()"));
        }
        for (Matcher distinct = DISTINCT.matcher(present); distinct.find(); ) {
            int end = closing(source, distinct.end());
            mutants.add(of(type, source, distinct.start(), end, "io.getindico.metrics.api.Value.countRows()"));
        }
        for (Matcher constant = CONSTANT.matcher(present); constant.find(); ) {
            for (String other : Constants.of(constant.group("type"))) {
                if (!other.equals(constant.group("constant"))) {
                    mutants.add(of(type, source, constant.start("constant"), constant.end("constant"), other));
                }
            }
        }
        return mutants;
    }

    private static Mutant of(String type, String source, int start, int end, String other) {
        int lineStart = source.lastIndexOf('\n', start) + 1;
        int lineEnd = source.indexOf('\n', Math.max(start, end - 1));
        String change = "%s: %s[%s -> %s]%s"
                .formatted(
                        type.substring(type.lastIndexOf('.') + 1),
                        source.substring(lineStart, start),
                        source.substring(start, end),
                        other,
                        source.substring(end, Math.max(end, lineEnd)));
        String text = source.substring(0, start) + other + source.substring(end);
        return new Mutant(type, text, change.replaceAll("\\s+", " ").strip());
    }

    /** Behind the parenthesis that closes the one before the position. */
    private static int closing(String source, int afterOpening) {
        int open = 1;
        int at = afterOpening;
        while (open > 0) {
            char c = source.charAt(at++);
            open += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return at;
    }
}
