package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.getindico.metrics.exporter.http.OwnMetrics;
import io.getindico.metrics.exporter.http.Target;
import io.getindico.metrics.exporter.plugins.PluginFolder;
import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.exporter.web.LiveWebConfig;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SuccessionTest {
    private static final String AWAY = "postgresql://nobody@127.0.0.1:9/nothing";

    @AutoClose
    private static final TestDatabase database = new TestDatabase();

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private Succession succession;

    @BeforeEach
    void start() throws Exception {
        OwnMetrics own = OwnMetrics.of(LiveWebConfig.of(settings()), false);
        succession = new Succession(
                settings(), settings -> Instance.of(settings, true, PluginFolder.none(), own), () -> now);
        Waiting.until("there are values", () -> {
            succession.tick();
            return succession.target().readiness().isComplete();
        });
    }

    @AfterEach
    void close() {
        succession.close();
    }

    private static Settings settings(String... more) {
        return Settings.of(database.settings(more));
    }

    @Test
    void theSameSettingsNeedNoSuccessor() {
        Target before = succession.target();
        succession.prepare(settings("token", "another", "listen", ":1")).accept();
        now = now.plus(Succession.PATIENCE).plusSeconds(1);
        succession.tick();

        assertThat(succession.target()).isSameAs(before);
    }

    @Test
    void aSuccessorTakesOverOnceItHasValues() throws Exception {
        Target before = succession.target();
        succession.prepare(settings("wait-limit", "1s")).accept();
        assertThat(succession.target()).isSameAs(before);

        Waiting.until("it takes over", () -> {
            assertThat(succession.target().readiness().isComplete()).isTrue();
            succession.tick();
            return !succession.target().equals(before);
        });
        assertThat(succession.target().readiness().isComplete()).isTrue();
        succession.tick();
        succession.tick();
    }

    @Test
    void aSuccessorWithoutValuesTakesOverWhenPatienceEnds() {
        Target before = succession.target();
        succession.prepare(settings("database.url", AWAY)).accept();
        succession.tick();
        now = now.plus(Succession.PATIENCE);
        succession.tick();
        assertThat(succession.target()).isSameAs(before);

        now = now.plus(Duration.ofSeconds(1));
        succession.tick();
        assertThat(succession.target()).isNotSameAs(before);
    }

    @Test
    void theSettingsBeforeEndTheWaitForASuccessor() {
        Target before = succession.target();
        succession.prepare(settings("database.url", AWAY)).accept();
        succession.prepare(settings()).accept();
        now = now.plus(Succession.PATIENCE).plusSeconds(1);
        succession.tick();

        assertThat(succession.target()).isSameAs(before);
    }

    @Test
    void aRefusedSettingKeepsAlsoTheSuccessor() {
        Target before = succession.target();
        succession.prepare(settings("database.url", AWAY)).accept();
        assertThat(catchThrowable(() -> succession.prepare(settings("exclude", "no_such_collector"))))
                .isInstanceOf(SettingException.class);
        now = now.plus(Succession.PATIENCE).plusSeconds(1);
        succession.tick();

        assertThat(succession.target()).isNotSameAs(before);
    }

    @Test
    void whereTheDatabaseIsAwayTheSameSettingsTryItAgainAtOnce() throws Exception {
        succession.prepare(settings("database.url", AWAY)).accept();
        now = now.plus(Succession.PATIENCE).plusSeconds(1);
        succession.tick();
        Target away = succession.target();

        Waiting.until("another one takes over", () -> {
            succession.prepare(settings("database.url", AWAY)).accept();
            now = now.plus(Succession.PATIENCE).plusSeconds(1);
            succession.tick();
            return !succession.target().equals(away);
        });
    }
}
