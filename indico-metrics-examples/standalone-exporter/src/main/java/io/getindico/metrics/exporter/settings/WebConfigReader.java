package io.getindico.metrics.exporter.settings;

import io.getindico.metrics.exporter.settings.WebConfig.ClientAuthentication;
import io.getindico.metrics.exporter.settings.WebConfig.Tls;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Reads a {@link WebConfig}. Each error names the file, the line, the key, and what is expected there. */
final class WebConfigReader {
    private static final String TLS = "tls_server_config.";
    private static final String CERTIFICATE = TLS + "cert_file";
    private static final String KEY = TLS + "key_file";
    private static final String AUTHORITY = TLS + "client_ca_file";
    private static final String CLIENT_AUTHENTICATION = TLS + "client_auth_type";
    private static final String ALLOWED_NAMES = TLS + "client_allowed_sans";
    private static final String LEAST_VERSION = TLS + "min_version";
    private static final String GREATEST_VERSION = TLS + "max_version";
    private static final String CIPHERS = TLS + "cipher_suites";
    private static final String CURVES = TLS + "curve_preferences";
    private static final String SERVER_ORDER = TLS + "prefer_server_cipher_suites";
    private static final String HTTP2 = "http_server_config.http2";
    private static final String HEADERS = "http_server_config.headers.";
    private static final String USERS = "basic_auth_users.";

    private static final List<String> KEYS = List.of(
            CERTIFICATE,
            KEY,
            AUTHORITY,
            CLIENT_AUTHENTICATION,
            ALLOWED_NAMES,
            LEAST_VERSION,
            GREATEST_VERSION,
            CIPHERS,
            CURVES,
            SERVER_ORDER,
            HTTP2);

    /** Those that exporter-toolkit accepts too. */
    private static final List<String> HEADER_NAMES = List.of(
            "Content-Security-Policy",
            "Strict-Transport-Security",
            "X-Content-Type-Options",
            "X-Frame-Options",
            "X-XSS-Protection");

    private static final Set<String> INLINE = Set.of(TLS + "cert", TLS + "key", TLS + "client_ca");
    private static final Map<String, String> VERSIONS = new TreeMap<>(Map.of("TLS12", "TLSv1.2", "TLS13", "TLSv1.3"));
    private static final Map<String, ClientAuthentication> CLIENT_AUTHENTICATIONS = Map.of(
            "NoClientCert", ClientAuthentication.NONE,
            "VerifyClientCertIfGiven", ClientAuthentication.IF_GIVEN,
            "RequireAndVerifyClientCert", ClientAuthentication.REQUIRED);

    /** The cost is at most 14: a hash of that cost already takes more than a second. */
    private static final Pattern HASH = Pattern.compile("\\$2[aby]\\$(?:0[4-9]|1[0-4])\\$[./A-Za-z0-9]{53}");

    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9._-]+");
    private static final String OR_LEAVE_OUT = "; correct it, or leave it out";

    private final Path file;
    private final Map<String, YamlFile.Entry> entries;

    private WebConfigReader(Path file, Map<String, YamlFile.Entry> entries) {
        this.file = file;
        this.entries = entries;
    }

    static WebConfig read(Path file, String spelling) {
        Map<String, YamlFile.Entry> entries =
                YamlFile.read(file, spelling, WebConfigReader::isKnown, "'cert_file: certificate.pem'");
        return new WebConfigReader(file, entries).read();
    }

    private static boolean isKnown(String name) {
        return KEYS.contains(name) || name.startsWith(HEADERS) || name.startsWith(USERS);
    }

    private WebConfig read() {
        entries.keySet().stream().filter(name -> !isKnown(name)).findFirst().ifPresent(this::refuseUnknown);
        oneOf(HTTP2, Map.of("true", true, "false", false), true);
        return new WebConfig(file, tls(), headers(), users());
    }

    private void refuseUnknown(String name) {
        if (INLINE.contains(name)) {
            throw refused(
                    name,
                    "expected " + name + "_file: the exporter reads certificates and keys from files of their own");
        }
        boolean isSection =
                Stream.concat(KEYS.stream(), Stream.of(HEADERS, USERS)).anyMatch(key -> key.startsWith(name + "."));
        if (isSection && text(name).isEmpty()) {
            return;
        }
        if (isSection) {
            throw refused(name, "expected keys below it, such as " + sample(name));
        }
        // What does not look like a name may be a misplaced secret.
        throw PLAIN_NAME.matcher(name).matches()
                ? refused(name, "no such key" + DidYouMean.hint(name, KEYS) + "; correct it, or leave it out")
                : new SettingException(place(name) + "expected a key such as " + CERTIFICATE);
    }

    private static String sample(String section) {
        return Stream.concat(KEYS.stream(), Stream.of(USERS + "NAME"))
                .filter(key -> key.startsWith(section + "."))
                .findFirst()
                .orElse(HEADERS + HEADER_NAMES.get(0));
    }

    private @Nullable Tls tls() {
        if (KEYS.stream().noneMatch(key -> key.startsWith(TLS) && !text(key).isEmpty())) {
            return null;
        }
        if (!text(CURVES).isEmpty()) {
            throw refused(
                    CURVES,
                    "expected nothing: Java chooses the curves; leave it out, or set INDICO_METRICS_JAVA_OPTS to"
                            + " -Djdk.tls.namedGroups=x25519,secp256r1");
        }
        ClientAuthentication authentication =
                oneOf(CLIENT_AUTHENTICATION, CLIENT_AUTHENTICATIONS, ClientAuthentication.NONE);
        Path authority = text(AUTHORITY).isEmpty() ? null : path(AUTHORITY);
        if (authority != null && authentication == ClientAuthentication.NONE) {
            throw refused(
                    AUTHORITY,
                    "expected none without " + CLIENT_AUTHENTICATION
                            + "; set that to RequireAndVerifyClientCert, or leave this out");
        }
        if (authority == null && authentication != ClientAuthentication.NONE) {
            throw refused(CLIENT_AUTHENTICATION, "expected " + AUTHORITY + " with it; add the file, or leave this out");
        }
        List<String> names = list(ALLOWED_NAMES);
        if (authority == null && !names.isEmpty()) {
            throw refused(
                    ALLOWED_NAMES,
                    "expected " + AUTHORITY + " and " + CLIENT_AUTHENTICATION
                            + " with it; add them, or leave this out");
        }
        return new Tls(
                path(CERTIFICATE),
                path(KEY),
                authority,
                authentication,
                names,
                protocols(),
                cipherSuites(),
                oneOf(SERVER_ORDER, Map.of("true", true, "false", false), true));
    }

    private Path path(String name) {
        if (text(name).isEmpty()) {
            throw new SettingException(file + ": " + name + ": is missing, expected a PEM file; add it");
        }
        try {
            return file.resolveSibling(text(name));
        } catch (InvalidPathException e) {
            throw refusedValue(name, "a path");
        }
    }

    private List<String> protocols() {
        String least = oneOf(LEAST_VERSION, VERSIONS, "TLSv1.2");
        String greatest = oneOf(GREATEST_VERSION, VERSIONS, "TLSv1.3");
        if (least.compareTo(greatest) > 0) {
            throw refused(
                    GREATEST_VERSION,
                    "expected at least min_version, " + text(LEAST_VERSION) + "; correct one of the two");
        }
        return VERSIONS.values().stream()
                .filter(version -> version.compareTo(least) >= 0 && version.compareTo(greatest) <= 0)
                .toList();
    }

    private List<String> cipherSuites() {
        List<String> chosen = list(CIPHERS);
        List<String> supported = supportedCipherSuites();
        chosen.stream().filter(suite -> !supported.contains(suite)).findFirst().ifPresent(suite -> {
            throw refused(
                    CIPHERS,
                    "got " + Setting.quoted(suite) + ", expected names that this Java supports, such as "
                            + "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" + DidYouMean.hint(suite, supported)
                            + OR_LEAVE_OUT);
        });
        return chosen;
    }

    private static List<String> supportedCipherSuites() {
        try {
            return Arrays.asList(
                    SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    private SortedMap<String, String> headers() {
        SortedMap<String, String> headers = below(HEADERS);
        headers.keySet().stream()
                .filter(name -> !HEADER_NAMES.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw refused(
                            HEADERS + Setting.quoted(name).replace("\"", ""),
                            entries.get(HEADERS + name),
                            "expected one of " + String.join(", ", HEADER_NAMES) + DidYouMean.hint(name, HEADER_NAMES)
                                    + OR_LEAVE_OUT);
                });
        headers.forEach((name, value) -> {
            if (!value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
                throw refusedValue(HEADERS + name, "visible ASCII characters and blanks");
            }
        });
        return headers;
    }

    private SortedMap<String, String> users() {
        SortedMap<String, String> users = below(USERS);
        users.forEach((name, hash) -> {
            if (name.isEmpty() || name.contains(":")) {
                throw refused(USERS + name, "expected the name of a user without a colon; correct it");
            }
            if (!HASH.matcher(hash).matches()) {
                throw refused(
                        USERS + name,
                        "got ***, expected a bcrypt hash with a cost from 4 to 14; make one by htpasswd -nBC 10 "
                                + Setting.quoted(name).replace("\"", ""));
            }
        });
        return users;
    }

    private SortedMap<String, String> below(String prefix) {
        SortedMap<String, String> values = new TreeMap<>();
        entries.forEach((name, entry) -> {
            if (name.startsWith(prefix)) {
                values.put(name.substring(prefix.length()), entry.text().strip());
            }
        });
        return Collections.unmodifiableSortedMap(values);
    }

    private String text(String name) {
        YamlFile.Entry entry = entries.get(name);
        return entry == null ? "" : entry.text().strip();
    }

    /** The reader of YAML joins the elements of a list by commas. */
    private List<String> list(String name) {
        return Arrays.stream(text(name).split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    private <T> T oneOf(String name, Map<String, T> values, T otherwise) {
        String text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        T value = values.get(text);
        if (value == null) {
            throw refusedValue(
                    name, String.join(" or ", values.keySet().stream().sorted().toList()));
        }
        return value;
    }

    private SettingException refusedValue(String name, String expectation) {
        return refused(name, "got " + Setting.quoted(text(name)) + ", expected " + expectation + OR_LEAVE_OUT);
    }

    private SettingException refused(String name, String why) {
        return refused(name, entries.get(name), why);
    }

    private SettingException refused(String shownName, YamlFile.@Nullable Entry entry, String why) {
        return new SettingException(
                file + (entry == null ? "" : ", line " + entry.line()) + ": " + shownName + ": " + why);
    }

    private String place(String name) {
        YamlFile.Entry entry = entries.get(name);
        return file + (entry == null ? "" : ", line " + entry.line()) + ": ";
    }
}
