package io.getindico.metrics.exporter.commands;

import static io.getindico.metrics.jooq.indico.tables.Settings.SETTINGS;

import io.getindico.metrics.exporter.database.Credentials;
import io.getindico.metrics.exporter.database.DatabasePool;
import io.getindico.metrics.exporter.settings.Settings;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import org.jooq.JSONB;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * The settings of Indico's Prometheus plugin, from its rows in {@code indico.settings}. Behind a proxy the exporter sees
 * only loopback addresses, so a token must guard the metrics there. No existing token is shown.
 */
final class PluginSettings {
    private static final String MODULE = "plugin_prometheus";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final int TOKEN_LENGTH = 16;
    private static final int NEW_TOKEN_BYTES = 32;

    private final PrintStream out;

    PluginSettings(PrintStream out) {
        this.out = out;
    }

    /**
     * Prints our settings with the plugin's values.
     *
     * @param tokenLength the length of the exporter's token; 0 if it has none
     * @return whether a strong token guards the metrics
     */
    boolean report(Settings settings, int tokenLength) {
        boolean isGuarded = tokenLength >= TOKEN_LENGTH;
        out.println();
        try {
            Map<String, JSONB> rows = rows(settings);
            out.println("plugin     its settings, as they look in exporter.yaml:");
            out.println("             profile: compatible");
            printSeconds("ttl.standard", rows.get("global_cache_ttl"), 300);
            printSeconds("ttl.heavy", rows.get("heavy_cache_ttl"), 1800);
            printSeconds("active-user-age", rows.get("active_user_age"), 172_800);
            isGuarded &= isGood(rows.get("token"));
        } catch (DataAccessException e) {
            out.println("plugin     its settings are not read, because "
                    + (e.sqlState().equals(INSUFFICIENT_PRIVILEGE)
                            ? "the login may not read indico.settings"
                            : "the database answers with error " + e.sqlState())
                    + "; they are on the plugin's page in Indico");
        }
        if (tokenLength < TOKEN_LENGTH) {
            out.println("TOKEN      the exporter "
                    + (tokenLength == 0
                            ? "has none: behind a proxy, everybody could read the metrics"
                            : "has one that is shorter than " + TOKEN_LENGTH + ": it can be guessed")
                    + "; set token-file");
        }
        if (!isGuarded) {
            out.println("           a new one, for token-file and for Prometheus: " + newToken());
        }
        return isGuarded;
    }

    private static Map<String, JSONB> rows(Settings settings) {
        try (DatabasePool pool = new DatabasePool(settings.databaseUrl(), Credentials.of(settings))) {
            return DSL.using(pool.dataSource(), SQLDialect.POSTGRES)
                    .select(SETTINGS.NAME, SETTINGS.VALUE)
                    .from(SETTINGS)
                    .where(SETTINGS.MODULE.eq(MODULE))
                    .fetchMap(SETTINGS.NAME, SETTINGS.VALUE);
        }
    }

    /** The plugin saves seconds, and nothing while its default is in force. */
    private void printSeconds(String setting, @Nullable JSONB value, int byDefault) {
        String seconds = value == null ? "" : value.data();
        out.println("             " + setting + ": " + (seconds.matches("\\d{1,9}") ? seconds : byDefault) + "s");
    }

    private boolean isGood(@Nullable JSONB token) {
        int length = token == null ? 0 : Math.max(0, token.data().length() - 2);
        if (length < TOKEN_LENGTH) {
            out.println("TOKEN      the plugin's is " + (length == 0 ? "empty" : "shorter than " + TOKEN_LENGTH)
                    + ": do not take it over");
        }
        return length >= TOKEN_LENGTH;
    }

    private static String newToken() {
        byte[] bytes = new byte[NEW_TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
