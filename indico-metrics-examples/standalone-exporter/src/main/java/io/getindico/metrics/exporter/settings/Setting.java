package io.getindico.metrics.exporter.settings;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What {@link Options} declares about one setting: its three spellings, its line in the help, and its errors. */
public record Setting(OptionSpec option) {
    public static final String ENVIRONMENT_PREFIX = "INDICO_METRICS_";
    static final String REQUIRED = "Required.";

    /** In the order of the declarations. */
    public static final List<Setting> ALL = CommandSpec.forAnnotatedObject(new Options()).options().stream()
            .map(Setting::new)
            .toList();

    /** The prefix of a collector's name, for the TTL of this collector alone. */
    public static final String TTL_PREFIX = "ttl.";

    /** The prefix of a collector's name and the key of a setting that it declares. */
    public static final String COLLECTOR_PREFIX = "collector.";

    private static final Pattern OF_COLLECTOR = Pattern.compile("collector[.-][a-z][a-z0-9_.-]*");
    private static final Set<String> NAMES = ALL.stream().map(Setting::name).collect(toUnmodifiableSet());
    private static final String DEFAULT = "Default: ";
    private static final int LONGEST_SHOWN = 100;

    /** Collector names are unknown until the plugins are loaded, so any is accepted here. */
    static Setting collectorTtl(String name) {
        return new Setting(OptionSpec.builder(name)
                .type(Duration.class)
                .paramLabel("DURATION")
                .description("How long the values of this collector are fresh.", "Default: the TTL of its class.")
                .build());
    }

    static boolean isKnown(String name) {
        return NAMES.contains(name) || isCollectorTtl(name) || isCollectorSetting(name);
    }

    public static boolean isCollectorTtl(String name) {
        return name.startsWith(TTL_PREFIX)
                && !NAMES.contains(name)
                && NameList.isCollector(name.substring(TTL_PREFIX.length()));
    }

    public static boolean isCollectorSetting(String name) {
        return OF_COLLECTOR.matcher(name).matches() && !NAMES.contains(name);
    }

    public static String flag(String name) {
        return "--" + name.replace('.', '-').replace('_', '-');
    }

    public static String variable(String name) {
        return ENVIRONMENT_PREFIX + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** The name in the file, with dots. */
    public String name() {
        return option.longestName();
    }

    public String flag() {
        return flag(name());
    }

    public String variable() {
        return variable(name());
    }

    public boolean isSecret() {
        return option.hidden();
    }

    public String description() {
        return option.description()[0];
    }

    /** The default as a value; empty if it is not one value. */
    String defaultText() {
        return option.defaultValue() == null ? "" : option.defaultValue();
    }

    public String defaultSentence() {
        if (option.description().length > 1) {
            return option.description()[1];
        }
        return DEFAULT + (defaultText().isEmpty() ? "none" : defaultText()) + ".";
    }

    private boolean isRequired() {
        return defaultSentence().equals(REQUIRED);
    }

    /** The error for a value that this setting does not accept. */
    public SettingException refused(SettingValue value, String expectation) {
        String sentence = defaultSentence();
        String remedy = isRequired()
                ? "correct it"
                : "correct it, or leave it out (default: " + sentence.substring(DEFAULT.length(), sentence.length() - 1)
                        + ")";
        return value.refused("got " + shown(value.text()) + ", expected " + expectation + "; " + remedy);
    }

    /** The part of a value that may be shown. */
    private String shown(String text) {
        if (isSecret()) {
            return "***";
        }
        boolean isUrl = option.type().equals(DatabaseUrl.class) || option.type().equals(URI.class);
        return isUrl ? DatabaseUrl.masked(text) : quoted(text);
    }

    /** Puts a value in quotes, on one line, shortened, without control characters. */
    public static String quoted(String value) {
        String line = value.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .limit(LONGEST_SHOWN)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return '"' + line + (line.length() < value.length() ? "…" : "") + '"';
    }
}
