package io.getindico.metrics.exporter.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Set;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * All settings. A field is the only declaration of a setting: {@link Setting} derives the flag and the environment
 * variable from its name in the file. A second line of the description states a default that is not one value. A
 * hidden option is a secret, which is never shown and is refused on the command line.
 */
@SuppressWarnings("NullAway.Init") // Picocli sets the fields that have a default.
public final class Options {
    public static final String CONFIG = "config";
    public static final String DATABASE_URL = "database.url";
    public static final String DATABASE_PASSWORD = "database.password";
    public static final String DATABASE_PASSWORD_FILE = "database.password-file";
    public static final String LISTEN = "listen";
    public static final String ENABLE_LIFECYCLE = "web.enable-lifecycle";
    public static final String TOKEN = "token";
    public static final String TOKEN_FILE = "token-file";
    public static final String WEB_CONFIG_FILE = "web.config.file";
    public static final String ZONE = "zone";
    public static final String ACTIVE_USER_AGE = "active-user-age";
    public static final String COLLECTORS = "collectors";
    public static final String EXCLUDE = "exclude";
    public static final String FAMILIES = "families";
    public static final String EXCLUDE_FAMILIES = "exclude-families";
    public static final String EXTRA_FAMILIES = "extra-families";
    public static final String PLUGINS = "plugins";
    public static final String LOG_FORMAT = "log.format";
    public static final String LOG_LEVEL = "log.level";
    public static final String PROCESS_METRICS = "process-metrics";
    public static final String OTLP_ENDPOINT = "otlp.endpoint";
    public static final String OTLP_INTERVAL = "otlp.interval";
    public static final String OTLP_HEADERS_FILE = "otlp.headers-file";
    public static final String OTLP_RESOURCE_ATTRIBUTES = "otlp.resource-attributes";

    /** The settings of the process. All others describe an Indico and how to read it. */
    public static final Set<String> OF_PROCESS = Set.of(
            CONFIG,
            LISTEN,
            TOKEN,
            TOKEN_FILE,
            ENABLE_LIFECYCLE,
            WEB_CONFIG_FILE,
            PLUGINS,
            PROCESS_METRICS,
            OTLP_ENDPOINT,
            OTLP_INTERVAL,
            OTLP_HEADERS_FILE,
            OTLP_RESOURCE_ATTRIBUTES,
            LOG_FORMAT,
            LOG_LEVEL);

    private static final String FILE = "FILE";
    private static final String DURATION = "DURATION";
    private static final String NAMES = "NAMES";
    private static final String DEFAULT_OF_URL = "Default: the URL's.";

    @Option(names = CONFIG, paramLabel = FILE, description = "A YAML file with any of the settings below.")
    public @Nullable Path config;

    @Option(
            names = DATABASE_URL,
            paramLabel = "URL",
            description = {
                "Indico's database: postgresql://USER@HOST/DATABASE as in indico.conf, postgresql:///DATABASE for"
                        + " the Unix socket in /run/postgresql, or jdbc:postgresql://HOST/DATABASE.",
                Setting.REQUIRED
            })
    public @Nullable DatabaseUrl databaseUrl;

    @Option(
            names = "database.user",
            paramLabel = "NAME",
            description = {"The user name of the login.", DEFAULT_OF_URL})
    public @Nullable String databaseUser;

    @Option(
            names = DATABASE_PASSWORD,
            hidden = true,
            description = {"The password of the login.", DEFAULT_OF_URL})
    public @Nullable String databasePassword;

    @Option(
            names = DATABASE_PASSWORD_FILE,
            paramLabel = FILE,
            description = "A file that holds the password. The exporter reads it again for each new connection.")
    public @Nullable Path databasePasswordFile;

    @Option(
            names = LISTEN,
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:10742",
            description = "The address on which the exporter serves HTTP; :PORT means all addresses.")
    public ListenAddress listen;

    @Option(
            names = TOKEN,
            hidden = true,
            converter = Converters.Token.class,
            description = "The bearer token that a scrape must send.")
    public @Nullable String token;

    @Option(names = TOKEN_FILE, paramLabel = FILE, description = "A file that holds the token.")
    public @Nullable Path tokenFile;

    @Option(
            names = ENABLE_LIFECYCLE,
            arity = "1",
            paramLabel = "BOOLEAN",
            defaultValue = "false",
            converter = Converters.Flag.class,
            description =
                    "Whether POST /-/reload reads the settings again, as SIGHUP does (true or false). It needs the"
                            + " token, if there is one.")
    public boolean enableLifecycle;

    @Option(
            names = WEB_CONFIG_FILE,
            paramLabel = FILE,
            description =
                    "A file with TLS, logins and headers, in the form that Prometheus' exporters share. The exporter"
                            + " reads it and its certificates again when they change.")
    public @Nullable Path webConfigFile;

    @Option(
            names = ZONE,
            paramLabel = "ZONE",
            description = {
                "The time zone in which the Indico server runs, such as Europe/Zurich: room booking is stored in its"
                        + " wall-clock time.",
                "Default: the root category's time zone."
            })
    public @Nullable ZoneId zone;

    /** Parsed by the collector. */
    @Option(
            names = ACTIVE_USER_AGE,
            paramLabel = DURATION,
            description = {
                "How recent a login must be for its user to count as active; another spelling of"
                        + " collector.active_users.age.",
                "Default: 48h."
            })
    public @Nullable Duration activeUserAge;

    @Option(
            names = "ttl.live",
            paramLabel = DURATION,
            defaultValue = "55s",
            description =
                    "How long values of live collectors are fresh. Choose a little less than the scrape interval.")
    public Duration ttlLive;

    @Option(
            names = "ttl.standard",
            paramLabel = DURATION,
            defaultValue = "285s",
            description = "How long values of standard collectors are fresh. ttl.NAME sets it for one collector.")
    public Duration ttlStandard;

    @Option(
            names = "ttl.heavy",
            paramLabel = DURATION,
            defaultValue = "30m",
            description = "How long values of heavy collectors are fresh. Any TTL stretches if database-share requires"
                    + " it.")
    public Duration ttlHeavy;

    @Option(
            names = "max-age",
            paramLabel = DURATION,
            description = {
                "The age beyond which values are absent, if no new ones can be read.",
                "Default: two TTLs and one query budget."
            })
    public @Nullable Duration maxAge;

    @Option(
            names = "wait-limit",
            paramLabel = DURATION,
            converter = Durations.UpToADay.class,
            description = {
                "How long a scrape may wait for new values, but never longer than Prometheus' scrape timeout less"
                        + " 0.5 s.",
                "Default: Prometheus' scrape timeout less 0.5 s, or 4s for a client that does not send one."
            })
    public @Nullable Duration waitLimit;

    @Option(
            names = "query-budget.live",
            paramLabel = DURATION,
            converter = Durations.UpToADay.class,
            defaultValue = "2s",
            description = "How long the database may work for one transaction of live collectors.")
    public Duration queryBudgetLive;

    @Option(
            names = "query-budget.standard",
            paramLabel = DURATION,
            converter = Durations.UpToADay.class,
            defaultValue = "10s",
            description = "How long the database may work for one transaction of standard collectors.")
    public Duration queryBudgetStandard;

    @Option(
            names = "query-budget.heavy",
            paramLabel = DURATION,
            converter = Durations.UpToADay.class,
            defaultValue = "120s",
            description = "How long the database may work for one transaction of heavy collectors.")
    public Duration queryBudgetHeavy;

    @Option(
            names = "lock-timeout",
            paramLabel = DURATION,
            converter = Durations.UpToADay.class,
            defaultValue = "1s",
            description = "How long a statement may wait for a lock.")
    public Duration lockTimeout;

    @Option(
            names = "work-mem",
            paramLabel = "MEMORY",
            converter = Converters.Memory.class,
            description = {"PostgreSQL's work_mem for our transactions.", "Default: the server's."})
    public @Nullable String workMem;

    @Option(
            names = "workers",
            paramLabel = "NUMBER",
            converter = Converters.UpTo99.class,
            defaultValue = "0",
            description = "How many parallel workers a query may use.")
    public int workers;

    @Option(
            names = "profile",
            paramLabel = "PROFILE",
            defaultValue = "default",
            description = "Which metrics: compatible (those of Indico's own plugin), default, or full.")
    public Profile profile;

    @Option(
            names = COLLECTORS,
            paramLabel = NAMES,
            description = {"Only these collectors, joined by commas.", "Default: all of the profile."})
    public @Nullable NameList collectors;

    @Option(names = EXCLUDE, paramLabel = NAMES, description = "Excludes these collectors, joined by commas.")
    public @Nullable NameList exclude;

    @Option(
            names = FAMILIES,
            paramLabel = NAMES,
            converter = NameList.OfMetrics.class,
            description = {
                "Only these metrics of the profile, joined by commas; a name may end in *.",
                "Default: all of the profile."
            })
    public @Nullable NameList families;

    @Option(
            names = EXCLUDE_FAMILIES,
            paramLabel = NAMES,
            converter = NameList.OfMetrics.class,
            description = "Excludes these metrics, joined by commas; a name may end in *.")
    public @Nullable NameList excludeFamilies;

    @Option(
            names = EXTRA_FAMILIES,
            paramLabel = NAMES,
            converter = NameList.OfMetrics.class,
            description = "Metrics beyond the profile, joined by commas; a name may end in *. Only this setting enables"
                    + " those that carry titles or amounts of money, or read pictures.")
    public @Nullable NameList extraFamilies;

    @Option(
            names = "database-share",
            paramLabel = "PERCENTAGE",
            converter = Converters.Percentage.class,
            defaultValue = "1%",
            description = "How much of one core of the database all queries may take together. If they need more, their"
                    + " values stay fresh for longer, beginning with the costliest.")
    public double databaseShare;

    @Option(
            names = "collector-metrics",
            paramLabel = "AMOUNT",
            defaultValue = "basic",
            description = "The metrics about each collector: basic (success, duration, last success, TTL, failures), or"
                    + " all (also its last attempt and its cost for the database).")
    public CollectorMetrics collectorMetrics;

    @Option(
            names = "page.history",
            arity = "1",
            paramLabel = "BOOLEAN",
            defaultValue = "true",
            converter = Converters.Flag.class,
            description = "Whether the page shows charts of the past (true or false). It reads them at most once a day,"
                    + " and only for visitors.")
    public boolean pageHistory;

    @Option(
            names = PROCESS_METRICS,
            arity = "1",
            paramLabel = "BOOLEAN",
            defaultValue = "false",
            converter = Converters.Flag.class,
            description =
                    "Whether the exporter also serves the metrics of its own process (true or false): process_* and"
                            + " jvm_*.")
    public boolean processMetrics;

    @Option(
            names = OTLP_ENDPOINT,
            paramLabel = "URL",
            converter = Converters.HttpUrl.class,
            description = "Also pushes the metrics to this URL by OTLP (http/protobuf), such as"
                    + " http://localhost:4318/v1/metrics. A URL without a path gets /v1/metrics.")
    public @Nullable URI otlpEndpoint;

    @Option(
            names = OTLP_INTERVAL,
            paramLabel = DURATION,
            converter = Durations.UpToADay.class,
            defaultValue = "60s",
            description = "How often the exporter pushes.")
    public Duration otlpInterval;

    @Option(
            names = OTLP_HEADERS_FILE,
            paramLabel = FILE,
            description =
                    "A file that holds the headers of a push, such as Authorization: Bearer TOKEN, one in each line."
                            + " The exporter reads it again for each push.")
    public @Nullable Path otlpHeadersFile;

    @Option(
            names = OTLP_RESOURCE_ATTRIBUTES,
            paramLabel = "NAME=VALUE",
            description = {
                "Where pushed metrics come from, joined by commas.",
                "Default: service.name=indico, the version, and service.instance.id: HOST:PORT, or the name of each of"
                        + " several Indicos."
            })
    public @Nullable ResourceAttributes otlpResourceAttributes;

    @Option(
            names = LOG_FORMAT,
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "The form of the log on standard error: text, or json with one object in each line.")
    public LogFormat logFormat;

    @Option(
            names = LOG_LEVEL,
            paramLabel = "LEVEL",
            description = {
                "The least important lines that the log has: error, warn, info or debug.",
                "Default: info for serve, error for the other commands."
            })
    public @Nullable LogLevel logLevel;

    @Option(
            names = PLUGINS,
            paramLabel = "FOLDER",
            description =
                    "A folder of jars with more collectors. The exporter runs their code, so no other user may write"
                            + " there.")
    public @Nullable Path plugins;

    /** A choice of metrics. */
    public enum Profile {
        COMPATIBLE,
        DEFAULT,
        FULL
    }

    /** What a line of the log looks like. */
    public enum LogFormat {
        TEXT,
        JSON
    }

    /** How important a line of the log is. */
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG;

        /** As Java calls it. */
        public Level level() {
            return switch (this) {
                case ERROR -> Level.SEVERE;
                case WARN -> Level.WARNING;
                case INFO -> Level.INFO;
                case DEBUG -> Level.FINE;
            };
        }
    }

    /** How much is exported about each collector. */
    public enum CollectorMetrics {
        BASIC,
        ALL
    }
}
