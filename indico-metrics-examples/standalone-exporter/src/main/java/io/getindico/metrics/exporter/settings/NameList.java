package io.getindico.metrics.exporter.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;

/** A list of names, as in a setting: of collectors, or of metrics by {@link OfMetrics}. */
public record NameList(Set<String> names) {
    private static final Pattern COLLECTOR = Pattern.compile("[a-z][a-z0-9_]*");
    private static final Pattern METRIC = Pattern.compile("([a-z][a-z0-9_]*)?\\*?");

    static NameList parse(String text) throws InvalidValueException {
        return parse(text, COLLECTOR, "names of collectors joined by commas, such as events,users");
    }

    private static NameList parse(String text, Pattern pattern, String expected) throws InvalidValueException {
        List<String> names =
                Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        if (!names.stream()
                .allMatch(name -> !name.isEmpty() && pattern.matcher(name).matches())) {
            throw new InvalidValueException(expected);
        }
        return new NameList(new TreeSet<>(names));
    }

    /** The names of a list that may be absent. */
    public static Set<String> of(@Nullable NameList list) {
        return list == null ? Set.of() : list.names;
    }

    static boolean isCollector(String text) {
        return COLLECTOR.matcher(text).matches();
    }

    /** Names of metrics, of which each may end in an asterisk. */
    static final class OfMetrics implements ITypeConverter<NameList> {
        @Override
        public NameList convert(String text) throws InvalidValueException {
            return parse(text, METRIC, "names of metrics joined by commas, such as indico_rooms,indico_event_emails_*");
        }
    }
}
