package io.getindico.metrics.exporter.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.exporter.settings.SecretFile;
import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.exporter.settings.WebConfig;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code web.config.file} says now. The file and its certificates are read again when they change. */
public final class LiveWebConfig {
    public static final MetricFamily EXPIRY = MetricFamily.gauge(
                    "indico_exporter_web_certificate_expiry_timestamp_seconds")
            .unit("seconds")
            .help("When the first certificate of the chain that the exporter serves expires.")
            .build();

    private static final Logger LOG = LoggerFactory.getLogger(LiveWebConfig.class);
    private static final Duration EARLY = Duration.ofDays(30);
    private static final Duration BETWEEN_WARNINGS = Duration.ofDays(1);
    private static final String BASIC = "basic ";
    private static final ByteBuffer UNREADABLE = ByteBuffer.allocate(0);

    private final Clock clock;

    /** Null without a file, because cryptography takes memory. */
    private final @Nullable PasswordLogins logins;

    private final SslContextFactory.@Nullable Server sslContextFactory;
    private volatile @Nullable State state;
    private Instant warned = Instant.MIN;
    private String flaw = "";
    private boolean isFlawReported;

    /**
     * @param files what was read, by path
     */
    private record State(WebConfig config, @Nullable ServerTls tls, Map<Path, ByteBuffer> files) {}

    private LiveWebConfig(@Nullable WebConfig config, Clock clock) {
        this.clock = clock;
        this.logins = config == null ? null : new PasswordLogins(System::nanoTime);
        this.state = config == null ? null : read(config.file(), () -> config);
        ServerTls tls = tls();
        this.sslContextFactory = tls == null ? null : new SslContextFactory.Server();
        if (tls != null && sslContextFactory != null) {
            tls.applyTo(sslContextFactory);
        }
    }

    /**
     * Reads the file that the settings name, if they name one.
     *
     * @throws SettingException if the file or one of its certificates is wrong
     */
    public static LiveWebConfig of(Settings settings) {
        return of(settings, Clock.systemUTC());
    }

    static LiveWebConfig of(Settings settings, Clock clock) {
        return new LiveWebConfig(WebConfig.of(settings), clock);
    }

    /**
     * Checks the file that the settings name, if they name one.
     *
     * @throws SettingException if the file or one of its certificates is wrong
     */
    public static void check(Settings settings) {
        WebConfig config = WebConfig.of(settings);
        if (config != null) {
            var unused = read(config.file(), () -> config);
        }
    }

    /** Remembers the content of each file before it parses it, so that no later change is missed. */
    private static State read(Path file, Supplier<WebConfig> parser) {
        Map<Path, ByteBuffer> files = new HashMap<>();
        files.put(file, bytes(file));
        WebConfig config = parser.get();
        WebConfig.Tls tls = config.tls();
        if (tls != null) {
            Stream.of(tls.certificateFile(), tls.keyFile()).forEach(path -> files.put(path, bytes(path)));
            if (tls.clientAuthorityFile() != null) {
                files.put(tls.clientAuthorityFile(), bytes(tls.clientAuthorityFile()));
            }
        }
        return new State(config, tls == null ? null : ServerTls.of(config, tls), files);
    }

    private static ByteBuffer bytes(Path path) {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(path));
        } catch (IOException e) {
            return UNREADABLE;
        }
    }

    private @Nullable ServerTls tls() {
        State current = state;
        return current == null ? null : current.tls();
    }

    /** {@return what Jetty needs for TLS; null to serve plain HTTP} */
    public SslContextFactory.@Nullable Server sslContextFactory() {
        return sslContextFactory;
    }

    /** {@return the certificate in use; null without TLS} */
    public @Nullable X509Certificate certificate() {
        ServerTls tls = tls();
        return tls == null ? null : tls.certificate();
    }

    public SortedMap<String, String> headers() {
        State current = state;
        return current == null ? new TreeMap<>() : current.config().headers();
    }

    /** Whether a request needs the login of a user, unless it has the token. */
    public boolean hasUsers() {
        return !users().isEmpty();
    }

    /** Whether TLS refuses a client without a certificate. */
    public boolean requiresCertificates() {
        ServerTls tls = tls();
        return tls != null && tls.config().clientAuthentication() == WebConfig.ClientAuthentication.REQUIRED;
    }

    /** {@return how many threads the check of logins may hold} */
    public int loginThreads() {
        return state == null ? 0 : PasswordLogins.MAX_WAITING;
    }

    private SortedMap<String, String> users() {
        State current = state;
        return current == null ? new TreeMap<>() : current.config().users();
    }

    /** Checks the name and the password in a header. */
    public Admission admit(String authorization) {
        SortedMap<String, String> users = users();
        if (logins == null
                || users.isEmpty()
                || !authorization.toLowerCase(Locale.ROOT).startsWith(BASIC)) {
            return Admission.NO;
        }
        byte[] login;
        try {
            login = Base64.getDecoder()
                    .decode(authorization.substring(BASIC.length()).strip());
        } catch (IllegalArgumentException e) {
            return Admission.NO;
        }
        int colon = 0;
        while (colon < login.length && login[colon] != ':') {
            colon++;
        }
        if (colon == login.length) {
            return Admission.NO;
        }
        byte[] password = new byte[login.length - colon - 1];
        System.arraycopy(login, colon + 1, password, 0, password.length);
        return logins.check(users, new String(login, 0, colon, UTF_8), password);
    }

    /** Adds the metric of the certificate's end, if there is TLS. */
    public void register(PrometheusRegistry registry) {
        if (sslContextFactory != null) {
            GaugeWithCallback.builder()
                    .name(EXPIRY.name())
                    .help(EXPIRY.help())
                    .callback(gauge -> gauge.call(expirySeconds()))
                    .register(registry);
        }
    }

    /** {@return what {@link #EXPIRY} shows; 0 without TLS} */
    public double expirySeconds() {
        ServerTls tls = tls();
        return tls == null ? 0 : tls.expiry().getEpochSecond();
    }

    /** {@return warnings about the certificate and the permissions of its key} */
    public List<String> warnings() {
        ServerTls tls = tls();
        List<String> warnings = new ArrayList<>();
        if (tls != null && new SecretFile(tls.config().keyFile()).isReadableByAll()) {
            warnings.add("tls_server_config.key_file: " + tls.config().keyFile()
                    + " can be read by every user of the machine; run chmod o-r on it");
        }
        if (tls != null && clock.instant().plus(EARLY).isAfter(tls.expiry())) {
            warnings.add("tls_server_config.cert_file: the certificate in "
                    + tls.config().certificateFile()
                    + (clock.instant().isAfter(tls.expiry()) ? " expired at " : " expires at ") + tls.expiry()
                    + "; replace the file, which the exporter reads again");
        }
        return warnings;
    }

    /** Reads the files again if one of them changed, and warns once a day of what is wrong. */
    public synchronized void refresh() {
        State current = state;
        if (current == null) {
            return;
        }
        boolean isChanged = current.files().entrySet().stream()
                .anyMatch(file -> !bytes(file.getKey()).equals(file.getValue()));
        boolean isReplaced = isChanged && replace(current);
        if (isReplaced || !warned.plus(BETWEEN_WARNINGS).isAfter(clock.instant())) {
            warn();
        }
    }

    private boolean replace(State current) {
        try {
            State next = read(current.config().file(), current.config()::readAgain);
            ServerTls tls = next.tls();
            if ((tls == null) != (sslContextFactory == null)) {
                throw new SettingException(current.config() + ": tls_server_config: expected "
                        + (tls == null ? "TLS" : "none") + ", as at the start; restart the exporter to change it");
            }
            if (tls != null && sslContextFactory != null) {
                sslContextFactory.reload(factory -> tls.applyTo((SslContextFactory.Server) factory));
            }
            state = next;
            flaw = "";
            LOG.info("{} and its certificates are read again", current.config());
            return true;
        } catch (SettingException e) {
            keep(e.line());
        } catch (Exception e) {
            keep(current.config() + ": " + e);
        }
        return false;
    }

    /** Reports a flaw that two attempts find, since another program writes the files one after the other. */
    private void keep(String newFlaw) {
        boolean isKnown = flaw.equals(newFlaw);
        if (isKnown && !isFlawReported) {
            LOG.warn("{}; what was read before stays in force", newFlaw);
        }
        isFlawReported = isKnown;
        flaw = newFlaw;
    }

    /** Logs the warnings. */
    public synchronized void warn() {
        warned = clock.instant();
        warnings().forEach(LOG::warn);
    }
}
