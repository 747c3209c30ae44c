package io.getindico.metrics.api;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A label of a metric family, and the values it can take.
 *
 * @param name the label's name, snake case
 * @param values all values of a closed label; empty for an open one, whose values come from the database and are bounded
 * @since 0.1.0
 */
public record Label(String name, List<String> values) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    /** Checks the name and copies the values. */
    public Label {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "label name '" + name + "': expected lower-case letters, digits and underscores");
        }
        values = List.copyOf(values);
    }

    /**
     * A label whose values are known beforehand. All of them are emitted, 0 included.
     *
     * @param name the label's name
     * @param values at least one
     * @return the label
     */
    public static Label closed(String name, String... values) {
        return closed(name, List.of(values));
    }

    /**
     * A closed label with the constants of an enum, in lower case.
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
        return new Label(name, values);
    }

    /**
     * A label whose values come from the database: at most 50 of them, in the order in which the collector gives them,
     * and {@code other} for the rest. Give the lowest ids first, so that series do not flap.
     *
     * @param name the label's name
     * @return the label
     */
    public static Label open(String name) {
        return new Label(name, List.of());
    }

    /**
     * Whether the values are known beforehand.
     *
     * @return false for an open label
     */
    public boolean isClosed() {
        return !values.isEmpty();
    }
}
