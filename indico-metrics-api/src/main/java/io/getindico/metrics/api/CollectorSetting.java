package io.getindico.metrics.api;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A setting that belongs to one collector. The exporter calls it {@code collector.NAME.KEY}; a library user sets it on
 * the builder. The collector reads it from its {@link CollectionContext}.
 *
 * @param <T> the type of its values
 * @since 0.1.0
 */
public final class CollectorSetting<T> {
    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_]*");
    private static final Pattern DURATION = Pattern.compile("([0-9]+)([smhd])");

    private final String key;
    private final T defaultValue;
    private final Function<? super String, ? extends T> parser;
    private final String expected;

    private CollectorSetting(
            String key, T defaultValue, Function<? super String, ? extends T> parser, String expected) {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException(
                    "collector setting key '" + key + "': expected lower-case letters, digits and underscores");
        }
        this.key = key;
        this.defaultValue = defaultValue;
        this.parser = parser;
        this.expected = expected;
    }

    /**
     * A setting of any type.
     *
     * @param <T> the type of its values
     * @param key lower-case letters, digits and underscores, beginning with a letter; unique in the collector
     * @param defaultValue the value if none is set
     * @param parser parses a value; throws an {@link IllegalArgumentException} if it cannot
     * @param expected what the parser accepts, for the error text, such as {@code a number from 1 to 10}
     * @return the setting
     */
    public static <T> CollectorSetting<T> of(
            String key, T defaultValue, Function<? super String, ? extends T> parser, String expected) {
        return new CollectorSetting<>(key, defaultValue, parser, expected);
    }

    /**
     * A setting that is a duration greater than zero.
     *
     * @param key lower-case letters, digits and underscores, beginning with a letter; unique in the collector
     * @param defaultValue the value if none is set
     * @return the setting
     */
    public static CollectorSetting<Duration> duration(String key, Duration defaultValue) {
        return of(
                key,
                defaultValue,
                CollectorSetting::positiveDuration,
                "a duration of more than zero such as 90s, 5m, 48h or 2d");
    }

    private static Duration positiveDuration(String text) {
        if (!DURATION.matcher(text).matches()) {
            throw new IllegalArgumentException(text);
        }
        try {
            String upper = text.toUpperCase(Locale.ROOT);
            Duration duration = Duration.parse(upper.endsWith("D") ? "P" + upper : "PT" + upper);
            if (duration.isZero()) {
                throw new IllegalArgumentException(text);
            }
            return duration;
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** {@return the setting's key, which is the last part of its name} */
    public String key() {
        return key;
    }

    /** {@return the value if none is set} */
    public T defaultValue() {
        return defaultValue;
    }

    /**
     * Reads a value from text.
     *
     * @param text as the host or the operator wrote it
     * @return the value
     * @throws IllegalArgumentException if the text cannot be parsed; the message says what is expected
     */
    public T parse(String text) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("got '" + text + "', expected " + expected, e);
        }
    }
}
