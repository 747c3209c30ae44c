package io.getindico.metrics.exporter.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.getindico.metrics.exporter.settings.Converters;
import io.getindico.metrics.exporter.settings.InvalidValueException;
import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.SecretFile;
import io.getindico.metrics.exporter.settings.Settings;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The optional token that guards the metrics and the page. A browser sends it as the password of a basic login, with any
 * name. A token file is read again at most once a second.
 */
public final class BearerToken {
    private static final Logger LOG = LoggerFactory.getLogger(BearerToken.class);
    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";
    private static final long RELOAD_NANOS = 1_000_000_000L;

    private final @Nullable Path file;
    private @Nullable String token;
    private long readAt = System.nanoTime();
    private boolean isUnreadable;

    private BearerToken(@Nullable Path file, @Nullable String token) {
        this.file = file;
        this.token = token;
    }

    public static BearerToken of(Settings settings) {
        Path file = settings.options().tokenFile;
        if (file == null) {
            return new BearerToken(null, settings.options().token);
        }
        String token = SecretFile.read(settings, Options.TOKEN_FILE, file);
        try {
            Converters.Token.check(token);
        } catch (InvalidValueException e) {
            throw SecretFile.refused(settings, Options.TOKEN_FILE, file, "a file with " + e.expectation());
        }
        return new BearerToken(file, token);
    }

    public boolean isSet() {
        return token() != null;
    }

    /** {@return the number of characters; 0 if there is no token} */
    public int length() {
        String expected = token();
        return expected == null ? 0 : expected.length();
    }

    /** Takes the same time wherever the first difference is and however long the token is. */
    boolean accepts(@Nullable String authorization) {
        String expected = token();
        if (expected == null) {
            return true;
        }
        String shown = shown(authorization == null ? "" : authorization);
        // No token is empty.
        return MessageDigest.isEqual(digest(expected), digest(shown));
    }

    /** The token in a header; empty if there is none. */
    private static String shown(String header) {
        String lower = header.toLowerCase(Locale.ROOT);
        if (lower.startsWith(BEARER)) {
            return header.substring(BEARER.length()).strip();
        }
        return lower.startsWith(BASIC)
                ? password(header.substring(BASIC.length()).strip())
                : "";
    }

    private static String password(String credentials) {
        try {
            String login = new String(Base64.getDecoder().decode(credentials), UTF_8);
            return login.substring(login.indexOf(':') + 1);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private synchronized @Nullable String token() {
        if (file != null && System.nanoTime() - readAt > RELOAD_NANOS) {
            readAt = System.nanoTime();
            try {
                token = Converters.Token.check(new SecretFile(file).read());
                isUnreadable = false;
            } catch (InvalidValueException e) {
                if (!isUnreadable) {
                    LOG.warn("token-file {}: expected {}; the token read before stays in force", file, e.expectation());
                }
                isUnreadable = true;
            }
        }
        return token;
    }
}
