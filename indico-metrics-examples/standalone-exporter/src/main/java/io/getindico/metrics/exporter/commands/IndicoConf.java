package io.getindico.metrics.exporter.commands;

import io.getindico.metrics.exporter.settings.SettingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads Indico's configuration, a Python file, without running it. This class understands assignments of strings and of
 * other names. Every other value counts as computed. Errors contain a line number, and nothing else of the file.
 */
final class IndicoConf {
    private static final Set<String> PLAIN = Set.of("", "r", "u");
    private static final Set<String> PREFIXES = Set.of("", "r", "u", "b", "f", "br", "rb", "fr", "rf");
    private static final Map<Character, String> ESCAPES =
            Map.of('\\', "\\", '\'', "'", '"', "\"", 'n', "\n", 't', "\t", 'r', "\r", '\n', "");

    private final String text;
    private final Map<String, Optional<String>> values = new HashMap<>();
    private final List<Token> statement = new ArrayList<>();
    private int at;
    private int depth;
    private boolean isIndented;

    /** A name, a text, or one character of anything else. */
    private record Token(Kind kind, String text) {
        boolean is(char character) {
            return kind == Kind.OTHER && text.charAt(0) == character;
        }
    }

    private enum Kind {
        NAME,
        TEXT,
        OTHER
    }

    private IndicoConf(String text) {
        this.text = text;
    }

    /** Reads the content of a file. */
    static IndicoConf parse(String text) {
        IndicoConf conf = new IndicoConf(text.replace("\r\n", "\n").replace('\r', '\n') + "\n");
        conf.isIndented = conf.isBlankAt(0);
        while (conf.at < conf.text.length()) {
            conf.readToken();
        }
        conf.endStatement();
        return conf;
    }

    /** The text that is assigned to a name, or null if there is none. */
    @Nullable
    String text(String name) {
        return values.getOrDefault(name, Optional.empty()).orElse(null);
    }

    /** Whether the name has a value that only Python can compute. */
    boolean isComputed(String name) {
        return values.containsKey(name) && values.get(name).isEmpty();
    }

    private boolean isBlankAt(int position) {
        return position < text.length() && (text.charAt(position) == ' ' || text.charAt(position) == '\t');
    }

    private void readToken() {
        char character = text.charAt(at);
        if (character == '#') {
            at = text.indexOf('\n', at);
        } else if (character == '\n') {
            at++;
            if (depth == 0) {
                endStatement();
                isIndented = isBlankAt(at);
            }
        } else if (character == ';' && depth == 0) {
            at++;
            endStatement();
        } else if (Character.isWhitespace(character)) {
            at++;
        } else if (character == '\\' && text.charAt(at + 1) == '\n') {
            at += 2;
        } else {
            readNameOrTextOrOther(character);
        }
    }

    private void readNameOrTextOrOther(char character) {
        int start = at;
        while (Character.isJavaIdentifierPart(text.charAt(at)) && !Character.isISOControl(text.charAt(at))) {
            at++;
        }
        String name = text.substring(start, at);
        String prefix = name.toLowerCase(Locale.ROOT);
        boolean isQuoted = text.charAt(at) == '\'' || text.charAt(at) == '"';
        if (isQuoted && PREFIXES.contains(prefix)) {
            String content = readText(prefix.contains("r"));
            statement.add(
                    content == null || !PLAIN.contains(prefix)
                            ? new Token(Kind.OTHER, "f")
                            : new Token(Kind.TEXT, content));
        } else if (!name.isEmpty()) {
            statement.add(new Token(Kind.NAME, name));
        } else {
            at++;
            if ("([{".indexOf(character) >= 0) {
                depth++;
            } else if (")]}".indexOf(character) >= 0) {
                depth = Math.max(0, depth - 1);
            }
            statement.add(new Token(Kind.OTHER, String.valueOf(character)));
        }
    }

    /** Reads a string in quotes. Returns null if it has an escape sequence that this class does not know. */
    private @Nullable String readText(boolean isRaw) {
        int start = at;
        char quote = text.charAt(at);
        String end = text.startsWith(String.valueOf(quote).repeat(3), at)
                ? String.valueOf(quote).repeat(3)
                : String.valueOf(quote);
        at += end.length();
        StringBuilder content = new StringBuilder();
        boolean isUnderstood = true;
        while (!text.startsWith(end, at)) {
            if (at + 2 >= text.length() || (text.charAt(at) == '\n' && end.length() == 1)) {
                throw new SettingException(
                        "line " + text.substring(0, start + 1).lines().count() + " begins a string that does not end");
            }
            if (text.charAt(at) == '\\') {
                String meaning = isRaw ? text.substring(at, at + 2) : ESCAPES.get(text.charAt(at + 1));
                isUnderstood &= meaning != null;
                content.append(meaning);
                at += 2;
            } else {
                content.append(text.charAt(at++));
            }
        }
        at += end.length();
        return isUnderstood ? content.toString() : null;
    }

    private void endStatement() {
        boolean isAssignment = statement.size() > 2
                && !isIndented
                && statement.get(0).kind() == Kind.NAME
                && statement.get(1).is('=');
        if (isAssignment) {
            List<Token> value = statement.subList(2, statement.size());
            Optional<String> known = evaluate(value);
            if (known.isEmpty()) {
                markComputed(value);
            }
            values.put(statement.get(0).text(), known);
        } else {
            markComputed(statement);
        }
        statement.clear();
    }

    /** Marks all names of a statement that this class does not understand, because it may assign any of them. */
    private void markComputed(List<Token> tokens) {
        tokens.stream()
                .filter(token -> token.kind() == Kind.NAME)
                .forEach(token -> values.put(token.text(), Optional.empty()));
    }

    private Optional<String> evaluate(List<Token> value) {
        int last = value.size() - 1;
        if (last > 1 && value.get(0).is('(') && value.get(last).is(')')) {
            return evaluate(value.subList(1, last));
        }
        if (last == 0 && value.get(0).kind() == Kind.NAME) {
            return values.getOrDefault(value.get(0).text(), Optional.empty());
        }
        StringBuilder text = new StringBuilder();
        for (Token token : value) {
            if (token.kind() != Kind.TEXT) {
                return Optional.empty();
            }
            text.append(token.text());
        }
        return Optional.of(text.toString());
    }
}
