package io.getindico.metrics.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Nothing is static: several in one JVM do not know of each other. */
class InstancesTest extends EngineTest {
    @Test
    void twoReadTheirOwnDatabasesAndTheCloseOfOneLeavesTheOtherAtWork() {
        IndicoDatabase other = closing(IndicoDatabase.create(IndicoRelease.newest()));
        other.prepare();
        other.dsl().execute("UPDATE users.users SET is_system = false");
        IndicoMetrics first = open(systemUsers());
        IndicoMetrics second = open(engine(other.dataSource(), systemUsers()));
        assertThat(scrape(first).value("test_system_users")).isEqualTo(1);
        assertThat(scrape(second).value("test_system_users")).isZero();

        first.close();
        clock.advance(Duration.ofSeconds(285));
        assertThat(scrape(first).text()).isEmpty();
        Exposition after = scrape(second);
        assertThat(after.isUp()).isTrue();
        assertThat(after.success("system_users")).isEqualTo(1);

        second.close();
        Await.until("no session is left", () -> new Sessions(other).count() == 0);
    }

    private static TestCollector systemUsers() {
        return TestCollector.sql("system_users", "SELECT count(*) FROM users.users WHERE is_system");
    }
}
