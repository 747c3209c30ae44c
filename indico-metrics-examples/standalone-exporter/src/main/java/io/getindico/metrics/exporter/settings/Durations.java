package io.getindico.metrics.exporter.settings;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;

/** Reads and writes durations as in settings: {@code 500ms}, {@code 90s}, {@code 5m}, {@code 48h}, {@code 2d}. */
public final class Durations {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Duration LONGEST = Duration.ofDays(3650);

    private Durations() {}

    static Duration parse(String text) throws InvalidValueException {
        return parse(text, LONGEST);
    }

    /** For durations that the server or the driver counts in milliseconds. */
    static final class UpToADay implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) throws InvalidValueException {
            return parse(text, Duration.ofDays(1));
        }
    }

    private static Duration parse(String text, Duration longest) throws InvalidValueException {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidValueException("a duration such as 90s, 5m, 48h or 2d");
        }
        Duration duration = unit(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1)));
        if (duration.isZero() || duration.compareTo(longest) > 0) {
            throw new InvalidValueException("a duration above 0s and at most " + format(longest));
        }
        return duration;
    }

    private static Duration unit(String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(1);
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            default -> Duration.ofDays(1);
        };
    }

    /** Writes a duration as in a setting, in the largest unit that divides it. */
    public static String format(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds != 0 && seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds != 0 && seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds != 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    /** Writes a measured duration for people. */
    public static String measured(Duration duration) {
        double seconds = duration.toNanos() / 1e9;
        return seconds < 1
                ? String.format(Locale.ROOT, "%.1f ms", seconds * 1000)
                : String.format(Locale.ROOT, "%.2f s", seconds);
    }
}
