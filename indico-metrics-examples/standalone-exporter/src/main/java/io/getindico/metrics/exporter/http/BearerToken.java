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
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The optional token that guards the metrics. A token file is read again at most once a second. */
public final class BearerToken {
    private static final Logger LOG = LoggerFactory.getLogger(BearerToken.class);
    private static final String SCHEME = "bearer ";
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

    /** Takes the same time wherever the first difference is and however long the token is. */
    boolean accepts(@Nullable String authorization) {
        String expected = token();
        if (expected == null) {
            return true;
        }
        String header = authorization == null ? "" : authorization;
        boolean isBearer = header.toLowerCase(Locale.ROOT).startsWith(SCHEME);
        String shown = isBearer ? header.substring(SCHEME.length()).strip() : "";
        return MessageDigest.isEqual(digest(expected), digest(shown)) && isBearer;
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
