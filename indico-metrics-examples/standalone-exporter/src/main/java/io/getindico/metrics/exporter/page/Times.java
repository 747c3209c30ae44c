package io.getindico.metrics.exporter.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times and durations for people. */
final class Times {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** The first and the last instant that have a year of four digits. */
    private static final double EARLIEST = -62_135_596_800.0;

    private static final double LATEST = 253_402_300_799.0;

    private Times() {}

    static String minute(Instant at) {
        return MINUTE.format(at);
    }

    static String second(Instant at) {
        return SECOND.format(at) + " UTC";
    }

    /** Writes Unix time. */
    static String minute(double seconds) {
        return seconds >= EARLIEST && seconds <= LATEST ? minute(Instant.ofEpochSecond((long) seconds)) : "?";
    }

    /** Writes a duration in its largest unit, rounded down. */
    static String coarse(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 7200) {
            return seconds / 60 + " min";
        }
        return seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
    }
}
