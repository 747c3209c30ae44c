package io.getindico.metrics.api;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of a metric: its name, type, help text, labels and label values, and whether its value depends on the
 * clock. Immutable. A collector keeps its families in constants.
 *
 * @since 0.1.0
 */
public final class MetricFamily {
    /** What kind of value a family has. */
    public enum Type {
        /** A value that can rise and fall. */
        GAUGE,
        /** A value that only rises while the process runs. */
        COUNTER,
        /** Information in labels; the value is 1. */
        INFO
    }

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");
    private static final Pattern RESERVED_SUFFIX = Pattern.compile(".*_(total|info|created|bucket|count|sum)");

    private final String name;
    private final Type type;
    private final String help;
    private final @Nullable String unit;
    private final List<Label> labels;
    private final List<List<String>> combinations;
    private final boolean timeDependent;
    private final Profile profile;
    private final @Nullable String purpose;

    private MetricFamily(Builder builder, String help) {
        this.name = builder.name;
        this.type = builder.type;
        this.help = help;
        this.unit = builder.unit;
        this.labels = List.copyOf(builder.labels);
        this.combinations = List.copyOf(builder.combinations);
        this.timeDependent = builder.timeDependent;
        this.profile = builder.profile;
        this.purpose = builder.purpose;
    }

    /**
     * Starts a gauge.
     *
     * @param name snake case, with the base unit as suffix if there is one; not one of the suffixes that the exposition
     *     formats reserve ({@code _total}, {@code _info}, {@code _created}, {@code _bucket}, {@code _count}, {@code
     *     _sum})
     * @return a builder that still needs a help text
     */
    public static Builder gauge(String name) {
        if (RESERVED_SUFFIX.matcher(name).matches()) {
            throw new IllegalArgumentException("gauge '" + name + "': this suffix is reserved for other types");
        }
        return new Builder(name, Type.GAUGE);
    }

    /**
     * Starts a counter.
     *
     * @param name snake case, ending in {@code _total}
     * @return a builder that still needs a help text
     */
    public static Builder counter(String name) {
        if (!name.endsWith("_total")) {
            throw new IllegalArgumentException("counter '" + name + "': expected a name that ends in _total");
        }
        refuseReservedBefore("_total", "counter", name);
        return new Builder(name, Type.COUNTER);
    }

    /**
     * Starts an info metric: information in labels, with the value 1.
     *
     * @param name snake case, ending in {@code _info}
     * @return a builder that still needs a help text
     */
    public static Builder info(String name) {
        if (!name.endsWith("_info")) {
            throw new IllegalArgumentException("info '" + name + "': expected a name that ends in _info");
        }
        refuseReservedBefore("_info", "info", name);
        return new Builder(name, Type.INFO);
    }

    /** Without the type's suffix, which the model drops, client 1.3 rejects a name that ends in a reserved suffix. */
    private static void refuseReservedBefore(String suffix, String type, String name) {
        String base = name.substring(0, name.length() - suffix.length());
        if (RESERVED_SUFFIX.matcher(base).matches()) {
            throw new IllegalArgumentException(
                    type + " '" + name + "': the part before " + suffix + " ends in a suffix reserved for other types");
        }
    }

    /**
     * The name as a scrape shows it.
     *
     * @return with {@code _total} for a counter, {@code _info} for an info
     */
    public String name() {
        return name;
    }

    /**
     * Gauge, counter or info.
     *
     * @return the type
     */
    public Type type() {
        return type;
    }

    /**
     * The help text.
     *
     * @return one sentence
     */
    public String help() {
        return help;
    }

    /**
     * The base unit.
     *
     * @return a suffix of the name, or null if the value has no unit
     */
    public @Nullable String unit() {
        return unit;
    }

    /**
     * The labels, in the order in which {@link Samples} takes their values.
     *
     * @return empty for a family of one series
     */
    public List<Label> labels() {
        return labels;
    }

    /**
     * The combinations of label values that can occur, if not all can.
     *
     * @return empty if every combination can occur
     */
    public List<List<String>> combinations() {
        return combinations;
    }

    /**
     * The largest possible number of series, whatever the database holds.
     *
     * @return the product of the numbers of label values, or the number of combinations, with those of {@code unknown}
     *     and {@code other}; the limits of several open labels add up
     */
    public long maxSeries() {
        if (combinations.isEmpty()) {
            // One more for all other values: unknown or other.
            long closed = labels.stream()
                    .filter(Label::isClosed)
                    .mapToLong(label -> 1L + label.maxValues())
                    .reduce(1, (a, b) -> a * b);
            long open = labels.stream()
                    .filter(label -> !label.isClosed())
                    .mapToLong(Label::maxValues)
                    .sum();
            return closed * (1 + open);
        }
        // Every proper prefix of a combination, the empty one included, can be completed with unknown.
        long prefixes = combinations.stream()
                .flatMap(values -> IntStream.range(0, values.size()).mapToObj(end -> values.subList(0, end)))
                .distinct()
                .count();
        return combinations.size() + prefixes;
    }

    /**
     * Whether the value changes as time passes even if the database does not. Such a family is never served beyond its
     * collector's TTL.
     *
     * @return false unless declared
     */
    public boolean isTimeDependent() {
        return timeDependent;
    }

    /**
     * The smallest profile that contains the family.
     *
     * @return {@link Profile#DEFAULT} unless declared
     */
    public Profile profile() {
        return profile;
    }

    /**
     * Who looks at the family, and what for.
     *
     * @return plain text for the reference, or null if the author gives none
     */
    public @Nullable String purpose() {
        return purpose;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Builds a {@link MetricFamily}. */
    public static final class Builder {
        private final String name;
        private final Type type;
        private @Nullable String help;
        private @Nullable String unit;
        private final List<Label> labels = new ArrayList<>();
        private final List<List<String>> combinations = new ArrayList<>();
        private boolean timeDependent;
        private Profile profile = Profile.DEFAULT;
        private @Nullable String purpose;

        private Builder(String name, Type type) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "metric name '" + name + "': expected lower-case letters, digits and underscores");
            }
            this.name = name;
            this.type = type;
        }

        /**
         * Sets the help text.
         *
         * @param text one sentence that says what is counted; required
         * @return this
         */
        public Builder help(String text) {
            this.help = text;
            return this;
        }

        /**
         * Sets the base unit.
         *
         * @param baseUnit such as {@code bytes} or {@code seconds}; must be a suffix of the name
         * @return this
         */
        public Builder unit(String baseUnit) {
            if (type == Type.INFO) {
                throw new IllegalArgumentException("info '" + name + "': an info has no unit");
            }
            String base = type == Type.COUNTER ? name.substring(0, name.length() - "_total".length()) : name;
            if (!base.endsWith("_" + baseUnit)) {
                throw new IllegalArgumentException(
                        "metric '" + name + "': expected a name with the suffix _" + baseUnit + " of its unit");
            }
            this.unit = baseUnit;
            return this;
        }

        /**
         * Adds labels.
         *
         * @param more in the order in which {@link Samples} takes their values
         * @return this
         */
        public Builder labels(Label... more) {
            labels.addAll(List.of(more));
            return this;
        }

        /**
         * Adds a combination of label values that can occur. If any combination is declared, only declared combinations
         * are emitted. All labels of the family must be closed.
         *
         * @param values one for each label
         * @return this
         */
        public Builder combination(String... values) {
            combinations.add(List.of(values));
            return this;
        }

        /**
         * Declares that the value changes as time passes.
         *
         * @return this
         */
        public Builder timeDependent() {
            this.timeDependent = true;
            return this;
        }

        /**
         * Sets the smallest profile that contains the family.
         *
         * @param smallest such as {@link Profile#FULL}; {@link Profile#DEFAULT} unless set
         * @return this
         */
        public Builder profile(Profile smallest) {
            this.profile = smallest;
            return this;
        }

        /**
         * Says who looks at the family and what for, such as the alert that it serves.
         *
         * @param text one or two sentences for the reference
         * @return this
         */
        public Builder purpose(String text) {
            this.purpose = text;
            return this;
        }

        /**
         * Builds the family.
         *
         * @return the family
         * @throws IllegalArgumentException if the help text is missing, two labels have the same name, or a combination
         *     does not match the labels
         */
        public MetricFamily build() {
            if (help == null || help.isBlank()) {
                throw new IllegalArgumentException("metric '" + name + "': a help text is missing");
            }
            if (labels.stream().map(Label::name).distinct().count() < labels.size()) {
                throw new IllegalArgumentException("metric '" + name + "': duplicate label name in " + labels);
            }
            combinations.forEach(this::checkCombination);
            return new MetricFamily(this, help);
        }

        private void checkCombination(List<String> combination) {
            boolean fits = combination.size() == labels.size();
            for (int i = 0; fits && i < labels.size(); i++) {
                fits = labels.get(i).values().contains(combination.get(i));
            }
            if (!fits) {
                throw new IllegalArgumentException("metric '" + name + "': combination " + combination
                        + " does not fit its labels " + labels + ", which must all be closed");
            }
        }
    }
}
