package io.getindico.metrics.exporter.settings;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a database URL, checked against an allow-list. Some pgjdbc parameters load classes or write files,
 * and the author of a URL must not be able to do that.
 *
 * @param hosts the hosts that the URL names among its parameters, as in libpq
 * @param ports the ports that it names there: none, one, or as many as hosts
 * @param forDriver the parameters for the driver, by pgjdbc's names
 */
record UrlParameters(
        @Nullable String user,
        @Nullable String password,
        List<String> hosts,
        List<String> ports,
        SortedMap<String, String> forDriver) {
    private static final String USER = "user";
    private static final String PASSWORD = "password";
    private static final String HOST = "host";
    private static final String HOST_ADDRESS = "hostaddr";
    private static final String PORT = "port";
    private static final String SOCKET_FILE = "unix_sock";
    private static final String SERVER_TYPE = "targetServerType";
    private static final String KEEP_ALIVE = "tcpKeepAlive";
    private static final String LOAD_BALANCE = "loadBalanceHosts";
    private static final Pattern NAME = Pattern.compile("[A-Za-z_]{2,40}");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,4}");
    private static final Pattern BOOLEAN = Pattern.compile("true|false");
    private static final Pattern FILE = Pattern.compile("[^\\p{Cntrl}]+");

    /** The allowed parameters by pgjdbc's name, each with the pattern of its values. */
    private static final Map<String, Pattern> ALLOWED = Map.ofEntries(
            Map.entry("sslmode", Pattern.compile("disable|allow|prefer|require|verify-ca|verify-full")),
            Map.entry("ssl", BOOLEAN),
            Map.entry("sslrootcert", FILE),
            Map.entry("sslcert", FILE),
            Map.entry("sslkey", FILE),
            Map.entry("sslNegotiation", Pattern.compile("postgres|direct")),
            Map.entry("channelBinding", Pattern.compile("disable|prefer|require")),
            Map.entry("gssEncMode", Pattern.compile("disable|allow|prefer|require")),
            Map.entry(
                    SERVER_TYPE,
                    Pattern.compile("any|primary|secondary|preferSecondary|preferPrimary|master|slave|preferSlave")),
            Map.entry(LOAD_BALANCE, BOOLEAN),
            Map.entry("hostRecheckSeconds", SECONDS),
            Map.entry("connectTimeout", SECONDS),
            Map.entry("loginTimeout", SECONDS),
            Map.entry("socketTimeout", SECONDS),
            Map.entry(KEEP_ALIVE, BOOLEAN),
            Map.entry("ApplicationName", Pattern.compile("[\\w.: -]{1,60}")));

    /** pgjdbc's names by those of libpq, which {@code indico.conf} may contain. */
    private static final Map<String, String> LIBPQ_NAMES = Map.of(
            "target_session_attrs", SERVER_TYPE,
            "connect_timeout", "connectTimeout",
            "application_name", "ApplicationName",
            "channel_binding", "channelBinding",
            "sslnegotiation", "sslNegotiation",
            "gssencmode", "gssEncMode",
            "keepalives", KEEP_ALIVE,
            "load_balance_hosts", LOAD_BALANCE);

    /** pgjdbc's values by those of libpq, for each parameter by pgjdbc's name. */
    private static final Map<String, SortedMap<String, String>> LIBPQ_VALUES = Map.of(
            SERVER_TYPE,
            new TreeMap<>(Map.of(
                    "any", "any",
                    "primary", "primary",
                    "read-write", "primary",
                    "read-only", "secondary",
                    "standby", "secondary",
                    "prefer-standby", "preferSecondary")),
            KEEP_ALIVE,
            new TreeMap<>(Map.of("0", "false", "1", "true")),
            LOAD_BALANCE,
            new TreeMap<>(Map.of("disable", "false", "random", "true")));

    /** Parameters of libpq that have no equivalent in pgjdbc. */
    private static final Set<String> OF_LIBPQ_ALONE = Set.of(
            "dbname",
            "fallback_application_name",
            "gssdelegation",
            "keepalives_count",
            "keepalives_idle",
            "keepalives_interval",
            "max_protocol_version",
            "min_protocol_version",
            "require_auth",
            "requirepeer",
            "ssl_max_protocol_version",
            "ssl_min_protocol_version",
            "sslcertmode",
            "sslcompression",
            "sslcrl",
            "sslcrldir",
            "sslsni",
            "tcp_user_timeout");

    /** Parameters without effect, because the driver always decodes text as UTF-8. */
    private static final Set<String> WITHOUT_EFFECT = Set.of("client_encoding", "charset");

    private static final Set<String> PLACE_PARAMETERS = Set.of(HOST, PORT, HOST_ADDRESS, SOCKET_FILE);

    private static final Set<String> DANGEROUS = Set.of(
            "socketFactory",
            "socketFactoryArg",
            "sslfactory",
            "sslfactoryarg",
            "sslhostnameverifier",
            "sslpasswordcallback",
            "authenticationPluginClassName",
            "xmlFactoryFactory",
            "jaasApplicationName",
            "jaasLogin",
            "loggerFile",
            "loggerLevel",
            "service",
            "passfile",
            "options");

    static UrlParameters parse(@Nullable String query, boolean plusIsSpace) throws InvalidValueException {
        Map<String, String> given = new HashMap<>();
        if (query != null && !query.isEmpty()) {
            for (String one : query.split("&", -1)) {
                int equals = one.indexOf('=');
                // An invalid name may be the rest of a password that contains a question mark or an ampersand.
                if (equals < 0
                        || !NAME.matcher(one.substring(0, equals)).matches()
                        || (given.containsKey(PASSWORD) && !isKnown(one.substring(0, equals)))) {
                    throw DatabaseUrl.malformed();
                }
                String value = DatabaseUrl.decode(one.substring(equals + 1), plusIsSpace);
                if (given.put(one.substring(0, equals), value) != null) {
                    throw new InvalidValueException("the parameter " + one.substring(0, equals) + " once, not twice");
                }
            }
        }
        return of(given);
    }

    /** Leaves out user and password. */
    @Override
    public String toString() {
        return forDriver.toString();
    }

    private static boolean isKnown(String name) {
        return Stream.of(
                        ALLOWED.keySet(),
                        LIBPQ_NAMES.keySet(),
                        WITHOUT_EFFECT,
                        PLACE_PARAMETERS,
                        OF_LIBPQ_ALONE,
                        DANGEROUS,
                        Set.of(USER, PASSWORD))
                .anyMatch(names -> names.contains(name));
    }

    private static UrlParameters of(Map<String, String> given) throws InvalidValueException {
        String user = given.remove(USER);
        String password = given.remove(PASSWORD);
        List<String> hosts = list(given.remove(HOST));
        List<String> ports = list(given.remove(PORT));
        given.keySet().removeAll(WITHOUT_EFFECT);
        SortedMap<String, String> forDriver = new TreeMap<>();
        for (Map.Entry<String, String> parameter : new TreeMap<>(given).entrySet()) {
            String name = LIBPQ_NAMES.getOrDefault(parameter.getKey(), parameter.getKey());
            Pattern expected = ALLOWED.get(name);
            if (expected == null) {
                throw refused(parameter.getKey());
            }
            Map<String, String> libpqValues = LIBPQ_VALUES.getOrDefault(name, new TreeMap<>());
            String value = libpqValues.getOrDefault(parameter.getValue(), parameter.getValue());
            if (!expected.matcher(value).matches()) {
                boolean isOfLibpq = !name.equals(parameter.getKey()) && !libpqValues.isEmpty();
                throw new InvalidValueException("another value of the parameter " + parameter.getKey() + " ("
                        + (isOfLibpq ? String.join(", ", libpqValues.keySet()) : inWords(expected)) + ")");
            }
            forDriver.put(name, value);
        }
        return new UrlParameters(
                user == null || user.isEmpty() ? null : user,
                password == null || password.isEmpty() ? null : password,
                hosts.stream().map(UrlParameters::withBrackets).toList(),
                ports,
                forDriver);
    }

    /** Splits a text at commas. An empty text has no parts. */
    static List<String> list(@Nullable String text) {
        return text == null || text.isEmpty() ? List.of() : List.of(text.split(",", -1));
    }

    /** An IPv6 address in a parameter needs no brackets. */
    private static String withBrackets(String host) {
        boolean isAddress = host.indexOf(':') != host.lastIndexOf(':') && !host.startsWith("[");
        return isAddress ? "[" + host + "]" : host;
    }

    private static String inWords(Pattern expected) {
        if (expected.equals(SECONDS)) {
            return "a number of seconds";
        }
        return expected.equals(FILE) ? "a file" : expected.pattern().replace("|", ", ");
    }

    private static InvalidValueException refused(String name) {
        if (DANGEROUS.contains(name)) {
            return new InvalidValueException("a URL without the parameter " + name
                    + ", which can load classes, run commands on the server or reach files");
        }
        if (name.equals(HOST_ADDRESS)) {
            return new InvalidValueException("a URL without the parameter " + name + "; write the address as the host");
        }
        if (name.equals(SOCKET_FILE)) {
            return new InvalidValueException("a URL without the parameter " + name + "; write the socket's folder as"
                    + " host=/FOLDER, and its number as port=NUMBER");
        }
        if (OF_LIBPQ_ALONE.contains(name)) {
            return new InvalidValueException("a URL without the parameter " + name
                    + ": only libpq has it, and the JDBC driver has no equivalent; leave it out");
        }
        SortedSet<String> known = new TreeSet<>(ALLOWED.keySet());
        return new InvalidValueException("a URL without the parameter " + name
                + DidYouMean.hint(name, List.copyOf(known)) + "; allowed are " + String.join(", ", known));
    }
}
