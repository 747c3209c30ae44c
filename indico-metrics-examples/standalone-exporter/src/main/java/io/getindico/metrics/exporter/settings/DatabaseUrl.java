package io.getindico.metrics.exporter.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The location of the database, read from a JDBC URL or from the form in {@code indico.conf}. Error messages never
 * repeat part of the URL: an apparent host may be half of a password that contains a slash.
 *
 * @param hosts at least one
 * @param parameters as pgjdbc names them, checked against {@link UrlParameters}
 */
public record DatabaseUrl(
        List<Host> hosts,
        String database,
        @Nullable String user,
        @Nullable String password,
        SortedMap<String, String> parameters) {
    static final String EXAMPLES =
            "postgresql://USER@HOST/DATABASE, jdbc:postgresql://HOST/DATABASE or, for a Unix socket,"
                    + " postgresql:///DATABASE";

    private static final String SPECIAL_CHARACTERS =
            " (HOST may be HOST:PORT, [IPv6]:PORT, several of them joined by commas, or the folder of a Unix socket as"
                    + " %2FFOLDER; special characters in user and password as %XX)";
    /** Where the packages of Debian and Red Hat put sockets, and where their libpq looks for them. */
    private static final String DEFAULT_SOCKET_FOLDER = "/run/postgresql";

    private static final Pattern JDBC = Pattern.compile("(?i)jdbc:postgresql://(.*)");
    private static final Pattern LIBPQ = Pattern.compile("(?i)postgres(?:ql)?(?:\\+\\w+)?://(.*)");
    private static final String KEYWORDS_OF_LIBPQ = "a URL: keywords (host=… dbname=…) are libpq's other form; write"
            + " postgresql://USER@HOST:PORT/DATABASE, other keywords as ?NAME=VALUE behind it, and give the password by"
            + " database.password-file";
    private static final Pattern KEYWORDS = Pattern.compile("\\s*[a-z_]{2,40}\\s*=.*", Pattern.DOTALL);
    private static final Pattern SCHEME = Pattern.compile("(?i)(jdbc:)?[a-z][a-z0-9+.-]{0,40}://");
    private static final Pattern PARTS = Pattern.compile("(?:([^/?#]*)@)?([^/?#@]*)/([^/?#@]*)(?:\\?([^#@]*))?");
    private static final Pattern HOST =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]*|%2[Ff][^:]*)(?::(\\d{1,5}))?");
    private static final Pattern PORT = Pattern.compile("\\d{1,5}");
    private static final int DEFAULT_PORT = 5432;
    private static final int LAST_PORT = 65_535;

    /** One server. An IPv6 address keeps its brackets. For a Unix socket, the name is the folder. */
    public record Host(String name, int port) {
        boolean isSocket() {
            return name.startsWith("/");
        }

        boolean isLocal() {
            return isSocket()
                    || LocalHosts.isLoopback(name.startsWith("[") ? name.substring(1, name.length() - 1) : name);
        }

        /** The address, or the socket's file. */
        @Override
        public String toString() {
            return isSocket() ? name + "/.s.PGSQL." + port : name + ":" + port;
        }
    }

    public static DatabaseUrl parse(String text) throws InvalidValueException {
        Matcher jdbc = JDBC.matcher(text);
        if (jdbc.matches()) {
            return parse(jdbc.group(1), true);
        }
        Matcher libpq = LIBPQ.matcher(text);
        if (libpq.matches()) {
            return parse(libpq.group(1), false);
        }
        throw KEYWORDS.matcher(text).matches() ? new InvalidValueException(KEYWORDS_OF_LIBPQ) : malformed();
    }

    private static DatabaseUrl parse(String afterScheme, boolean isJdbc) throws InvalidValueException {
        Matcher parts = PARTS.matcher(afterScheme);
        if (!parts.matches() || parts.group(3).isEmpty()) {
            throw malformed();
        }
        UrlParameters parameters = UrlParameters.parse(parts.group(4), isJdbc);
        String userInfo = parts.group(1) == null ? "" : parts.group(1);
        int colon = userInfo.indexOf(':');
        String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
        String password = colon < 0 ? "" : userInfo.substring(colon + 1);
        return new DatabaseUrl(
                hosts(parts.group(2), parameters, isJdbc),
                decode(parts.group(3), false),
                user.isEmpty() ? parameters.user() : decode(user, false),
                password.isEmpty() ? parameters.password() : decode(password, false),
                parameters.forDriver());
    }

    /** Hosts stand before the database or, as in libpq, in a parameter. */
    private static List<Host> hosts(String beforeDatabase, UrlParameters parameters, boolean isJdbc)
            throws InvalidValueException {
        if (!parameters.hosts().isEmpty() && !beforeDatabase.isEmpty()) {
            throw new InvalidValueException("the host once, before the database or as the parameter host");
        }
        List<String> names = parameters.hosts().isEmpty() ? UrlParameters.list(beforeDatabase) : parameters.hosts();
        if (names.isEmpty()) {
            names = List.of("");
        }
        List<String> ports = parameters.ports();
        if (ports.size() > 1 && ports.size() != names.size()) {
            throw new InvalidValueException("one port, or as many as hosts");
        }
        List<Host> hosts = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String port = ports.isEmpty() ? "" : ports.get(ports.size() == 1 ? 0 : i);
            hosts.add(host(names.get(i), port, isJdbc ? "localhost" : DEFAULT_SOCKET_FOLDER));
        }
        if (hosts.size() > 1 && hosts.stream().anyMatch(Host::isSocket)) {
            throw new InvalidValueException("one host, if it is the folder of a Unix socket");
        }
        return List.copyOf(hosts);
    }

    private static Host host(String text, String portOfParameters, String unnamed) throws InvalidValueException {
        if (text.startsWith("/")) {
            return new Host(text, port(portOfParameters));
        }
        Matcher host = HOST.matcher(text);
        if (!host.matches()) {
            throw malformed();
        }
        String port = host.group(2);
        if (port != null && !portOfParameters.isEmpty()) {
            throw new InvalidValueException("the port once, behind the host or as the parameter port");
        }
        String name = host.group(1).isEmpty() ? unnamed : decode(host.group(1), false);
        return new Host(name, port(port == null ? portOfParameters : port));
    }

    private static int port(String text) throws InvalidValueException {
        int port = text.isEmpty() ? DEFAULT_PORT : PORT.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (port < 1 || port > LAST_PORT) {
            throw new InvalidValueException("a port from 1 to " + LAST_PORT);
        }
        return port;
    }

    static InvalidValueException malformed() {
        return new InvalidValueException(EXAMPLES + SPECIAL_CHARACTERS);
    }

    /**
     * Decodes percent-encoding. Refuses text that is not UTF-8 or not hexadecimal, and control characters: a zero byte
     * would end the value in the message to the server, and the server would read the rest as further parameters.
     */
    static String decode(String text, boolean plusIsSpace) throws InvalidValueException {
        String decoded;
        try {
            decoded = URLDecoder.decode(plusIsSpace ? text : text.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
        if (decoded.chars().anyMatch(Character::isISOControl)) {
            throw malformed();
        }
        return decoded;
    }

    /** Returns the part of an intended URL that may be shown. */
    static String masked(String text) {
        Matcher scheme = SCHEME.matcher(text);
        return scheme.lookingAt() ? '"' + scheme.group() + "***\"" : "***";
    }

    boolean isLocal() {
        return hosts.stream().allMatch(Host::isLocal);
    }

    /** The file of the Unix socket, or null if the server listens on a network. */
    public @Nullable String socket() {
        return hosts.get(0).isSocket() ? hosts.get(0).toString() : null;
    }

    /** Whether the exporter, not the operator, chose the TLS mode. */
    public boolean isSslModeByDefault() {
        return !isLocal() && !parameters.containsKey("sslmode") && !parameters.containsKey("ssl");
    }

    /** The URL for pgjdbc, without credentials and parameters. For a Unix socket, its host and port have no effect. */
    public String jdbcUrl() {
        String places = socket() == null
                ? hosts.stream().map(Host::toString).collect(Collectors.joining(","))
                : "localhost:" + hosts.get(0).port();
        return "jdbc:postgresql://" + places + "/" + encoded(database);
    }

    /**
     * Parameters for the driver. The default TLS mode keeps others from reading passwords and data in transit. On a Unix
     * socket there is no TLS, and the parameter has no effect, as in libpq.
     */
    public SortedMap<String, String> driverParameters() {
        SortedMap<String, String> all = new TreeMap<>(parameters);
        if (socket() != null) {
            all.remove("ssl");
            all.put("sslmode", "disable");
        } else if (isSslModeByDefault()) {
            all.put("sslmode", "verify-full");
        }
        return all;
    }

    /** The URL of the database for settings, without parameters. The user is left out for a Unix socket. */
    public String place(String user) {
        Host first = hosts.get(0);
        boolean isByDefault = first.name().equals(DEFAULT_SOCKET_FOLDER) && first.port() == DEFAULT_PORT;
        String server = !first.isSocket()
                ? user + "@" + hosts.stream().map(Host::toString).collect(Collectors.joining(","))
                : isByDefault ? "" : encoded(first.name()) + ":" + first.port();
        return "postgresql://" + (server + "/" + encoded(database)).replace("+", "%20");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    /** Returns the URL for people, without credentials. */
    @Override
    public String toString() {
        String query = parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                .collect(Collectors.joining("&"));
        return (socket() == null ? jdbcUrl() : place("")) + (query.isEmpty() ? "" : "?" + query);
    }
}
