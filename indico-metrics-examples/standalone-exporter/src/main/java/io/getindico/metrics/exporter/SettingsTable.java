package io.getindico.metrics.exporter;

import io.getindico.metrics.api.RefreshClass;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** All settings: the single source for flags, environment, file, help and errors. */
final class SettingsTable {
    private static final Pattern NUMBER_OF_WORKERS = Pattern.compile("\\d{1,2}");
    private static final Pattern MEMORY = Pattern.compile("(\\d{1,10})(kB|MB|GB)");
    private static final Map<String, Integer> KILOBYTES_SHIFT = Map.of("MB", 10, "GB", 20);
    private static final long LEAST_MEMORY = 64;
    private static final long MOST_MEMORY = Integer.MAX_VALUE;
    private static final Pattern COLLECTOR = Pattern.compile("[a-z][a-z0-9_]*");
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

    /** The prefix of a collector's name. */
    static final String TTL_PREFIX = "ttl.";

    /** The prefix of a collector's name and the key of a setting that it declares. */
    static final String COLLECTOR_PREFIX = "collector.";

    private static final Pattern COLLECTOR_SETTING = Pattern.compile("collector[.-][a-z][a-z0-9_.-]*");

    static final Setting<Path> CONFIG = Setting.of(
                    "config", "FILE", SettingsTable::path, "A YAML file with any of the settings below.")
            .notInFile();
    static final Setting<DatabaseUrl> DATABASE_URL = Setting.of(
                    "database.url",
                    "URL",
                    DatabaseUrl::parse,
                    "Indico's database: jdbc:postgresql://HOST/DATABASE, or postgresql://USER@HOST/DATABASE as in"
                            + " indico.conf.")
            .byDefaultSaid(Setting.REQUIRED)
            .shownAs(DatabaseUrl::masked);
    static final Setting<String> DATABASE_USER =
            text("database.user", "NAME", "The login.").byDefaultSaid("the URL's");
    static final Setting<String> DATABASE_PASSWORD = text("database.password", "PASSWORD", "Its password.")
            .byDefaultSaid("the URL's")
            .secret();
    static final Setting<Path> DATABASE_PASSWORD_FILE = Setting.of(
            "database.password-file",
            "FILE",
            SettingsTable::path,
            "A file that holds the password; read again for each new connection.");
    static final Setting<ListenAddress> LISTEN = Setting.of(
                    "listen", "HOST:PORT", ListenAddress::parse, "Where HTTP is served; :PORT for all addresses.")
            .byDefault("127.0.0.1:10742");
    static final Setting<String> TOKEN_TEXT = Setting.of(
                    "token", "TOKEN", SettingsTable::token, "The bearer token that a scrape must show.")
            .secret();
    static final Setting<Path> TOKEN_FILE =
            Setting.of("token-file", "FILE", SettingsTable::path, "A file that holds the token.");
    static final Setting<ZoneId> ZONE = Setting.of(
                    "zone",
                    "ZONE",
                    SettingsTable::zone,
                    "The time zone in which the Indico server runs, such as Europe/Zurich: room booking is stored in its"
                            + " wall-clock time.")
            .byDefaultSaid("the root category's time zone");
    static final Setting<Duration> ACTIVE_USER_AGE = duration(
                    "active-user-age",
                    "How recent a login must be for its user to count as active; another spelling of"
                            + " collector.active_users.age.")
            .byDefaultSaid("48h");
    static final Map<RefreshClass, Setting<Duration>> TTL = Map.of(
            RefreshClass.LIVE,
            ttl(RefreshClass.LIVE, "55s", ", a little under the scrape interval"),
            RefreshClass.STANDARD,
            ttl(RefreshClass.STANDARD, "285s", "; that of one collector alone is ttl.NAME"),
            RefreshClass.HEAVY,
            ttl(RefreshClass.HEAVY, "30m", ", but at least 100 times as long as it took to read them"));
    static final Setting<Duration> MAX_AGE = duration(
                    "max-age", "Beyond this age values are absent when no new ones can be read.")
            .byDefaultSaid("two TTLs and one query budget");
    static final Setting<Duration> WAIT_LIMIT = briefDuration(
                    "wait-limit",
                    "How long a scrape may wait for values that are due; never longer than Prometheus' scrape timeout"
                            + " less 0.5 s.")
            .byDefaultSaid("Prometheus' scrape timeout less 0.5 s, or 4s for a client that does not send one");
    static final Map<RefreshClass, Setting<Duration>> QUERY_BUDGET = Map.of(
            RefreshClass.LIVE, queryBudget(RefreshClass.LIVE, "2s"),
            RefreshClass.STANDARD, queryBudget(RefreshClass.STANDARD, "10s"),
            RefreshClass.HEAVY, queryBudget(RefreshClass.HEAVY, "120s"));
    static final Setting<Duration> LOCK_TIMEOUT = briefDuration(
                    "lock-timeout", "How long a statement may wait for a lock.")
            .byDefault("1s");
    static final Setting<String> WORK_MEM = Setting.of(
                    "work-mem", "MEMORY", SettingsTable::memory, "PostgreSQL's work_mem for our transactions.")
            .byDefaultSaid("the server's");
    static final Setting<Integer> WORKERS = Setting.of(
                    "workers", "NUMBER", SettingsTable::workers, "How many parallel workers a query may use.")
            .byDefault("0");
    static final Setting<Profile> PROFILE = Setting.of(
                    "profile", "PROFILE", Profile::parse, "Which metrics: compatible, default or full.")
            .byDefault("default");
    static final Setting<Set<String>> COLLECTORS = Setting.of(
                    "collectors", "NAMES", SettingsTable::collectors, "Only these collectors, joined by commas.")
            .byDefaultSaid("all of the profile");
    static final Setting<Set<String>> EXCLUDE =
            Setting.of("exclude", "NAMES", SettingsTable::collectors, "All but these collectors, joined by commas.");
    static final Setting<Boolean> COLLECTOR_METRICS = Setting.of(
                    "collector-metrics",
                    "AMOUNT",
                    SettingsTable::collectorMetrics,
                    "What is exported of each collector: basic (success, duration, last success, TTL, failures), or all"
                            + " (also its last attempt, and what it costs the database).")
            .byDefault("basic");
    static final Setting<Path> PLUGINS = Setting.of(
            "plugins",
            "FOLDER",
            SettingsTable::path,
            "A folder of jars with more collectors: code that will run, so nobody else may write there.");

    static final List<Setting<?>> ALL = List.of(
            CONFIG,
            DATABASE_URL,
            DATABASE_USER,
            DATABASE_PASSWORD,
            DATABASE_PASSWORD_FILE,
            LISTEN,
            TOKEN_TEXT,
            TOKEN_FILE,
            ZONE,
            ACTIVE_USER_AGE,
            of(TTL, RefreshClass.LIVE),
            of(TTL, RefreshClass.STANDARD),
            of(TTL, RefreshClass.HEAVY),
            MAX_AGE,
            WAIT_LIMIT,
            of(QUERY_BUDGET, RefreshClass.LIVE),
            of(QUERY_BUDGET, RefreshClass.STANDARD),
            of(QUERY_BUDGET, RefreshClass.HEAVY),
            LOCK_TIMEOUT,
            WORK_MEM,
            WORKERS,
            PROFILE,
            COLLECTORS,
            EXCLUDE,
            COLLECTOR_METRICS,
            PLUGINS);

    private static final Map<String, Setting<?>> BY_NAME =
            ALL.stream().collect(Collectors.toUnmodifiableMap(Setting::name, Function.identity()));

    private SettingsTable() {}

    static boolean isKnown(String name) {
        return BY_NAME.containsKey(name) || isCollectorTtl(name) || isCollectorSetting(name);
    }

    /** Whether this is the TTL of one collector. Collector names are unknown until the plugins are loaded. */
    static boolean isCollectorTtl(String name) {
        return name.startsWith(TTL_PREFIX)
                && !BY_NAME.containsKey(name)
                && COLLECTOR.matcher(name.substring(TTL_PREFIX.length())).matches();
    }

    /** Whether this is a setting that a collector declares. These are unknown until the plugins are loaded. */
    static boolean isCollectorSetting(String name) {
        return COLLECTOR_SETTING.matcher(name).matches() && !BY_NAME.containsKey(name);
    }

    static Setting<Duration> collectorTtl(String name) {
        return duration(name, "How long the values of this collector are fresh.")
                .byDefaultSaid("its class's TTL");
    }

    static <K, T> Setting<T> of(Map<K, Setting<T>> settings, K key) {
        Setting<T> setting = settings.get(key);
        if (setting == null) {
            throw new IllegalStateException("no setting for " + key);
        }
        return setting;
    }

    private static Setting<Duration> ttl(RefreshClass refreshClass, String byDefault, String hint) {
        return duration(
                        TTL_PREFIX + refreshClass.label(),
                        "How long values of " + refreshClass.label() + " collectors are fresh" + hint + ".")
                .byDefault(byDefault);
    }

    private static Setting<Duration> queryBudget(RefreshClass refreshClass, String byDefault) {
        return briefDuration(
                        "query-budget." + refreshClass.label(),
                        "How long the database may work for one transaction of " + refreshClass.label()
                                + " collectors.")
                .byDefault(byDefault);
    }

    private static Setting<Duration> duration(String name, String description) {
        return Setting.of(name, "DURATION", Durations::parse, description);
    }

    private static Setting<Duration> briefDuration(String name, String description) {
        return Setting.of(name, "DURATION", Durations::parseUpToADay, description);
    }

    private static Setting<String> text(String name, String placeholder, String description) {
        return Setting.of(name, placeholder, SettingsTable::printable, description);
    }

    /** A zero byte would end the text in a message to the server, and the server would misread the rest. */
    private static String printable(String text) throws BadValue {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new BadValue("text without control characters");
        }
        return text;
    }

    private static Path path(String text) throws BadValue {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new BadValue("a path");
        }
    }

    static String token(String text) throws BadValue {
        if (!TOKEN.matcher(text).matches()) {
            throw new BadValue("a token of visible ASCII characters without blanks");
        }
        return text;
    }

    private static ZoneId zone(String text) throws BadValue {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new BadValue(
                    "a time zone such as Europe/Zurich or UTC" + Nearest.hint(text, ZoneId.getAvailableZoneIds()));
        }
    }

    private static String memory(String text) throws BadValue {
        Matcher amount = MEMORY.matcher(text);
        if (amount.matches()) {
            long kilobytes = Long.parseLong(amount.group(1)) << KILOBYTES_SHIFT.getOrDefault(amount.group(2), 0);
            if (kilobytes >= LEAST_MEMORY && kilobytes <= MOST_MEMORY) {
                return text;
            }
        }
        throw new BadValue("an amount as PostgreSQL spells it, such as 16MB, from 64kB to 2047GB");
    }

    private static Integer workers(String text) throws BadValue {
        if (!NUMBER_OF_WORKERS.matcher(text).matches()) {
            throw new BadValue("a number from 0 to 99");
        }
        return Integer.valueOf(text);
    }

    private static Boolean collectorMetrics(String text) throws BadValue {
        return switch (text) {
            case "basic" -> false;
            case "all" -> true;
            default -> throw new BadValue("basic or all");
        };
    }

    private static Set<String> collectors(String text) throws BadValue {
        Set<String> names = new TreeSet<>();
        for (String name : Arrays.stream(text.split(",", -1)).map(String::strip).toList()) {
            if (!COLLECTOR.matcher(name).matches()) {
                throw new BadValue("names of collectors joined by commas, such as events,users");
            }
            names.add(name);
        }
        return names;
    }
}
