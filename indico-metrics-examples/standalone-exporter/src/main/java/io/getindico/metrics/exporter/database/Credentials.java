package io.getindico.metrics.exporter.database;

import io.getindico.metrics.exporter.settings.DatabaseUrl;
import io.getindico.metrics.exporter.settings.InvalidValueException;
import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.SecretFile;
import io.getindico.metrics.exporter.settings.Settings;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The login. The user and password settings take precedence over the URL. A password file is read for each new
 * connection, so a changed password needs no restart.
 */
public record Credentials(
        @Nullable String user,
        @Nullable String password,
        @Nullable Path passwordFile) {
    /**
     * This SQLSTATE is not in class 28. The engine treats that class as a refused login, and retries rarely so that the
     * account is not locked.
     */
    private static final String UNABLE_TO_CONNECT = "08001";

    public static Credentials of(Settings settings) {
        DatabaseUrl url = settings.databaseUrl();
        String user = settings.options().databaseUser;
        String password = settings.options().databasePassword;
        Path file = settings.options().databasePasswordFile;
        if (file != null) {
            SecretFile.read(settings, Options.DATABASE_PASSWORD_FILE, file);
        }
        return new Credentials(user != null ? user : url.user(), password != null ? password : url.password(), file);
    }

    public @Nullable String currentPassword() throws SQLException {
        if (passwordFile == null) {
            return password;
        }
        try {
            return new SecretFile(passwordFile).read();
        } catch (InvalidValueException e) {
            throw new SQLException(
                    "database.password-file " + passwordFile + ": expected " + e.expectation(), UNABLE_TO_CONNECT);
        }
    }

    @Override
    public String toString() {
        return "login of " + user;
    }
}
