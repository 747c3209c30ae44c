package io.getindico.metrics.exporter.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The values that were given, by setting. Flags override the environment, which overrides the file. */
final class GivenSettings implements IDefaultValueProvider {
    /** Variables that an orchestrator sets for a service of this name, and those of the launcher and the tests. */
    private static final Pattern NOT_OURS =
            Pattern.compile("INDICO_METRICS_(SERVICE_.*|PORT|PORT_.*|JAVA_OPTS|CACHE|TEST_.*|REQUIRE_TOOLS)");

    private static final Pattern LOOKS_LIKE_A_NAME = Pattern.compile("[A-Za-z0-9._-]+");
    private static final List<String> NAMES =
            Setting.ALL.stream().map(Setting::name).toList();

    /** If an instance has one of these, it does not have the other from above. */
    private static final Map<String, List<String>> EXCLUSIVE = Map.of(
            Options.DATABASE_PASSWORD, List.of(Options.DATABASE_PASSWORD_FILE),
            Options.DATABASE_PASSWORD_FILE, List.of(Options.DATABASE_PASSWORD));

    private final Map<String, SettingValue> values = new HashMap<>();
    private final SortedMap<String, GivenSettings> instances = new TreeMap<>();
    private final List<String> warnings = new ArrayList<>();

    /** For a host in the same process: no other user can read the values, unlike a command line. */
    void addByName(Map<String, String> byName) {
        byName.forEach((name, text) -> {
            InstanceName ofInstance = InstanceName.of(name).orElse(null);
            if (ofInstance != null) {
                addToInstance(ofInstance, text, "");
                return;
            }
            if (!Setting.isKnown(name)) {
                throw new SettingException(unknown(name));
            }
            put(name, text, name, false);
        });
    }

    void addFlags(Map<String, String> flags) {
        flags.forEach((name, text) -> put(name, text, Setting.flag(name), true));
    }

    /** Adds the variables of the environment that are settings. */
    void addEnvironment(Map<String, String> environment) {
        Map<String, String> names = new TreeMap<>();
        Setting.ALL.forEach(setting -> names.put(setting.variable(), setting.name()));
        new TreeMap<>(environment).forEach((variable, text) -> {
            if (!variable.startsWith(Setting.ENVIRONMENT_PREFIX)
                    || NOT_OURS.matcher(variable).matches()) {
                return;
            }
            String name = names.getOrDefault(variable, nameOfCollectors(variable));
            if (Setting.isKnown(name)) {
                put(name, text, variable, false);
            } else {
                warnings.add(Setting.quoted(variable).replace("\"", "") + ": no setting has this name"
                        + DidYouMean.hint(variable, names.keySet()));
            }
        });
    }

    private static String nameOfCollectors(String variable) {
        for (String prefix : List.of(Setting.TTL_PREFIX, Setting.COLLECTOR_PREFIX)) {
            String start = Setting.variable(prefix);
            if (variable.startsWith(start)) {
                return prefix + variable.substring(start.length()).toLowerCase(Locale.ROOT);
            }
        }
        return "";
    }

    void addFile(Path file, String spelling) {
        YamlFile.read(file, spelling, Setting::isKnown, "'zone: Europe/Zurich'").forEach((name, entry) -> {
            String place = file + ", line " + entry.line() + ": ";
            InstanceName ofInstance = InstanceName.of(name).orElse(null);
            if (ofInstance != null) {
                addToInstance(ofInstance, entry.text(), place);
                return;
            }
            if (!Setting.isKnown(name)) {
                throw refusedInFile(place, name);
            }
            if (name.equals(Options.CONFIG)) {
                throw new SettingException(place + "config: cannot be set in the file itself; leave it out");
            }
            put(name, entry.text(), place + name, false);
        });
    }

    private void addToInstance(InstanceName name, String text, String place) {
        if (!name.isValid()) {
            throw new SettingException(place + InstanceName.INSTANCES + ": got " + Setting.quoted(name.instance())
                    + ", expected " + InstanceName.EXPECTED + ", and under it the settings of this Indico, such as "
                    + InstanceName.EXAMPLE);
        }
        String instance = place + InstanceName.INSTANCES + "[" + name.instance() + "]";
        if (Options.OF_PROCESS.contains(name.setting())) {
            throw new SettingException(
                    place + name.spelling() + ": is a setting of the whole exporter; move it out of the instances");
        }
        if (!Setting.isKnown(name.setting())) {
            throw new SettingException(
                    name.setting().isEmpty()
                            ? instance + ": expected the settings of this Indico, such as database.url"
                            : instance + ": " + unknown(name.setting()));
        }
        instances
                .computeIfAbsent(name.instance(), unused -> new GivenSettings())
                .put(name.setting(), text, place + name.spelling(), false);
    }

    /** The settings of each instance by its name, with the others as their defaults. */
    SortedMap<String, GivenSettings> instances() {
        SortedMap<String, GivenSettings> all = new TreeMap<>();
        instances.forEach((name, own) -> {
            GivenSettings merged = new GivenSettings();
            merged.values.putAll(values);
            own.values
                    .keySet()
                    .forEach(setting ->
                            EXCLUSIVE.getOrDefault(setting, List.of()).forEach(merged.values::remove));
            merged.values.putAll(own.values);
            all.put(name, merged);
        });
        return all;
    }

    /** Shows only what must be a name, since a value may be a secret. */
    private static SettingException refusedInFile(String place, String name) {
        String inQuotes = "; put values with special characters in quotes";
        // Without quotes, YAML reads {x} and x: y as mappings.
        for (String known : NAMES) {
            if (name.startsWith(known + ".")) {
                return new SettingException(place + known + ": expected one value" + inQuotes);
            }
        }
        if (!LOOKS_LIKE_A_NAME.matcher(name).matches()) {
            // The blank after the colon may be missing.
            String setting = NAMES.stream()
                    .filter(name::startsWith)
                    .findFirst()
                    .map(known -> known + ": ")
                    .orElse("");
            return new SettingException(place + setting + "expected a name, a colon, a blank and the value" + inQuotes);
        }
        return new SettingException(place + unknown(name));
    }

    private static String unknown(String name) {
        return Setting.quoted(name) + ": no setting has this name" + DidYouMean.hint(name, NAMES)
                + "; --help lists them all";
    }

    /**
     * An empty value counts as none, so the next source applies. A setting that a collector declares is kept under its
     * flag, since a flag or a variable does not show where the collector's name ends and the key begins.
     */
    private void put(String name, String text, String spelling, boolean isFromCommandLine) {
        if (!text.isBlank()) {
            values.putIfAbsent(
                    Setting.isCollectorSetting(name) ? Setting.flag(name) : name,
                    new SettingValue(text.strip(), spelling, isFromCommandLine));
        }
    }

    @Nullable
    SettingValue find(String name) {
        return values.get(name);
    }

    Map<String, SettingValue> all() {
        return values;
    }

    /** Likely mistakes that are not certain enough to be errors. */
    List<String> warnings() {
        return warnings;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec option) {
        SettingValue value = find(((OptionSpec) option).longestName());
        return value == null ? null : value.text();
    }
}
