package io.getindico.metrics.exporter.database;

import io.getindico.metrics.exporter.settings.DatabaseUrl;
import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.Setting;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.exporter.settings.UnreadablePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The files that a database URL names for TLS. If one cannot be read, the driver may blame the server instead. */
public final class TlsFiles {
    private static final List<String> PARAMETERS = List.of("sslrootcert", "sslcert", "sslkey");

    /** Not a file: the certificates that Java trusts. */
    private static final String SYSTEM = "system";

    private TlsFiles() {}

    /** Fails the start if a file cannot be read. */
    public static void check(Settings settings) {
        flaw(settings.databaseUrl()).ifPresent(flaw -> {
            throw settings.refused(Options.DATABASE_URL, flaw + "; correct it");
        });
    }

    /** Describes the first file that cannot be read. Empty if all can be read. */
    static Optional<String> flaw(DatabaseUrl url) {
        return PARAMETERS.stream()
                .flatMap(parameter -> flaw(parameter, url.parameters().get(parameter)).stream())
                .findFirst();
    }

    private static Optional<String> flaw(String parameter, @Nullable String file) {
        if (file == null || file.equals(SYSTEM)) {
            return Optional.empty();
        }
        return whyUnreadable(file)
                .map(why -> "its parameter " + parameter + " is " + Setting.quoted(file)
                        + ", expected a file that can be read, but " + why);
    }

    private static Optional<String> whyUnreadable(String file) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            var unused = in.read();
            return Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.of("it is no path");
        } catch (IOException e) {
            return Optional.of(UnreadablePath.reason(Path.of(file), e));
        }
    }
}
