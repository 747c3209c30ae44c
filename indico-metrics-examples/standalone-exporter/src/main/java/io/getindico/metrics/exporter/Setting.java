package io.getindico.metrics.exporter;

import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One setting. It defines its three spellings, its line in the help and in the file, and the error for a wrong value.
 *
 * @param name dotted, as in the file
 * @param placeholder stands for the value in the help
 * @param defaultText the default as an operator would write it; empty if there is none or it is not a single value
 * @param defaultNote the default in words; empty if {@code defaultText} is set
 * @param description one sentence
 * @param parser reads a value that is not empty
 * @param mask returns the part of a value that may be shown
 * @param isSecret never shown, and refused on the command line
 * @param isInFile whether the file may set it
 */
record Setting<T>(
        String name,
        String placeholder,
        String defaultText,
        String defaultNote,
        String description,
        Parser<T> parser,
        UnaryOperator<String> mask,
        boolean isSecret,
        boolean isInFile) {
    static final String ENVIRONMENT_PREFIX = "INDICO_METRICS_";
    static final String REQUIRED = "required";

    private static final int LONGEST_SHOWN = 100;

    @FunctionalInterface
    interface Parser<T> {
        T parse(String text) throws BadValue;
    }

    static <T> Setting<T> of(String name, String placeholder, Parser<T> parser, String description) {
        return new Setting<>(name, placeholder, "", "none", description, parser, Setting::quoted, false, true);
    }

    Setting<T> byDefault(String text) {
        return new Setting<>(name, placeholder, text, "", description, parser, mask, isSecret, isInFile);
    }

    Setting<T> byDefaultSaid(String note) {
        return new Setting<>(name, placeholder, "", note, description, parser, mask, isSecret, isInFile);
    }

    Setting<T> secret() {
        return new Setting<>(
                name, placeholder, defaultText, defaultNote, description, parser, text -> "***", true, isInFile);
    }

    Setting<T> shownAs(UnaryOperator<String> masked) {
        return new Setting<>(
                name, placeholder, defaultText, defaultNote, description, parser, masked, isSecret, isInFile);
    }

    Setting<T> notInFile() {
        return new Setting<>(name, placeholder, defaultText, defaultNote, description, parser, mask, isSecret, false);
    }

    static String flag(String name) {
        return "--" + name.replace('.', '-').replace('_', '-');
    }

    static String variable(String name) {
        return ENVIRONMENT_PREFIX + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    String flag() {
        return flag(name);
    }

    String variable() {
        return variable(name);
    }

    String defaultInWords() {
        return defaultText.isEmpty() ? defaultNote : defaultText;
    }

    boolean isRequired() {
        return defaultNote.equals(REQUIRED);
    }

    String defaultSentence() {
        return isRequired() ? "Required." : "Default: " + defaultInWords() + ".";
    }

    @Nullable
    T parseDefault() {
        try {
            return defaultText.isEmpty() ? null : parser.parse(defaultText);
        } catch (BadValue e) {
            throw new IllegalStateException(name + ": the default does not fit: " + e.expectation(), e);
        }
    }

    /** Puts a value in quotes, on one line, shortened, without control characters. */
    static String quoted(String value) {
        String line = value.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .limit(LONGEST_SHOWN)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return '"' + line + (line.length() < value.length() ? "…" : "") + '"';
    }
}
