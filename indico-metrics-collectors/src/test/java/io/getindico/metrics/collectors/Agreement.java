package io.getindico.metrics.collectors;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingDouble;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.testing.WideCase;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the values of several families have in common, in one line. Each side is a sum of families, which can be narrowed
 * to some values of their labels. Both sides are added up by the labels that all their families have and that are not
 * narrowed. The relations are:
 *
 * <ul>
 *   <li>{@code a = b} and {@code a <= b};
 *   <li>{@code a only if b}: where a is there and above 0, b is above 0; {@code a exactly if b}: the other way round, too;
 *   <li>{@code a within 7d exactly if b}: an instant a is less than seven days away exactly where b is above 0.
 * </ul>
 */
record Agreement(String text, List<Term> left, Relation relation, Duration window, List<Term> right) {
    private static final Pattern LINE = Pattern.compile(
            "(?<left>.+?) (?:within (?<hours>\\d+)h )?(?<relation>=|<=|only if|exactly if) (?<right>.+)");
    private static final Pattern TERM = Pattern.compile("(?<name>\\w+)(?:\\{(?<labels>.*)})?");
    private static final Pattern LABEL = Pattern.compile("(?<name>\\w+)(?<not>!?)=(?<values>[\\w|]+)");

    private static final Map<String, MetricFamily> FAMILIES = Gauges.collectors().stream()
            .flatMap(collector -> collector.families().stream())
            .collect(Collectors.toMap(MetricFamily::name, Function.identity(), (one, same) -> one));

    enum Relation {
        EQUAL("="),
        AT_MOST("<="),
        ONLY_IF("only if"),
        EXACTLY_IF("exactly if");

        private final String sign;

        Relation(String sign) {
            this.sign = sign;
        }

        boolean holds(double left, double right) {
            return switch (this) {
                case EQUAL -> left == right;
                case AT_MOST -> left <= right;
                case ONLY_IF -> left <= 0 || right > 0;
                case EXACTLY_IF -> left > 0 == right > 0;
            };
        }
    }

    /** Some series of a family. */
    record Term(MetricFamily family, List<Narrowed> narrowed) {
        Stream<String> freeLabels() {
            return family.labels().stream()
                    .map(Label::name)
                    .filter(name -> narrowed.stream().noneMatch(label -> label.name.equals(name)));
        }

        Stream<Map.Entry<Labels, Double>> series(Reading reading) {
            return WideCase.read(family, reading).entrySet().stream()
                    .filter(series -> narrowed.stream().allMatch(label -> label.admits(series.getKey())));
        }
    }

    record Narrowed(String name, boolean isExcluded, Set<String> values) {
        boolean admits(Labels labels) {
            return values.contains(labels.get(name)) != isExcluded;
        }
    }

    /** One line for each agreement; a line that begins with a space continues the one before. */
    static List<Agreement> parse(String lines) {
        return lines.replaceAll("\n +", " ")
                .lines()
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(Agreement::of)
                .toList();
    }

    private static Agreement of(String line) {
        Matcher parts = match(LINE, line);
        String hours = Objects.requireNonNullElse(parts.group("hours"), "0");
        return new Agreement(
                line,
                terms(parts.group("left")),
                Arrays.stream(Relation.values())
                        .filter(relation -> relation.sign.equals(parts.group("relation")))
                        .findFirst()
                        .orElseThrow(),
                Duration.ofHours(Long.parseLong(hours)),
                terms(parts.group("right")));
    }

    private static List<Term> terms(String side) {
        return Arrays.stream(side.split(" \\+ ", -1))
                .map(text -> match(TERM, text))
                .map(term -> new Term(family("indico_" + term.group("name")), narrowed(term.group("labels"))))
                .toList();
    }

    private static MetricFamily family(String name) {
        return Objects.requireNonNull(FAMILIES.get(name), name);
    }

    private static List<Narrowed> narrowed(@Nullable String labels) {
        return labels == null
                ? List.of()
                : Arrays.stream(labels.split(", ", -1))
                        .map(text -> match(LABEL, text))
                        .map(label -> new Narrowed(
                                label.group("name"),
                                !label.group("not").isEmpty(),
                                Set.of(label.group("values").split("\\|", -1))))
                        .toList();
    }

    private static Matcher match(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        return matcher;
    }

    /** Whether the release is new enough for all of it. */
    boolean appliesTo(Reading reading) {
        Set<MetricFamily> skipped = reading.status().collectors().stream()
                .flatMap(collector -> collector.queries().stream())
                .filter(query -> query.outcome() == CollectorStatus.Outcome.SKIPPED)
                .flatMap(query -> query.families().stream())
                .collect(Collectors.toSet());
        return terms().map(Term::family).noneMatch(skipped::contains);
    }

    private Stream<Term> terms() {
        return Stream.concat(left.stream(), right.stream());
    }

    /** Whether there is something to compare: both sides are above 0. */
    boolean isShownBy(Reading reading, Instant now) {
        return Stream.of(sums(left, reading, now), sums(right, reading, now))
                .allMatch(side -> side.values().stream().anyMatch(value -> value > 0));
    }

    /** Describes in words where the agreement does not hold. */
    List<String> violations(Reading reading, Instant now) {
        Map<List<String>, Double> lefts = sums(left, reading, now);
        Map<List<String>, Double> rights = sums(right, reading, now);
        Set<List<String>> all = new LinkedHashSet<>(lefts.keySet());
        all.addAll(rights.keySet());
        List<String> violations = new ArrayList<>();
        for (List<String> labels : all) {
            double one = lefts.getOrDefault(labels, 0.0);
            double other = rights.getOrDefault(labels, 0.0);
            if (!relation.holds(one, other)) {
                violations.add("%s: %s: %s, %s".formatted(text, labels, one, other));
            }
        }
        return violations;
    }

    private Map<List<String>, Double> sums(List<Term> side, Reading reading, Instant now) {
        List<String> common = common();
        return side.stream()
                .flatMap(term -> term.series(reading))
                .collect(groupingBy(
                        series -> common.stream().map(series.getKey()::get).toList(),
                        summingDouble(series -> value(series.getValue(), side, now))));
    }

    private double value(double value, List<Term> side, Instant now) {
        if (window.isZero() || side.equals(right)) {
            return value;
        }
        // A double has not quite the microseconds of an instant.
        long away = Math.round(value * 1e6) - ChronoUnit.MICROS.between(Instant.EPOCH, now);
        long most = window.toSeconds() * 1_000_000;
        return away > -most && away <= most ? 1 : 0;
    }

    private List<String> common() {
        return left.get(0)
                .freeLabels()
                .filter(name -> terms().allMatch(term -> term.freeLabels().anyMatch(name::equals)))
                .toList();
    }
}
