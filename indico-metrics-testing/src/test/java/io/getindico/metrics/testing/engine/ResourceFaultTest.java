package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Too much at once: for the budget, for the disk, for three sessions. */
class ResourceFaultTest extends FaultTest {
    private static final String SORT =
            "SELECT count(*) FROM (SELECT g FROM generate_series(1, 200000) g ORDER BY g % 7919, g OFFSET 0) sorted";

    private void assertThatTheMiddleFails(Witness witness, String reason) {
        Exposition during = witness.scrape("during");
        assertThat(during.failures("middle", reason)).isEqualTo(1);
        assertThat(during.value("test_middle")).as("the last value").isEqualTo(7);
        assertThat(during.success("designs")).isEqualTo(1);
        assertThat(during.isUp()).isTrue();
        assertThat(during.databaseErrors()).isEmpty();
    }

    private void assertThatItIsBackWithinOneTtl(Witness witness) {
        middle.set("SELECT 7");
        clock.advance(TTL);
        assertThat(Witness.isWell(witness.scrape("after"))).isTrue();
    }

    @Test
    void aStatementOverrunsItsBudget() {
        Witness witness = witness(watched(SessionWatch.named(database())).queryBudget(STANDARD, SECOND), database());
        middle.set("SELECT 7 FROM pg_sleep(60)");
        clock.advance(TTL);
        assertThatTheMiddleFails(witness, "timeout");
        Await.until("it is gone from the server", () -> sessions().running("SELECT 7") == 0);
        assertThatItIsBackWithinOneTtl(witness);
    }

    /** A full disk for temporary files has an error code of the same class. */
    @Test
    void noRoomForTemporaryFiles() {
        Login login = closing(new Login(database()));
        login.sql("ALTER ROLE %s SET temp_file_limit = '128kB'");
        login.sql("ALTER ROLE %s SET work_mem = '64kB'");
        Witness witness = witness(login.dataSource());
        middle.set(SORT);
        clock.advance(TTL);
        assertThatTheMiddleFails(witness, "query");
        assertThat(witness.scrape("during").success("rest")).isEqualTo(1);
        assertThatItIsBackWithinOneTtl(witness);
    }

    @Test
    void fiftyScrapersAtOnceWhenAllHasExpired() {
        CountingDataSource dataSource = new CountingDataSource(SessionWatch.named(database()));
        Witness witness = witness(dataSource);
        int before = dataSource.asked();
        middle.set("SELECT 7 FROM pg_sleep(0.5)");
        clock.advance(Duration.ofHours(1));
        List<CompletableFuture<Exposition>> scrapes = IntStream.range(0, 50)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> witness.scrape("during"), task -> new Thread(task).start()))
                .toList();
        assertThat(scrapes.stream().map(CompletableFuture::join)).allSatisfy(scrape -> {
            assertThat(scrape.success("middle")).isEqualTo(1);
            assertThat(scrape.isUp()).isTrue();
        });
        Await.until("the heavy one ends", () -> dataSource.asked() - before >= 3 && dataSource.held() == 0);
        assertThat(dataSource.asked() - before)
                .as("one for each class, and a look for locks where it takes long")
                .isBetween(3, 6);
        assertThat(dataSource.mostHeld()).isLessThanOrEqualTo(3);
        middle.set("SELECT 7");
        assertThat(Witness.isWell(witness.scrape("after"))).isTrue();
    }
}
