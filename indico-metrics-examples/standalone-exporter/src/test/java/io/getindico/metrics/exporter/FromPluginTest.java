package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.commands.ExporterMain;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code check --from-plugin}, on rows as Indico's Prometheus plugin saves them. */
final class FromPluginTest {
    private static final String GOOD = "0123456789abcdef";
    private static final String NEW_TOKEN = "for Prometheus: [0-9a-f]{64}\n";

    @AutoClose
    private static final TestDatabase database = new TestDatabase();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeEach
    void empty() {
        database.execute("DELETE FROM indico.settings WHERE module = 'plugin_prometheus'");
    }

    @Test
    void printsThePluginsSettingsForTheExporter() {
        save("global_cache_ttl", "60");
        save("heavy_cache_ttl", "3600");
        save("active_user_age", "86400");
        save("token", '"' + GOOD + '"');

        assertThat(check("token", GOOD)).isZero();
        assertThat(out.toString(UTF_8))
                .contains("  profile: compatible\n  ")
                .contains("  ttl.standard: 60s\n")
                .contains("  ttl.heavy: 3600s\n")
                .contains("  active-user-age: 86400s\n")
                .doesNotContain(GOOD)
                .doesNotContain("\nTOKEN");
    }

    @Test
    void printsThePluginsDefaults() {
        save("token", '"' + GOOD + '"');

        assertThat(check("token", GOOD)).isZero();
        assertThat(out.toString(UTF_8))
                .contains("ttl.standard: 300s\n")
                .contains("ttl.heavy: 1800s\n")
                .contains("active-user-age: 172800s\n");
    }

    @Test
    void failsIfThePluginsTokenIsEmptyOrShort() {
        assertThat(check("token", GOOD)).isEqualTo(1);
        assertThat(out.toString(UTF_8)).contains("the plugin's is empty").containsPattern(NEW_TOKEN);

        save("token", "\"0123456789abcde\"");
        out.reset();
        assertThat(check("token", GOOD)).isEqualTo(1);
        assertThat(out.toString(UTF_8))
                .contains("the plugin's is shorter than 16")
                .doesNotContain("0123456789abcde")
                .containsPattern(NEW_TOKEN);
    }

    @Test
    void failsIfTheExporterHasNoToken() {
        save("token", '"' + GOOD + '"');

        assertThat(check()).isEqualTo(1);
        assertThat(out.toString(UTF_8))
                .contains("TOKEN      the exporter has none")
                .containsPattern(NEW_TOKEN);
    }

    @Test
    void failsIfTheExportersTokenIsShort() {
        save("token", '"' + GOOD + '"');

        assertThat(check("token", "0123456789abcde")).isEqualTo(1);
        assertThat(out.toString(UTF_8))
                .contains("TOKEN      the exporter has one that is shorter than 16")
                .doesNotContain("0123456789abcde")
                .containsPattern(NEW_TOKEN);

        out.reset();
        assertThat(check("token", "0123456789abcdef")).isZero();
    }

    @Test
    void saysThatTheLoginMayNotReadTheRows() {
        database.execute("CREATE ROLE from_plugin_test LOGIN PASSWORD 'x'");
        try {
            assertThat(check("token", GOOD, "database.user", "from_plugin_test", "database.password", "x"))
                    .isEqualTo(1);
            assertThat(out.toString(UTF_8)).contains("the login may not read indico.settings");
        } finally {
            database.execute("DROP ROLE from_plugin_test");
        }
    }

    private static void save(String name, String value) {
        database.execute("INSERT INTO indico.settings (module, name, value) VALUES ('plugin_prometheus', '" + name
                + "', '" + value + "')");
    }

    private int check(String... settings) {
        return ExporterMain.run(
                new String[] {"check", "--from-plugin"},
                database.environment(settings),
                new PrintStream(out, true, UTF_8),
                new PrintStream(new ByteArrayOutputStream(), true, UTF_8));
    }
}
