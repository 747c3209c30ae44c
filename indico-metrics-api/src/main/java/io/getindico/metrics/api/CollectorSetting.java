package io.getindico.metrics.api;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A setting of one collector's own. In the exporter it is {@code collector.NAME.KEY}, in the library a call of the
 * builder; the collector reads it from its {@link CollectionContext}.
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
                    "key of a collector's setting '" + key + "': expected lower-case letters, digits and underscores");
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
     * @param defaultValue the value where none is set
     * @param parser reads a value from text; it throws an {@link IllegalArgumentException} where it cannot
     * @param expected what the parser takes, for the error, such as {@code a number from 1 to 10}
     * @return the setting
     */
    public static <T> CollectorSetting<T> of(
            String key, T defaultValue, Function<? super String, ? extends T> parser, String expected) {
        return new CollectorSetting<>(key, defaultValue, parser, expected);
    }

    /**
     * A setting that is a duration of more than zero.
     *
     * @param key lower-case letters, digits and underscores, beginning with a letter; unique in the collector
     * @param defaultValue the value where none is set
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

    /**
     * The setting's key.
     *
     * @return the last part of its name
     */
    public String key() {
        return key;
    }

    /**
     * The value where none is set.
     *
     * @return the default
     */
    public T defaultValue() {
        return defaultValue;
    }

    /**
     * Reads a value from text.
     *
     * @param text as the host or the operator spells it
     * @return the value
     * @throws IllegalArgumentException if the text is none, with what is expected as its message
     */
    public T parse(String text) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("got '" + text + "', expected " + expected, e);
        }
    }
}
