package io.getindico.metrics.exporter.settings;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A setting of one of several Indicos, as the file names it: {@code instances.NAME.SETTING}. */
public record InstanceName(String instance, String setting) {
    static final String INSTANCES = "instances";
    public static final String EXPECTED = "a name of at most 60 letters, digits, - and _";

    static final String EXAMPLE = "'instances: {geneva: {database.url: postgresql://HOST/DATABASE}}'";

    private static final Pattern WHOLE = Pattern.compile(INSTANCES + "(?:\\.([^.]*)(?:\\.(.*))?)?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,60}");

    /** Returns what the name in a file means; empty if it is not of an instance. */
    static Optional<InstanceName> of(String name) {
        Matcher matcher = WHOLE.matcher(name);
        return matcher.matches()
                ? Optional.of(new InstanceName(orEmpty(matcher, 1), orEmpty(matcher, 2)))
                : Optional.empty();
    }

    private static String orEmpty(Matcher matcher, int group) {
        String text = matcher.group(group);
        return text == null ? "" : text;
    }

    public boolean isValid() {
        return NAME.matcher(instance).matches();
    }

    String spelling() {
        return INSTANCES + "[" + instance + "]." + setting;
    }

    /** The name of the setting in a file. */
    public String inFile() {
        return INSTANCES + "." + instance + "." + setting;
    }
}
