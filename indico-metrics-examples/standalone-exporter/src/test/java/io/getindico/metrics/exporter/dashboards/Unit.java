package io.getindico.metrics.exporter.dashboards;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The names of Grafana's units. The boards use few of them, and SI for bytes. */
final class Unit {
    /** Whole numbers in full: the axis of a slow total would repeat "1.02 Mil" at each tick. */
    static final String COUNT = "locale";

    static final String BYTES = "decbytes";
    static final String SECONDS = "s";
    /** For axes of durations: in seconds, their ticks would stand at 8.33 min and 16.7 min. */
    static final String MINUTES = "m";

    static final String SHARE = "percentunit";
    static final String NONE = "none";

    /** What getValueFormats() of npm's @grafana/data lists. */
    private static final Set<String> KNOWN = read();

    private Unit() {}

    static String check(String unit) {
        if (!KNOWN.contains(unit)) {
            throw new BadBoardException("unknown unit \"" + unit + '"');
        }
        return unit;
    }

    private static Set<String> read() {
        try (InputStream in = Unit.class.getResourceAsStream("grafana-units.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8)
                    .lines()
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
