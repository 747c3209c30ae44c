package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Collects the series of one family and enforces the limits of its labels. */
final class FamilySeries {
    static final int MAX_CODE_POINTS = 128;

    private final MetricFamily family;
    private final Map<Label, String> constants;
    private final boolean isZeroWhereEmpty;
    private final DoubleBinaryOperator merge;
    private final List<List<String>> declared;
    private final Map<List<String>, Double> values = new LinkedHashMap<>();
    private final Set<List<@Nullable String>> given = new HashSet<>();
    /** For each open label the values that it keeps, each with the values of the open labels before it. */
    private final List<Set<List<String>>> openValues = new ArrayList<>();

    /**
     * Creates the series of a family, or of the part of it in which some labels are constant.
     *
     * @param isZeroWhereEmpty whether series without a value are 0
     * @param merge merges two values of the same series
     */
    FamilySeries(
            MetricFamily family, Map<Label, String> constants, boolean isZeroWhereEmpty, DoubleBinaryOperator merge) {
        this.family = family;
        this.constants = constants;
        this.isZeroWhereEmpty = isZeroWhereEmpty;
        this.merge = merge;
        this.declared = family.combinations();
        family.labels().forEach(label -> openValues.add(new LinkedHashSet<>()));
    }

    /** Creates the series of a family whose samples a collector sets itself. */
    static FamilySeries given(MetricFamily family) {
        return new FamilySeries(family, Map.of(), !family.labels().isEmpty(), Double::sum);
    }

    void set(double value, @Nullable Object[] labelValues) {
        List<@Nullable String> raw = texts(labelValues);
        if (!given.add(raw)) {
            throw new IllegalArgumentException("metric '" + family + "': the series " + raw + " was set twice");
        }
        // Several series may become "unknown" or "other"; their values are merged.
        values.merge(bounded(raw), value, merge::applyAsDouble);
    }

    void add(double amount, @Nullable Object[] labelValues) {
        List<@Nullable String> raw = texts(labelValues);
        given.add(raw);
        values.merge(bounded(raw), amount, merge::applyAsDouble);
    }

    /** Keeps null distinct from the text "unknown", or a location of that name would look like a series set twice. */
    private static List<@Nullable String> texts(@Nullable Object[] labelValues) {
        List<@Nullable String> texts = new ArrayList<>(labelValues.length);
        for (Object value : labelValues) {
            if (value instanceof Enum<?> constant) {
                texts.add(constant.name().toLowerCase(Locale.ROOT));
            } else {
                texts.add(value == null ? null : value.toString());
            }
        }
        return texts;
    }

    private List<String> bounded(List<@Nullable String> raw) {
        List<String> bounded = new ArrayList<>(raw.size());
        List<String> open = new ArrayList<>();
        for (int i = 0; i < raw.size(); i++) {
            Label label = family.labels().get(i);
            String value = raw.get(i) == null ? Label.UNKNOWN : raw.get(i);
            if (label.isClosed()) {
                bounded.add(closedValue(label, value));
            } else {
                open.add(openValue(label, i, open, value));
                bounded.add(open.get(open.size() - 1));
            }
        }
        return withinCombinations(bounded);
    }

    private static String closedValue(Label label, String value) {
        return label.values().contains(value) ? value : Label.UNKNOWN;
    }

    private String openValue(Label label, int index, List<String> before, String value) {
        if (value.equals(Label.OTHER) || before.contains(Label.OTHER)) {
            // PostgreSQL has already merged values under this name, and a value of this name joins them. Neither counts
            // against the limit.
            return Label.OTHER;
        }
        List<String> path = new ArrayList<>(before);
        path.add(cut(value));
        Set<List<String>> known = openValues.get(index);
        if (known.size() < label.maxValues()) {
            known.add(path);
        }
        return known.contains(path) ? path.get(before.size()) : Label.OTHER;
    }

    /** Shortens a long value. A checksum keeps values distinct that would be equal after cutting. */
    private static String cut(String value) {
        if (value.codePointCount(0, value.length()) <= MAX_CODE_POINTS) {
            return value;
        }
        CRC32 checksum = new CRC32();
        checksum.update(value.getBytes(StandardCharsets.UTF_8));
        String mark = String.format(Locale.ROOT, "~%08x", checksum.getValue());
        return value.substring(0, value.offsetByCodePoints(0, MAX_CODE_POINTS - mark.length())) + mark;
    }

    /** Keeps the longest declared prefix of an undeclared combination, and sets the rest to unknown. */
    private List<String> withinCombinations(List<String> combination) {
        if (declared.isEmpty() || declared.contains(combination)) {
            return combination;
        }
        int shared = combination.size() - 1;
        while (shared > 0 && !isDeclaredPrefix(combination.subList(0, shared))) {
            shared--;
        }
        List<String> known = new ArrayList<>(combination.subList(0, shared));
        while (known.size() < combination.size()) {
            known.add(Label.UNKNOWN);
        }
        return known;
    }

    private boolean isDeclaredPrefix(List<String> prefix) {
        return declared.stream()
                .anyMatch(values -> values.subList(0, prefix.size()).equals(prefix));
    }

    Map<List<String>, Double> finish() {
        Map<List<String>, Double> finished = new LinkedHashMap<>();
        if (isZeroWhereEmpty) {
            expected().stream().filter(this::isOfThisPart).forEach(labels -> finished.put(labels, 0.0));
        }
        values.forEach((labels, value) -> {
            if (value != 0 || !labels.contains(Label.UNKNOWN)) {
                finished.put(labels, value);
            }
        });
        return finished;
    }

    private boolean isOfThisPart(List<String> labels) {
        return IntStream.range(0, labels.size()).allMatch(i -> {
            String constant = constants.get(family.labels().get(i));
            return constant == null || constant.equals(labels.get(i));
        });
    }

    /** Returns all combinations of closed label values, for each combination of open values found. */
    private Set<List<String>> expected() {
        if (!declared.isEmpty()) {
            return new LinkedHashSet<>(declared);
        }
        boolean allClosed = family.labels().stream().allMatch(Label::isClosed);
        Set<List<String>> all = new LinkedHashSet<>();
        for (List<String> found : allClosed ? List.of(List.<String>of()) : values.keySet()) {
            if (allClosed || !isUnknown(found)) {
                all.addAll(withClosedValues(found));
            }
        }
        return all;
    }

    /** Whether an open value is unknown. Zeros are not filled in for such series. */
    private boolean isUnknown(List<String> found) {
        return IntStream.range(0, found.size())
                .anyMatch(
                        i -> !family.labels().get(i).isClosed() && found.get(i).equals(Label.UNKNOWN));
    }

    private List<List<String>> withClosedValues(List<String> found) {
        Stream<List<String>> all = Stream.of(List.of());
        for (int i = 0; i < family.labels().size(); i++) {
            Label label = family.labels().get(i);
            List<String> values = label.isClosed() ? label.values() : List.of(found.get(i));
            all = all.flatMap(prefix -> values.stream()
                    .map(value ->
                            Stream.concat(prefix.stream(), Stream.of(value)).toList()));
        }
        return all.toList();
    }
}
