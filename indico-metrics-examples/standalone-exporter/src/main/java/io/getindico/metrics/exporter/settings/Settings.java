package io.getindico.metrics.exporter.settings;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The effective settings, and where each was given. All values have been parsed, so none is invalid. */
public final class Settings {
    /** The name of an Indico that is the only one. */
    public static final String ONLY = "";

    private static final String ACTIVE_USER_AGE_FLAG = Setting.flag("collector.active_users.age");

    private final GivenSettings given;
    private final Options options = new Options();
    private final SortedMap<String, Duration> collectorTtls = new TreeMap<>();
    private final SortedMap<String, Settings> instances = new TreeMap<>();

    /** Before a setting of one of several instances; otherwise empty. */
    private final String prefix;

    private Settings(GivenSettings given) {
        this.given = given;
        this.prefix = "";
        parse();
        SettingValue config = given.find(Options.CONFIG);
        if (config != null && options.config != null) {
            given.addFile(options.config, config.spelling());
            parse();
        }
        refuseSecrets();
        given.instances().forEach((name, own) -> instances.put(name, new Settings(own, name)));
    }

    private Settings(GivenSettings given, String instance) {
        this.given = given;
        this.prefix = new InstanceName(instance, "").spelling();
        parse();
        refuseSecrets();
    }

    /**
     * Merges and checks the settings.
     *
     * @param flags by the setting's name
     * @param environment all variables of the process
     */
    public static Settings of(Map<String, String> flags, Map<String, String> environment) {
        GivenSettings given = new GivenSettings();
        given.addFlags(flags);
        given.addEnvironment(environment);
        return new Settings(given);
    }

    /** For a host in the same process: settings by name. */
    public static Settings of(Map<String, String> byName) {
        GivenSettings given = new GivenSettings();
        given.addByName(byName);
        return new Settings(given);
    }

    private void parse() {
        CommandSpec spec = CommandSpec.forAnnotatedObject(options);
        List<OptionSpec> ttls = given.all().keySet().stream()
                .filter(Setting::isCollectorTtl)
                .map(name -> Setting.collectorTtl(name).option())
                .toList();
        ttls.forEach(spec::addOption);
        // A value may be a password. The parser must not change it, nor mistake it for an option or the end of the
        // options.
        spec.parser().allowOptionsAsOptionParameters(true).endOfOptionsDelimiter("");
        CommandLine parser =
                new CommandLine(spec).setInterpolateVariables(false).setDefaultValueProvider(given);
        Converters.register(parser);
        try {
            parser.parseArgs();
        } catch (ParameterException e) {
            throw refused(e);
        }
        ttls.forEach(
                ttl -> collectorTtls.put(ttl.longestName().substring(Setting.TTL_PREFIX.length()), ttl.getValue()));
    }

    private SettingException refused(ParameterException thrown) {
        if (thrown.getArgSpec() instanceof OptionSpec option
                && thrown.getCause() instanceof InvalidValueException invalid) {
            SettingValue value = given.find(option.longestName());
            if (value != null) {
                return new Setting(option).refused(value, invalid.expectation());
            }
        }
        throw new IllegalStateException("a default is invalid", thrown);
    }

    private void refuseSecrets() {
        SettingValue url = given.find(Options.DATABASE_URL);
        if (url != null
                && url.isFromCommandLine()
                && options.databaseUrl != null
                && options.databaseUrl.password() != null) {
            throw url.refused("got a URL with a password, expected one without: every user of the machine can read a"
                    + " command line; give the password by --database-password-file or "
                    + Setting.variable(Options.DATABASE_PASSWORD));
        }
        refuseBoth(
                given.find(Options.DATABASE_PASSWORD),
                given.find(Options.DATABASE_PASSWORD_FILE),
                "expected one of the two; leave out the other");
        refuseBoth(
                given.find(Options.TOKEN),
                given.find(Options.TOKEN_FILE),
                "expected one of the two; leave out the other");
    }

    private static void refuseBoth(@Nullable SettingValue first, @Nullable SettingValue second, String why) {
        if (first != null && second != null) {
            throw new SettingException(first.spelling() + " and " + second.spelling() + ": " + why);
        }
    }

    public Options options() {
        return options;
    }

    public DatabaseUrl databaseUrl() {
        if (options.databaseUrl == null) {
            throw new SettingException(prefix + "database.url: is missing, expected " + DatabaseUrl.EXAMPLES
                    + "; give it by --database-url, " + Setting.variable(Options.DATABASE_URL)
                    + " or 'database.url' in "
                    + (options.config == null ? "a file that --config names (none was read)" : options.config));
        }
        return options.databaseUrl;
    }

    /** The settings of each Indico by its name; empty if these settings are those of the only one. */
    public SortedMap<String, Settings> instances() {
        return instances;
    }

    /** The settings of each Indico by its name; the only one has the name {@link #ONLY}. */
    public SortedMap<String, Settings> indicos() {
        return instances.isEmpty() ? new TreeMap<>(Map.of(ONLY, this)) : instances;
    }

    /** The settings of the named Indico. */
    public Settings instance(@Nullable String name) {
        if (instances.isEmpty()) {
            if (name == null) {
                return this;
            }
            throw new SettingException(
                    "--instance: got " + Setting.quoted(name) + ", but the settings name no instances; leave it out");
        }
        Settings found = name == null ? null : instances.get(name);
        if (found == null) {
            throw new SettingException("--instance: " + (name == null ? "is missing" : "got " + Setting.quoted(name))
                    + ", expected one of " + String.join(", ", instances.keySet()));
        }
        return found;
    }

    /** Whether the other ones describe the same Indico, read in the same way. */
    public boolean describesTheSame(Settings other) {
        return ofIndico().equals(other.ofIndico());
    }

    private Map<String, String> ofIndico() {
        Map<String, String> values = new TreeMap<>();
        given.all().forEach((name, value) -> values.put(name, value.text()));
        values.keySet().removeAll(Options.OF_PROCESS);
        return values;
    }

    /** Whether the setting was given explicitly. */
    boolean isGiven(String name) {
        return given.find(name) != null;
    }

    /** Whether the command line has the setting. */
    public boolean isFlag(String name) {
        SettingValue value = given.find(name);
        return value != null && value.isFromCommandLine();
    }

    /** The setting as it was given, for error messages. */
    public String spelling(String name) {
        SettingValue value = given.find(name);
        return value == null ? name : value.spelling();
    }

    /** The values on the command line, by the names that a file has for them. */
    public SortedMap<String, String> flags() {
        SortedMap<String, String> flags = new TreeMap<>();
        given.all().forEach((name, value) -> {
            if (value.isFromCommandLine()) {
                flags.put(name.startsWith("--") ? name.substring(2) : name, value.text());
            }
        });
        return flags;
    }

    /** Where each setting was given, without its value. */
    public List<String> spellings() {
        return given.all().values().stream()
                .map(SettingValue::spelling)
                .sorted()
                .toList();
    }

    /** An error about a value that is valid in itself. */
    public SettingException refused(String name, String why) {
        return new SettingException(spelling(name) + ": " + why);
    }

    /** TTLs of single collectors, by collector name. */
    public SortedMap<String, Duration> collectorTtls() {
        return collectorTtls;
    }

    /** Settings that collectors declare, by their flag. Active-user-age is another spelling of one of them. */
    public SortedMap<String, SettingValue> collectorSettings() {
        SortedMap<String, SettingValue> own = new TreeMap<>(given.all());
        own.keySet().removeIf(name -> !name.startsWith(Setting.flag(Setting.COLLECTOR_PREFIX)));
        SettingValue age = given.find(Options.ACTIVE_USER_AGE);
        if (age != null) {
            refuseBoth(own.put(ACTIVE_USER_AGE_FLAG, age), age, "are two spellings of one setting; leave out one");
        }
        return own;
    }

    /** The login's name, for statements that an administrator runs. */
    public String databaseUser() {
        String user = givenUser();
        return user == null ? System.getProperty("user.name", "") : user;
    }

    /** The login's name, or null if no setting names it. */
    public @Nullable String givenUser() {
        DatabaseUrl url = options.databaseUrl;
        return options.databaseUser == null && url != null ? url.user() : options.databaseUser;
    }

    public List<String> warnings() {
        return given.warnings();
    }
}
