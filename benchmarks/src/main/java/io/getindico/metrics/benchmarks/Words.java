package io.getindico.metrics.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Reads SQL scripts, and replaces words after a colon by values. */
final class Words {
    /** The instant of all values, fixed so that they do not depend on the day of the benchmark. */
    static final Instant NOW = Instant.parse("2026-06-01T10:00:00Z");

    /** The SQL literals of the instants that the plugin's queries use. */
    static final Map<String, String> INSTANTS = Map.of(
            "now", "'2026-06-01 10:00:00'::timestamp",
            "local_now", "'2026-06-01 12:00:00'::timestamp",
            "active_since", "'2026-05-30 10:00:00'::timestamp");

    private static final Pattern WORD = Pattern.compile("(?<!:):([a-z_]+)");

    private Words() {}

    static String script(String name, Map<String, ?> values) {
        return WORD.matcher(read(name)).replaceAll(word -> value(word, values, name));
    }

    private static String value(MatchResult word, Map<String, ?> values, String script) {
        Object value = Objects.requireNonNull(values.get(word.group(1)), () -> word.group() + " in " + script);
        return value.toString();
    }

    private static String read(String name) {
        try (InputStream in = Words.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
