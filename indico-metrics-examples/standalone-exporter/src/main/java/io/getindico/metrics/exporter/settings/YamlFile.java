package io.getindico.metrics.exporter.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * Reads settings from a YAML file, with dotted or nested names. All scalars are text, so a numeric password keeps its
 * leading zeros. The parser's error message is not passed on, because it quotes the file, including secrets.
 */
final class YamlFile {
    private static final int MAX_SIZE = 1 << 20;

    /** Greater than the depth of any name. Needed because a node can contain itself. */
    private static final int MAX_DEPTH = 6;

    private static final String BYTE_ORDER_MARK = "^\uFEFF";
    private static final Pattern INI_LINE = Pattern.compile("\\[[\\w .-]+]\\s*|[A-Za-z][\\w.-]*\\s*=.*");
    private static final Pattern INDENTED_BY_TAB = Pattern.compile(" *\t.*");
    private static final String NAMES_AND_VALUES = "expected a name, a colon, a blank and the value, such as ";
    private static final String IN_QUOTES = "; put values with special characters in quotes";
    private static final String NOT_YAML = "this is not YAML" + IN_QUOTES;

    private final Path file;
    private final Predicate<String> isKnown;
    private final String example;
    private final List<String> lines;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private YamlFile(Path file, Predicate<String> isKnown, String example, String text) {
        this.file = file;
        this.isKnown = isKnown;
        this.example = example;
        this.lines = lines(text);
    }

    /**
     * A value and its position.
     *
     * @param line counted from 1
     */
    record Entry(String text, int line) {
        /** Leaves out the text, which may be a secret. */
        @Override
        public String toString() {
            return "line " + line;
        }
    }

    /**
     * Reads the settings by name.
     *
     * @param spelling the setting that names the file, for error messages
     * @param isKnown whether a name may be shown in an error message
     * @param example a line that is right
     */
    static Map<String, Entry> read(Path file, String spelling, Predicate<String> isKnown, String example) {
        String text = text(file, spelling);
        YamlFile yaml = new YamlFile(file, isKnown, example, text);
        yaml.parse(text);
        return yaml.entries;
    }

    private static String text(Path file, String spelling) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_SIZE + 1);
        } catch (IOException e) {
            throw new SettingException(spelling + ": got " + Setting.quoted(file.toString())
                    + ", expected a file that can be read, but " + UnreadablePath.reason(file, e)
                    + "; correct it, or leave it out");
        }
        if (bytes.length > MAX_SIZE) {
            throw new SettingException(file + ": expected a file of at most " + MAX_SIZE + " bytes");
        }
        CharBuffer text = CharBuffer.allocate(bytes.length);
        boolean isBroken =
                UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), text, true).isError();
        text.flip();
        if (isBroken) {
            throw refused(file, lines(text.toString()).size(), "expected text in UTF-8");
        }
        return text.toString().replaceFirst(BYTE_ORDER_MARK, "");
    }

    private static List<String> lines(String text) {
        return List.of(text.split("\r\n|\r|\n", -1));
    }

    private void parse(String text) {
        for (int line = 1; line <= lines.size(); line++) {
            if (lines.get(line - 1).chars().anyMatch(c -> Character.isISOControl(c) && c != '\t')) {
                throw refused(file, line, "got a control character, expected text");
            }
        }
        LoadSettings settings = LoadSettings.builder()
                .setLabel("settings")
                .setSchema(new FailsafeSchema())
                .setAllowNonScalarKeys(true)
                .build();
        try {
            new Compose(settings).composeString(text).ifPresent(this::readRoot);
        } catch (MarkedYamlEngineException e) {
            throw malformed(lineOf(e), NOT_YAML);
        } catch (YamlEngineException e) {
            throw malformed(1, NOT_YAML);
        }
    }

    /**
     * Returns the line to report. The parser notices an unclosed quote only at the end of the file. The line that helps
     * is then the one where the quote begins, which the parser calls the context.
     */
    private int lineOf(MarkedYamlEngineException thrown) {
        Optional<Mark> problem = Optional.ofNullable(thrown.getProblemMark()).flatMap(mark -> mark);
        Optional<Mark> context = Optional.ofNullable(thrown.getContextMark()).flatMap(mark -> mark);
        return (problem.filter(this::isAtEnd).isPresent() ? context.or(() -> problem) : problem.or(() -> context))
                .map(mark -> mark.getLine() + 1)
                .orElse(1);
    }

    private boolean isAtEnd(Mark mark) {
        return mark.getLine() >= lines.size()
                || (mark.getColumn() >= lines.get(mark.getLine()).length()
                        && lines.stream().skip(mark.getLine() + 1L).allMatch(String::isBlank));
    }

    private SettingException malformed(int line, String why) {
        for (int ini = 1; ini <= lines.size(); ini++) {
            if (INI_LINE.matcher(lines.get(ini - 1)).matches()) {
                return refused(file, ini, "this is the syntax of an ini file, expected YAML such as " + example);
            }
        }
        boolean isTab = line <= lines.size()
                && INDENTED_BY_TAB.matcher(lines.get(line - 1)).matches();
        return refused(file, line, isTab ? "got a tab, expected blanks: YAML does not indent by tabs" : why);
    }

    private static SettingException refused(Path file, int line, String why) {
        return new SettingException(file + ", line " + line + ": " + why);
    }

    private void readRoot(Node root) {
        if (root instanceof MappingNode mapping) {
            flatten("", mapping, 1);
        } else if (!(root instanceof ScalarNode scalar && scalar.getValue().isEmpty())) {
            throw malformed(line(root), NAMES_AND_VALUES + example);
        }
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private void flatten(String prefix, MappingNode mapping, int depth) {
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key) || depth > MAX_DEPTH) {
                throw refused(file, line(tuple.getKeyNode()), NAMES_AND_VALUES + example + IN_QUOTES);
            }
            String name = prefix + key.getValue();
            if (tuple.getValueNode() instanceof MappingNode below) {
                flatten(name + ".", below, depth + 1);
            } else {
                put(name, new Entry(value(name, tuple.getValueNode()), line(key)));
            }
        }
    }

    private void put(String name, Entry entry) {
        Entry first = entries.putIfAbsent(name, entry);
        if (first != null) {
            throw refused(
                    file,
                    entry.line(),
                    shown(name) + " is set twice, first in line " + first.line() + "; leave out one");
        }
    }

    private String value(String name, Node node) {
        if (!(node instanceof SequenceNode sequence)) {
            return scalar(name, node);
        }
        return sequence.getValue().stream().map(item -> scalar(name, item)).collect(Collectors.joining(","));
    }

    private String scalar(String name, Node node) {
        if (!(node instanceof ScalarNode scalar)) {
            throw refused(
                    file,
                    line(node),
                    shown(name)
                            + (name.equals(InstanceName.INSTANCES)
                                    ? ": expected names, and under each the settings of this Indico, such as "
                                            + InstanceName.EXAMPLE
                                    : ": expected one value, or a list of values" + IN_QUOTES));
        }
        // An empty value has the null tag.
        if (!scalar.getTag().equals(Tag.STR) && !scalar.getTag().equals(Tag.NULL)) {
            throw refused(file, line(node), shown(name) + ": expected a value without a tag" + IN_QUOTES);
        }
        return scalar.getValue();
    }

    /** Hides a name that is not a setting, since it may be a misplaced secret. */
    private String shown(String name) {
        return InstanceName.of(name)
                .map(of -> of.isValid() && isKnown.test(of.setting()) ? of.spelling() : InstanceName.INSTANCES)
                .orElse(isKnown.test(name) ? name : "a name");
    }
}
