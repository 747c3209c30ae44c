package io.getindico.metrics.exporter.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A list of collectors, as in a setting. */
public record CollectorNames(Set<String> names) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    static CollectorNames parse(String text) throws InvalidValueException {
        List<String> names =
                Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        if (!names.stream().allMatch(CollectorNames::isName)) {
            throw new InvalidValueException("names of collectors joined by commas, such as events,users");
        }
        return new CollectorNames(new TreeSet<>(names));
    }

    /** The names of a list that may be absent. */
    public static Set<String> of(@Nullable CollectorNames list) {
        return list == null ? Set.of() : list.names;
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }
}
