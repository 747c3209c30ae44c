package io.getindico.metrics.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Faults of the network between us and the server. The connections have no timeouts of their own. */
class NetworkFaultTest extends FaultTest {
    private final Network network = network();

    private Witness witness() {
        PGSimpleDataSource dataSource = through(network);
        // With encryption, the driver would limit its wait for the first answer.
        dataSource.setSslmode("disable");
        IndicoMetricsBuilder builder = watched(dataSource);
        for (RefreshClass refreshClass : RefreshClass.values()) {
            builder.queryBudget(refreshClass, Duration.ofSeconds(1));
        }
        return witness(builder, database());
    }

    @Test
    void connectionsResetInAScrape() {
        Witness witness = witness(watched(through(network)), database());
        CompletableFuture<Exposition> scrape = scrapeUntilInTheMiddle(witness, database());
        network.reset();
        Exposition during = scrape.join();
        assertThat(during.failures("middle", "connection")).isEqualTo(1);
        assertThat(during.success("rest")).as("on a new connection").isEqualTo(1);
        assertThat(during.isUp()).isTrue();
        clock.advance(Duration.ofSeconds(5));
        witness.recovers(SECOND, SECOND);
    }

    @Test
    void recoversFromAStallDuringAScrape() {
        Witness witness = witness();
        CompletableFuture<Exposition> scrape = scrapeUntilInTheMiddle(witness, database());
        network.stall();
        Exposition during = scrape.join();
        assertThat(during.success("middle")).isZero();
        assertThat(during.success("designs")).isEqualTo(1);
        clock.advance(Duration.ofSeconds(16));
        assertThat(witness.scrape("during").isUp()).isFalse();
        network.goOn();
        Await.until("all are read", () -> {
            clock.advance(Duration.ofSeconds(15));
            return Witness.isWell(witness.scrape("after"));
        });
    }

    @Test
    @Tag("slow")
    void oldConnectionsNeverRecoverFromAStall() {
        Witness witness = witness();
        network.stall();
        clock.advance(Duration.ofMinutes(30));
        Await.until("it is noticed", () -> {
            Exposition during = witness.scrape("during", Duration.ofMillis(100));
            return during.family("indico_collector_success").values().stream().allMatch(success -> success == 0);
        });
        network.forgetWhatStalls();
        Await.until("all are read", () -> {
            clock.advance(Duration.ofSeconds(15));
            return Witness.isWell(witness.scrape("after", Duration.ofMillis(500)));
        });
    }
}
