package io.getindico.metrics.exporter.database;

import io.getindico.metrics.exporter.settings.DatabaseUrl;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLException;

/**
 * Says why no session could be opened, and what to do. The driver often names a symptom, such as a certificate path
 * that could not be built. With several hosts, it reports only the last one. Its messages are in the machine's
 * language, so this class compares them with the driver's own translations.
 */
final class LoginFailure {
    private static final String LOGIN_REFUSED = "28000";
    private static final String WRONG_PASSWORD = "28P01";
    private static final String NO_PRIVILEGE = "42501";
    private static final String NO_SUCH_DATABASE = "3D000";
    private static final String PROTOCOL_VIOLATION = "08P01";

    /** PgBouncer's messages, which are never translated. Its SQLSTATE is the same for every refusal. */
    private static final List<String> PGBOUNCER_REFUSES_LOGIN =
            List.of("SASL authentication failed", "password authentication failed", "no such user");

    private static final String PGBOUNCER_KNOWS_NO_DATABASE = "no such database";
    private static final String PGBOUNCER_IS_FULL = "query_wait_timeout";

    private static final List<String> PASSWORD_IS_MISSED = List.of(
            "The server requested SCRAM-based authentication, but no password was provided.",
            "The server requested password-based authentication, but no password was provided by plugin {0}");

    private static final String DEFAULT_MODE = "; sslmode=verify-full is the default for a host that is not local";
    private static final String AUTHORITIES = "sslrootcert";
    private static final String DEFAULT_AUTHORITIES = System.getProperty("user.home") + "/.postgresql/root.crt";

    /** The driver's name for its own verifier. */
    private static final String VERIFIER = "PgjdbcHostnameVerifier";

    private static final int MAX_DEPTH = 20;
    private static final String NO_GSS_ENCRYPTION = "An error occurred while setting up the GSS Encoded connection.";
    private static final String PEER = "; this process runs as the system user '" + System.getProperty("user.name")
            + "': peer authentication needs a role of the same name, or a map in pg_ident.conf";
    private static final String CHECK_PORT = "; check the port";

    private final DatabaseUrl url;
    private final Credentials credentials;
    private final @Nullable String password;

    /**
     * Prepares to explain one failed login.
     *
     * @param password the password that the login used
     */
    LoginFailure(DatabaseUrl url, Credentials credentials, @Nullable String password) {
        this.url = url;
        this.credentials = credentials;
        this.password = password;
    }

    /** Does not keep the original as the cause, since its message would be reported instead. */
    SQLException explain(SQLException thrown) {
        String text = isOfServer(thrown) ? saidByServer(thrown) : saidByDriver(thrown);
        return new SQLException(withoutPassword(text), state(thrown));
    }

    private static boolean isOfServer(SQLException thrown) {
        return thrown instanceof PSQLException ofDriver && ofDriver.getServerErrorMessage() != null;
    }

    private static @Nullable String state(SQLException thrown) {
        if (says(thrown, "GSS Authentication failed") || isPasswordMissed(thrown)) {
            return LOGIN_REFUSED;
        }
        String state = thrown.getSQLState();
        if (PROTOCOL_VIOLATION.equals(state) && isOfServer(thrown)) {
            String message = firstLine(thrown);
            if (PGBOUNCER_REFUSES_LOGIN.stream().anyMatch(message::contains)) {
                return WRONG_PASSWORD;
            }
            return message.contains(PGBOUNCER_KNOWS_NO_DATABASE) ? NO_SUCH_DATABASE : state;
        }
        return state;
    }

    private String saidByServer(SQLException thrown) {
        String state = String.valueOf(state(thrown));
        String remedy = switch (state) {
            case WRONG_PASSWORD -> checkPassword() + "; the server's log says more";
            case LOGIN_REFUSED -> url.socket() == null ? "" : PEER;
            case NO_PRIVILEGE -> "; run role.sql on it, which grants CONNECT";
            default -> "";
        };
        if (firstLine(thrown).contains(PGBOUNCER_IS_FULL)) {
            remedy = "; PgBouncer had no free server session: check whether its pool is full, and whether it reaches"
                    + " the server";
        }
        boolean isOfSystem =
                credentials.user() == null && (state.equals(WRONG_PASSWORD) || state.equals(LOGIN_REFUSED));
        return firstLine(thrown)
                + remedy
                + (isOfSystem ? "; no user is given, so the name of the system user was used: set database.user" : "");
    }

    private String checkPassword() {
        String text = "; check the password"
                + (credentials.passwordFile() == null ? "" : " in " + credentials.passwordFile());
        boolean isBlankAround = password != null
                && !password.isEmpty()
                && (isBlank(password.codePointAt(0)) || isBlank(password.codePointBefore(password.length())));
        return isBlankAround ? text + ", which begins or ends with a blank" : text;
    }

    private static boolean isBlank(int character) {
        return Character.isWhitespace(character) || Character.isSpaceChar(character);
    }

    private String saidByDriver(SQLException thrown) {
        return ofLogin(thrown)
                .or(() -> ofTls(thrown))
                .or(() -> ofNetwork(thrown))
                .orElseGet(() -> firstLine(thrown));
    }

    private Optional<String> ofLogin(SQLException thrown) {
        if (password == null && isPasswordMissed(thrown)) {
            return Optional.of("the server asks for a password; give it by database.password-file");
        }
        if (says(thrown, "GSS Authentication failed")) {
            return Optional.of("the server asks for Kerberos (gss in pg_hba.conf), which is not supported; let it ask"
                    + " for scram-sha-256");
        }
        String type = url.parameters().getOrDefault("targetServerType", "any");
        return says(thrown, "Could not find a server with specified targetServerType: {0}", type)
                ? Optional.of("none of " + places() + " is a " + type
                        + ", which database.url asks for by targetServerType or target_session_attrs; a server whose"
                        + " sessions only read counts as a standby")
                : Optional.empty();
    }

    private static boolean isPasswordMissed(SQLException thrown) {
        return PASSWORD_IS_MISSED.stream().anyMatch(text -> says(thrown, text, "null"));
    }

    private Optional<String> ofTls(SQLException thrown) {
        String byDefault = url.isSslModeByDefault() ? DEFAULT_MODE : "";
        if (says(thrown, "The server does not support SSL.")) {
            return Optional.of(places() + " does not offer TLS" + byDefault + ": turn it on there (ssl = on in"
                    + " postgresql.conf, client_tls_sslmode in pgbouncer.ini), or add sslmode=disable to database.url to"
                    + " do without encryption");
        }
        // LoginFactory has just read every file that the URL names.
        if (find(thrown, FileNotFoundException.class) != null
                && !url.parameters().containsKey(AUTHORITIES)) {
            return Optional.of("the server's certificate cannot be verified: sslrootcert is not given and there is no "
                    + DEFAULT_AUTHORITIES + byDefault
                    + ": add sslrootcert=FILE to database.url (or sslrootcert=system for the certificates that Java"
                    + " trusts), or sslmode=disable to do without encryption");
        }
        return url.hosts().stream()
                .map(DatabaseUrl.Host::name)
                .filter(host ->
                        says(thrown, "The hostname {0} could not be verified by hostnameverifier {1}.", host, VERIFIER))
                .findFirst()
                .map(host -> "the server's certificate is not for the host " + host
                        + "; write a host that it is for into database.url, or add sslmode=verify-ca to check its"
                        + " authority alone")
                .or(() -> ofCertificate(thrown));
    }

    private Optional<String> ofCertificate(SQLException thrown) {
        for (String parameter : List.of(AUTHORITIES, "sslcert")) {
            String file = url.parameters().getOrDefault(parameter, "");
            if (says(thrown, "Loading the SSL root certificate {0} into a TrustManager failed.", file)
                    || says(thrown, "Loading the SSL certificate {0} into a KeyManager failed.", file)) {
                return Optional.of("there is no certificate in " + file + ", which database.url names by " + parameter
                        + "; expected one in PEM");
            }
        }
        CertificateException untimely = find(thrown, CertificateExpiredException.class);
        if (untimely != null) {
            return Optional.of("the server's certificate has expired (" + untimely.getMessage() + "); have it renewed");
        }
        untimely = find(thrown, CertificateNotYetValidException.class);
        if (untimely != null) {
            return Optional.of("the server's certificate is not valid yet (" + untimely.getMessage()
                    + "); compare the clocks of both machines");
        }
        if (find(thrown, CertPathBuilderException.class) != null) {
            String authorities = url.parameters().getOrDefault(AUTHORITIES, DEFAULT_AUTHORITIES);
            return Optional.of("the server's certificate is not signed by an authority "
                    + (authorities.equals("system") ? "that Java trusts" : "in " + authorities)
                    + "; name the file of its authority by sslrootcert=FILE in database.url");
        }
        CertPathValidatorException invalid = find(thrown, CertPathValidatorException.class);
        return invalid == null
                ? ofHandshake(thrown)
                : Optional.of("the server's certificate is not accepted: " + invalid.getMessage());
    }

    private Optional<String> ofHandshake(SQLException thrown) {
        SSLException failed = find(thrown, SSLException.class);
        boolean isOfNetwork =
                find(thrown, SocketException.class) != null || find(thrown, SocketTimeoutException.class) != null;
        if (failed == null || isOfNetwork) {
            return Optional.empty();
        }
        boolean isDirect = "direct".equals(url.parameters().get("sslNegotiation"));
        return Optional.of("the TLS handshake with " + places() + " failed: " + failed.getMessage()
                + (isDirect
                        ? "; sslNegotiation=direct needs PostgreSQL 17 or later"
                        : "; what listens there may not be PostgreSQL" + CHECK_PORT));
    }

    private Optional<String> ofNetwork(SQLException thrown) {
        UnknownHostException host = find(thrown, UnknownHostException.class);
        if (host != null) {
            return Optional.of(cannotConnect("unknown host " + host.getMessage()
                    + "; check database.url, and that this machine can resolve the name"));
        }
        if (says(thrown, "Connection attempt timed out.") || find(thrown, SocketTimeoutException.class) != null) {
            return Optional.of(noAnswer());
        }
        SocketException failed = find(thrown, SocketException.class);
        if (failed != null) {
            String remedy = url.socket() == null
                    ? "; check host and port, and that PostgreSQL listens there"
                    : "; check that PostgreSQL runs, and compare its unix_socket_directories and port with database.url";
            return Optional.of(cannotConnect(failed.getMessage() + remedy));
        }
        if (find(thrown, EOFException.class) != null) {
            return Optional.of(places() + " closed the connection without an answer: a proxy may not reach PostgreSQL,"
                    + " or another service listens there" + CHECK_PORT);
        }
        return PROTOCOL_VIOLATION.equals(thrown.getSQLState()) && !says(thrown, NO_GSS_ENCRYPTION)
                ? Optional.of("what answers at " + places() + " does not speak PostgreSQL's protocol" + CHECK_PORT)
                : Optional.empty();
    }

    private String noAnswer() {
        String login = LoginFactory.seconds(url);
        String answer = url.parameters().getOrDefault(LoginFactory.SOCKET_TIMEOUT, login);
        // 0 means no limit.
        boolean isAnswerShorter = !answer.matches("0+") && Integer.parseInt(answer) < Integer.parseInt(login);
        return "no answer from " + places() + " within " + (isAnswerShorter ? answer : login)
                + " s; check host, port, firewall and load, or wait longer with "
                + (isAnswerShorter ? LoginFactory.SOCKET_TIMEOUT : LoginFactory.LOGIN_TIMEOUT)
                + "=SECONDS in database.url";
    }

    private String cannotConnect(String why) {
        return url.hosts().size() == 1
                ? "cannot connect to " + places() + ": " + why
                : "cannot connect to any of " + places() + "; the last one: " + why;
    }

    private String places() {
        return url.hosts().stream().map(DatabaseUrl.Host::toString).collect(Collectors.joining(", "));
    }

    private static boolean says(SQLException thrown, String text, String... arguments) {
        return GT.tr(text, (Object[]) arguments).equals(thrown.getMessage());
    }

    private static <T> @Nullable T find(Throwable thrown, Class<T> type) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < MAX_DEPTH; cause = cause.getCause(), depth++) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }

    /** Removes the password, which the server's message may repeat. */
    private String withoutPassword(String text) {
        return password == null || password.isEmpty() ? text : text.replace(password, "***");
    }

    private static String firstLine(SQLException thrown) {
        return String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
    }
}
