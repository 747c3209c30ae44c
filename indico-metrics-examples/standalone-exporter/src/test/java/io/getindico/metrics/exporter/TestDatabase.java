package io.getindico.metrics.exporter;

import io.getindico.metrics.exporter.settings.Setting;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.PostgresServer;
import java.util.HashMap;
import java.util.Map;

/** A freshly prepared Indico database and the settings that connect an exporter to it. */
public final class TestDatabase implements AutoCloseable {
    private final IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest());

    public TestDatabase() {
        database.prepare();
    }

    public IndicoDatabase indico() {
        return database;
    }

    public void execute(String sql) {
        database.dsl().execute(sql);
    }

    public Map<String, String> settings(String... more) {
        return settingsFor(database.name(), more);
    }

    /** The settings for another database on the same server. */
    static Map<String, String> settingsFor(String name, String... more) {
        PostgresServer server = PostgresServer.shared();
        Map<String, String> settings = new HashMap<>();
        settings.put("database.url", server.jdbcUrl(name));
        settings.put("database.user", server.user());
        settings.put("database.password", server.password());
        settings.put("listen", "127.0.0.1:0");
        // Tests have short TTLs, which must not stretch.
        settings.put("database-share", "100%");
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    /** The same settings as environment variables, for a command. */
    public Map<String, String> environment(String... more) {
        Map<String, String> environment = new HashMap<>();
        settings(more).forEach((name, value) -> environment.put(Setting.variable(name), value));
        return environment;
    }

    @Override
    public void close() {
        database.close();
    }
}
