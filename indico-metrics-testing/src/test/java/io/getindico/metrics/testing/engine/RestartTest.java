package io.getindico.metrics.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.RestartableServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A server that is stopped and started again, for real. */
class RestartTest extends EngineTest {
    private static final Duration TTL = Duration.ofSeconds(285);

    @Test
    void isNoticedAndRecoveredFromWithinOneTtl() throws IOException {
        try (RestartableServer restartable = new RestartableServer();
                IndicoDatabase database = IndicoDatabase.create(restartable.server(), IndicoRelease.newest())) {
            database.prepare();
            TestCollector quick = TestCollector.sql("quick", "SELECT 1");
            TestCollector slow = TestCollector.sql("slow", "SELECT count(*) FROM pg_sleep(60)");
            try (IndicoMetrics metrics =
                    engine(database.dataSource(), quick, slow).build()) {
                Sessions sessions = new Sessions(database);
                CompletableFuture<Exposition> scrape = CompletableFuture.supplyAsync(() -> scrape(metrics));
                Await.until("a query runs", () -> sessions.running("pg_sleep") == 1);
                restartable.stop();
                Exposition stopped = scrape.join();
                assertThat(stopped.value("test_quick")).as("read before").isEqualTo(1);
                assertThat(stopped.failures("slow", "connection")).isEqualTo(1);

                clock.advance(Duration.ofSeconds(1));
                Exposition away = scrape(metrics);
                assertThat(away.isUp()).isFalse();
                assertThat(away.databaseErrors()).isEqualTo("unreachable");
                assertThat(away.value("test_quick")).isEqualTo(1);

                restartable.start();
                clock.advance(TTL);
                Exposition back = scrape(metrics, "test_quick", "indico_up", "indico_database_error");
                assertThat(back.isUp()).isTrue();
                assertThat(back.databaseErrors()).isEmpty();
                assertThat(back.value("test_quick")).isEqualTo(1);
                assertThat(quick.runs()).isEqualTo(2);
            }
        }
    }
}
