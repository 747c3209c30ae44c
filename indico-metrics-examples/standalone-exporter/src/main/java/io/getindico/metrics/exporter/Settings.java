package io.getindico.metrics.exporter;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The effective settings. Flags override the environment, which overrides the file. Every value has been parsed once,
 * so none is invalid.
 */
final class Settings {
    /** Variables that an orchestrator sets for a service of this name, and those of the launcher and the tests. */
    private static final Pattern NOT_OURS =
            Pattern.compile("INDICO_METRICS_(SERVICE_.*|PORT|PORT_.*|JAVA_OPTS|CACHE|TEST_.*|REQUIRE_TOOLS)");

    private static final Pattern LOOKS_LIKE_A_NAME = Pattern.compile("[A-Za-z0-9._-]+");

    private static final String ACTIVE_USER_AGE_FLAG = Setting.flag("collector.active_users.age");

    private final Map<String, SettingValue> values;
    private final List<String> warnings;

    private Settings(Map<String, SettingValue> values, List<String> warnings) {
        this.values = values;
        this.warnings = warnings;
    }

    /**
     * Merges and checks the settings.
     *
     * @param flags by the setting's name
     * @param environment all variables of the process
     */
    static Settings of(Map<String, String> flags, Map<String, String> environment) {
        Map<String, SettingValue> given = new HashMap<>();
        flags.forEach((name, text) -> put(given, name, text, Setting.flag(name), true));
        List<String> warnings = new ArrayList<>();
        fromEnvironment(environment, given, warnings);
        return of(given, warnings);
    }

    /** For a host in the same process: settings by name. No other user can read them, unlike a command line. */
    static Settings of(Map<String, String> byName) {
        Map<String, SettingValue> given = new HashMap<>();
        byName.forEach((name, text) -> {
            if (!SettingsTable.isKnown(name)) {
                throw new SettingException(unknown(name));
            }
            put(given, name, text, name, false);
        });
        return of(given, new ArrayList<>());
    }

    private static Settings of(Map<String, SettingValue> given, List<String> warnings) {
        SettingValue config = given.get(SettingsTable.CONFIG.name());
        if (config != null) {
            fromFile(config.parse(SettingsTable.CONFIG), config.spelling(), given);
        }
        Settings settings = new Settings(Map.copyOf(given), warnings);
        SettingsTable.ALL.forEach(settings::find);
        settings.collectorTtls();
        settings.checkSecrets();
        return settings;
    }

    /**
     * One name for the three spellings of a setting that a collector declares. In a flag or a variable, the end of the
     * collector's name cannot be told from the beginning of the key.
     */
    private static String canonical(String name) {
        return SettingsTable.isCollectorSetting(name) ? Setting.flag(name) : name;
    }

    /** An empty value counts as none, so the next source applies. */
    private static void put(
            Map<String, SettingValue> into, String name, String text, String spelling, boolean isFromCommandLine) {
        if (!text.isBlank()) {
            into.putIfAbsent(canonical(name), new SettingValue(text, spelling, isFromCommandLine));
        }
    }

    private static void fromEnvironment(
            Map<String, String> environment, Map<String, SettingValue> into, List<String> warnings) {
        Map<String, String> names = new TreeMap<>();
        SettingsTable.ALL.forEach(setting -> names.put(setting.variable(), setting.name()));
        String ttl = Setting.variable(SettingsTable.TTL_PREFIX);
        String collector = Setting.variable(SettingsTable.COLLECTOR_PREFIX);
        new TreeMap<>(environment).forEach((variable, text) -> {
            if (!variable.startsWith(Setting.ENVIRONMENT_PREFIX)
                    || NOT_OURS.matcher(variable).matches()) {
                return;
            }
            String name = names.get(variable);
            if (name == null && variable.startsWith(ttl)) {
                name = SettingsTable.TTL_PREFIX
                        + variable.substring(ttl.length()).toLowerCase(Locale.ROOT);
            } else if (name == null && variable.startsWith(collector)) {
                name = SettingsTable.COLLECTOR_PREFIX
                        + variable.substring(collector.length()).toLowerCase(Locale.ROOT);
            }
            if (name == null || !SettingsTable.isKnown(name)) {
                warnings.add(Setting.quoted(variable).replace("\"", "") + ": no setting has this name"
                        + Nearest.hint(variable, names.keySet()));
            } else {
                put(into, name, text, variable, false);
            }
        });
    }

    private static void fromFile(Path file, String spelling, Map<String, SettingValue> into) {
        YamlFile.read(file, spelling).forEach((name, entry) -> {
            String place = file + ", line " + entry.line() + ": ";
            if (!SettingsTable.isKnown(name)) {
                SettingsTable.ALL.stream()
                        .map(Setting::name)
                        .filter(known -> name.startsWith(known + "."))
                        .findFirst()
                        .ifPresent(known -> {
                            // The part below it is not a name: without quotes, YAML reads {x} and x: y as mappings.
                            throw new SettingException(place + known
                                    + ": expected one value; put values with special characters in quotes");
                        });
                refuseIfItHoldsAValue(place, name);
                throw new SettingException(place + unknown(name));
            }
            if (name.equals(SettingsTable.CONFIG.name())) {
                throw new SettingException(place + "config: cannot be set in the file itself; leave it out");
            }
            put(into, name, entry.text(), place + name, false);
        });
    }

    /** Handles a missing blank after the colon. The value may be a secret, so it is not shown. */
    private static void refuseIfItHoldsAValue(String place, String name) {
        if (!LOOKS_LIKE_A_NAME.matcher(name).matches()) {
            String setting = SettingsTable.ALL.stream()
                    .map(Setting::name)
                    .filter(name::startsWith)
                    .findFirst()
                    .map(known -> known + ": ")
                    .orElse("");
            throw new SettingException(place + setting
                    + "expected a name, a colon, a blank and the value; put values with special characters in quotes");
        }
    }

    private static String unknown(String name) {
        List<String> known = SettingsTable.ALL.stream().map(Setting::name).toList();
        return Setting.quoted(name) + ": no setting has this name" + Nearest.hint(name, known)
                + "; --help lists them all";
    }

    private void checkSecrets() {
        SettingValue url = values.get(SettingsTable.DATABASE_URL.name());
        if (url != null
                && url.isFromCommandLine()
                && url.parse(SettingsTable.DATABASE_URL).password() != null) {
            throw url.refused("got a URL with a password, expected one without: every user of the machine can read a"
                    + " command line; give the password by --database-password-file or "
                    + SettingsTable.DATABASE_PASSWORD.variable());
        }
        refuseBoth(SettingsTable.DATABASE_PASSWORD, SettingsTable.DATABASE_PASSWORD_FILE);
        refuseBoth(SettingsTable.TOKEN_TEXT, SettingsTable.TOKEN_FILE);
    }

    private void refuseBoth(Setting<?> text, Setting<?> file) {
        SettingValue first = values.get(text.name());
        SettingValue second = values.get(file.name());
        if (first != null && second != null) {
            throw new SettingException(
                    first.spelling() + " and " + second.spelling() + ": expected one of the two; leave out the other");
        }
    }

    /** The given value, or else the default. Null if there is neither. */
    <T> @Nullable T find(Setting<T> setting) {
        SettingValue value = values.get(setting.name());
        return value == null ? setting.parseDefault() : value.parse(setting);
    }

    <T> Optional<T> optional(Setting<T> setting) {
        return Optional.ofNullable(find(setting));
    }

    <T> T get(Setting<T> setting) {
        return optional(setting)
                .orElseThrow(() -> new SettingException(setting.name() + ": is missing; give " + setting.flag() + ", "
                        + setting.variable() + " or '" + setting.name() + "' in the --config file"));
    }

    DatabaseUrl databaseUrl() {
        DatabaseUrl url = find(SettingsTable.DATABASE_URL);
        if (url == null) {
            throw new SettingException("database.url: is missing, expected " + DatabaseUrl.EXAMPLES
                    + "; give it by --database-url, " + SettingsTable.DATABASE_URL.variable() + " or 'database.url' in "
                    + optional(SettingsTable.CONFIG)
                            .map(Path::toString)
                            .orElse("a file that --config names (none was read)"));
        }
        return url;
    }

    /** Whether the setting was given explicitly. */
    boolean isGiven(Setting<?> setting) {
        return values.containsKey(setting.name());
    }

    /** The setting as it was given, for error messages. */
    String spelling(String name) {
        SettingValue value = values.get(name);
        return value == null ? name : value.spelling();
    }

    /** TTLs of single collectors, by collector name. */
    SortedMap<String, Duration> collectorTtls() {
        SortedMap<String, Duration> ttls = new TreeMap<>();
        values.forEach((name, value) -> {
            if (SettingsTable.isCollectorTtl(name)) {
                ttls.put(
                        name.substring(SettingsTable.TTL_PREFIX.length()),
                        value.parse(SettingsTable.collectorTtl(name)));
            }
        });
        return ttls;
    }

    /** Settings that collectors declare, by their flag. Includes the second spelling of one of them. */
    SortedMap<String, SettingValue> collectorSettings() {
        SortedMap<String, SettingValue> own = new TreeMap<>();
        String prefix = Setting.flag(SettingsTable.COLLECTOR_PREFIX);
        values.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                own.put(name, value);
            }
        });
        SettingValue age = values.get(SettingsTable.ACTIVE_USER_AGE.name());
        if (age != null) {
            SettingValue same = own.putIfAbsent(ACTIVE_USER_AGE_FLAG, age);
            if (same != null) {
                throw new SettingException(same.spelling() + " and " + age.spelling()
                        + ": are two spellings of one setting; leave out one");
            }
        }
        return own;
    }

    /** The login's name, for statements that an administrator runs. */
    String databaseUser() {
        String user = find(SettingsTable.DATABASE_USER);
        String ofUrl = user == null ? databaseUrl().user() : user;
        return ofUrl == null ? System.getProperty("user.name", "") : ofUrl;
    }

    /** Likely mistakes that are not certain enough to be errors. */
    List<String> warnings() {
        return warnings;
    }
}
