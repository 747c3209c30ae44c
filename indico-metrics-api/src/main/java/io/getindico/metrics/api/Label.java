package io.getindico.metrics.api;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A label of a metric family and the values it can take. Labels with the same name and values are equal.
 *
 * @since 0.1.0
 */
public final class Label {
    /**
     * How many values of an open label get their own series, unless the label declares fewer.
     *
     * @since 0.1.0
     */
    public static final int MAX_OPEN_VALUES = 50;

    /**
     * The value of an open label for all values beyond the limit. If the database itself contains a value of this name,
     * it is merged with them, so that a family never has two series with the same labels and sums stay exact.
     *
     * @since 0.1.0
     */
    public static final String OTHER = "other";

    /**
     * The value of a label for NULL, and of a closed label also for values that it does not declare.
     *
     * @since 0.1.0
     */
    public static final String UNKNOWN = "unknown";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    private final String name;
    private final List<String> values;
    private final int maxValues;

    private Label(String name, List<String> values, int maxValues) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "label name '" + name + "': expected lower-case letters, digits and underscores");
        }
        this.name = name;
        this.values = List.copyOf(values);
        this.maxValues = maxValues;
    }

    /**
     * A label with a fixed set of values. Series are emitted for all of them, even if they are 0.
     *
     * @param name the label's name
     * @param values at least one
     * @return the label
     */
    public static Label closed(String name, String... values) {
        return closed(name, List.of(values));
    }

    /**
     * A closed label whose values are the names of an enum's constants, in lower case.
     *
     * @param name the label's name
     * @param values the enum
     * @return the label
     */
    public static Label closed(String name, Class<? extends Enum<?>> values) {
        return closed(
                name,
                Arrays.stream(values.getEnumConstants())
                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    private static Label closed(String name, List<String> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("label '" + name + "': a closed label needs at least one value");
        }
        return new Label(name, values, values.size());
    }

    /**
     * A label whose values come from the database. It takes the {@value #MAX_OPEN_VALUES} values with the lowest ids, so
     * that series do not come and go, and merges the rest into {@code other}.
     *
     * @param name the label's name
     * @return the label
     */
    public static Label open(String name) {
        return open(name, MAX_OPEN_VALUES);
    }

    /**
     * A label whose values come from the database, with a limit of its own. If a family has several open labels, each
     * but the first is limited together with those before it: at most {@code maxValues} combinations of their values get
     * their own series, so that the limits add up instead of multiplying.
     *
     * @param name the label's name
     * @param maxValues how many values get their own series, from 1 to {@link #MAX_OPEN_VALUES}
     * @return the label
     */
    public static Label open(String name, int maxValues) {
        if (maxValues < 1 || maxValues > MAX_OPEN_VALUES) {
            throw new IllegalArgumentException("label '" + name + "': got the limit " + maxValues + ", expected 1 to "
                    + MAX_OPEN_VALUES + " values");
        }
        return new Label(name, List.of(), maxValues);
    }

    /** {@return whether the set of values is fixed; false for an open label} */
    public boolean isClosed() {
        return !values.isEmpty();
    }

    /** {@return the label's name in snake case} */
    public String name() {
        return name;
    }

    /** {@return all values of a closed label; empty for an open one} */
    public List<String> values() {
        return values;
    }

    /**
     * How many values get their own series.
     *
     * @return the number of fixed values, or the limit of an open label
     */
    public int maxValues() {
        return maxValues;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Label that
                && name.equals(that.name)
                && values.equals(that.values)
                && maxValues == that.maxValues;
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, values, maxValues);
    }

    @Override
    public String toString() {
        return isClosed() ? name + values : name;
    }
}
