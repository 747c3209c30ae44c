package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.HEAVY;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.RestartableServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Kills, stops and restarts a real server. */
class ServerFaultTest extends FaultTest {
    private static @Nullable RestartableServer server;
    private static @Nullable IndicoDatabase indico;

    @BeforeAll
    static void startServer() {
        server = new RestartableServer();
        indico = IndicoDatabase.create(server.server(), IndicoRelease.newest());
        indico.prepare();
    }

    @AfterAll
    static void stopServer() {
        Objects.requireNonNull(server).close();
    }

    private static RestartableServer server() {
        return Objects.requireNonNull(server);
    }

    private static IndicoDatabase indico() {
        return Objects.requireNonNull(indico);
    }

    private Witness witness() {
        return witness(watched(SessionWatch.named(indico())), indico());
    }

    @Test
    void killedInAScrape() throws IOException {
        Witness witness = witness();
        CompletableFuture<Exposition> scrape = scrapeUntilInTheMiddle(witness, indico());
        server().kill();
        assertThatItIsMissed(scrape.join());
        clock.advance(SECOND);
        assertThat(witness.scrape("during").isUp()).isFalse();
        server().start();
        assertThat(witness.recovers(SECOND, Duration.ofSeconds(15))).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void restartedInAScrape() throws IOException {
        Witness witness = witness();
        CompletableFuture<Exposition> scrape = scrapeUntilInTheMiddle(witness, indico());
        server().stop();
        assertThatItIsMissed(scrape.join());
        server().start();
        witness.recovers(SECOND, Duration.ofSeconds(15));
    }

    private static void assertThatItIsMissed(Exposition scrape) {
        assertThat(scrape.failures("middle", "connection")).isEqualTo(1);
        assertThat(scrape.success("designs")).as("read before").isEqualTo(1);
        assertThat(scrape.value("test_middle")).as("the last value").isEqualTo(7);
        assertThat(scrape.isUp()).isFalse();
        assertThat(scrape.databaseErrors()).isIn("unreachable", "starting");
    }

    /** The server then ends all sessions, and recovers before it accepts new ones. */
    @Test
    void oneOfItsProcessesKilledInAScrape() {
        Witness witness = witness();
        CompletableFuture<Exposition> scrape = scrapeUntilInTheMiddle(witness, indico());
        new Sessions(indico())
                .all().stream()
                        .filter(row -> row.get("query", String.class).contains("SELECT 7"))
                        .map(row -> row.get("pid", Integer.class))
                        .forEach(pid -> ProcessHandle.of(pid).orElseThrow().destroyForcibly());
        assertThat(scrape.join().failures("middle", "connection")).isEqualTo(1);
        Await.until("it recovers", () -> {
            clock.advance(SECOND);
            return Witness.isWell(witness.scrape("after"));
        });
    }

    @Test
    void stoppedForAnHour() throws IOException {
        Witness witness = witness(watched(SessionWatch.named(indico())).ttl(HEAVY, Duration.ofMinutes(20)), indico());
        server().stop();
        for (int seconds = 60; seconds <= 3600; seconds += 60) {
            clock.advance(Duration.ofMinutes(1));
            Exposition scrape = witness.scrape("during, after " + seconds + " s");
            assertThat(scrape.isUp()).isFalse();
            assertThat(scrape.databaseErrors()).isEqualTo("unreachable");
            assertThat(scrape.value("test_now")).isNull();
            assertThat(scrape.value("test_users") == null).isEqualTo(seconds > 2 * 55 + 10);
            assertThat(scrape.value("test_designs") == null).isEqualTo(seconds > 2 * 285 + 10);
            assertThat(scrape.value("test_applications") == null).isEqualTo(seconds > 2 * 20 * 60 + 120);
        }
        Await.until("the background fails too", () -> {
            Exposition scrape = witness.scrape("during");
            return scrape.family("indico_collector_success").values().stream().allMatch(success -> success == 0);
        });
        server().start();
        // The longest pause, looked at second by second.
        witness.recovers(SECOND, Duration.ofSeconds(16));
    }
}
