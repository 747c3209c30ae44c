import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Writes a Java enum for each line in the list of Indico's enums, and a list of the columns that store them. */
final class GenerateEnums {
    private static final Pattern HEADING = Pattern.compile("\\[(\\d+\\.\\d+\\.\\d+)]");

    /** The meaning contains no characters that are special in Javadoc. */
    private static final Form LINE = new Form(
            "([A-Z][A-Za-z]*) = ([^:]+): ([^:#]+) # ([^#<>&*@{}]+\\.)",
            "\"Name = columns: constants # Meaning.\", such as"
                    + " \"ReminderType = events.reminders.reminder_type: 1 standard, 2 custom # The kind of a reminder.\"");

    private static final String SINCE = "(?: since (\\d+(?:\\.\\d+)+))?";
    private static final Form COLUMN = new Form(
            "([a-z_]+\\.[a-z_]+\\.[a-z_]+)" + SINCE,
            "a column, such as \"events.events.type\" or \"users.logs.kind since 3.3.6\"");
    private static final Form CONSTANT = new Form(
            "(\\d{1,4}) ([a-z][a-z_]*)" + SINCE, "a constant, such as \"1 pending\" or \"3 emails since 3.3.13\"");

    private final Map<String, String> sources = new TreeMap<>();
    private final Map<String, String> enumsOfColumns = new TreeMap<>();
    private String version = "";

    public static void main(String[] args) throws IOException {
        Path list = Path.of(args[0]);
        var enums = new GenerateEnums();
        List<String> problems = enums.read(list);
        if (!problems.isEmpty()) {
            problems.forEach(System.err::println);
            System.exit(1);
        }
        enums.write(Path.of(args[1]), Path.of(args[2]));
    }

    private List<String> read(Path list) throws IOException {
        var problems = new ArrayList<String>();
        List<String> lines = Files.readAllLines(list);
        for (int i = 0; i < lines.size(); i++) {
            try {
                read(lines.get(i).strip());
            } catch (IllegalArgumentException e) {
                problems.add("%s:%d: %s".formatted(list, i + 1, e.getMessage()));
            }
        }
        return problems;
    }

    private void read(String line) {
        Matcher heading = HEADING.matcher(line);
        if (heading.matches()) {
            version = heading.group(1);
        } else if (!line.isEmpty() && !line.startsWith("#")) {
            readEnum(LINE.match(line));
        }
    }

    private void readEnum(Matcher line) {
        if (version.isEmpty()) {
            throw new IllegalArgumentException("expected a heading with a version above, such as \"[0.1.0]\"");
        }
        String name = line.group(1);
        List<Matcher> columns = COLUMN.matchEach(line.group(2));
        List<Matcher> constants = CONSTANT.matchEach(line.group(3));
        requireUnique(constants.stream().map(constant -> "code " + constant.group(1)));
        requireUnique(constants.stream().map(constant -> "constant " + constant.group(2)));
        for (Matcher column : columns) {
            String other = enumsOfColumns.put(column.group(1), name);
            if (other != null) {
                throw new IllegalArgumentException(
                        "expected one enum for a column, but %s has %s already".formatted(column.group(1), other));
            }
        }
        if (sources.put(name, source(name, columns, constants, line.group(4))) != null) {
            throw new IllegalArgumentException("expected one line for an enum, but found another for " + name);
        }
    }

    private static void requireUnique(Stream<String> items) {
        var seen = new HashSet<String>();
        items.filter(item -> !seen.add(item)).findFirst().ifPresent(item -> {
            throw new IllegalArgumentException(
                    "expected each code and constant once, but found %s twice".formatted(item));
        });
    }

    private String source(String name, List<Matcher> columns, List<Matcher> constants, String meaning) {
        return """
                // Generated from enums.txt.
                package io.getindico.metrics.jooq.enums;

                import org.jspecify.annotations.Nullable;

                /**
                 * %2$s
                 *
                 * <p>Columns:
                 * <ul>
                %3$s
                 * </ul>
                 *
                 * @since %4$s
                 */
                public enum %1$s implements Coded {
                %5$s;

                    private final short code;

                    %1$s(int code) {
                        this.code = (short) code;
                    }

                    @Override
                    public short code() {
                        return code;
                    }

                    /** Returns the constant with this code, or null for a code that only another release of Indico has. */
                    public static @Nullable %1$s ofCode(@Nullable Short code) {
                        return Coded.find(values(), code);
                    }
                }
                """.formatted(
                        name,
                        meaning,
                        columns.stream().map(GenerateEnums::item).collect(joining("\n")),
                        version,
                        constants.stream().map(GenerateEnums::constant).collect(joining(",\n")));
    }

    private static String item(Matcher column) {
        String since = column.group(2) == null ? "" : ", since Indico " + column.group(2);
        return " * <li>{@code %s}%s".formatted(column.group(1), since);
    }

    private static String constant(Matcher constant) {
        String since = constant.group(3) == null ? "" : "    /** Since Indico %s. */\n".formatted(constant.group(3));
        return "%s    %s(%s)".formatted(since, constant.group(2).toUpperCase(Locale.ROOT), constant.group(1));
    }

    private void write(Path folder, Path columns) throws IOException {
        Path target = Files.createDirectories(folder.resolve("io/getindico/metrics/jooq/enums"));
        for (Map.Entry<String, String> source : sources.entrySet()) {
            writeIfChanged(target.resolve(source.getKey() + ".java"), source.getValue());
        }
        try (Stream<Path> files = Files.list(target)) {
            for (Path file : files.toList()) {
                if (!sources.containsKey(file.getFileName().toString().replace(".java", ""))) {
                    Files.delete(file);
                }
            }
        }
        String lines = enumsOfColumns.entrySet().stream()
                .map(column -> "%s=%s\n".formatted(column.getKey(), column.getValue()))
                .collect(joining());
        writeIfChanged(columns, lines);
    }

    /** Does not touch an unchanged file, because a newer file time would make the compiler rebuild the module. */
    private static void writeIfChanged(Path file, String text) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.writeString(file, text);
        }
    }

    /** A format that a text must match, and its description for error messages. */
    private record Form(Pattern pattern, String expected) {
        Form(String regex, String expected) {
            this(Pattern.compile(regex), expected);
        }

        Matcher match(String text) {
            Matcher matcher = pattern.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("expected %s, but found \"%s\"".formatted(expected, text));
            }
            return matcher;
        }

        List<Matcher> matchEach(String list) {
            return Stream.of(list.split(", ", -1)).map(this::match).toList();
        }
    }
}
