package io.getindico.metrics.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The server ends our sessions, has none left, or refuses them. */
class SessionFaultTest extends FaultTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    private void terminate(String query) {
        database()
                .dsl()
                .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                        + " AND datname = current_database() AND query LIKE '%" + query + "%'");
    }

    @Test
    void endedByAnAdministratorInAScrape() {
        Witness witness = witness(SessionWatch.named(database()));
        CompletableFuture<Exposition> scrape = scrapeUntilInTheMiddle(witness, database());
        terminate("SELECT 7");
        Exposition during = scrape.join();
        assertThat(during.failures("middle", "connection")).isEqualTo(1);
        assertThat(during.success("designs")).as("read before").isEqualTo(1);
        assertThat(during.success("rest")).as("read after").isEqualTo(1);
        assertThat(during.isUp()).isTrue();
        clock.advance(SOON);
        assertThat(witness.scrape("after").success("middle")).isEqualTo(1);
    }

    @Test
    void noneIsLeft() {
        Login login = closing(new Login(database()));
        Witness witness = witness(login.dataSource());
        login.sql("ALTER ROLE %s CONNECTION LIMIT 0");
        clock.advance(TTL);
        Exposition during = witness.scrape("during");
        assertThat(during.databaseErrors()).isEqualTo("too_many_connections");
        assertThat(during.isUp()).isFalse();
        assertThat(during.success("users")).isZero();
        assertThat(during.success("designs")).isZero();
        assertThat(during.value("test_designs")).isEqualTo(2);
        login.sql("ALTER ROLE %s CONNECTION LIMIT -1");
        witness.recovers(SECOND, Duration.ofSeconds(15));
    }

    @Test
    void aPasswordChangedAndChangedBack() {
        Login login = closing(new Login(database()));
        CountingDataSource logins = new CountingDataSource(login.dataSource());
        Witness witness = witness(logins);
        login.changePassword("another");
        int before = logins.asked();
        for (int seconds = 0; seconds < 1200; seconds += 5) {
            clock.advance(Duration.ofSeconds(5));
            Exposition during = witness.scrape("during");
            if (seconds >= 55) {
                assertThat(during.isUp()).isFalse();
                assertThat(during.databaseErrors()).isEqualTo("auth");
                assertThat(during.success("users")).isZero();
            }
        }
        assertThat(logins.asked() - before).as("refused logins in 20 minutes").isLessThanOrEqualTo(9);
        login.changePassword("right");
        witness.recovers(Duration.ofSeconds(5), Duration.ofMinutes(5));
    }

    /** When the password changes, running queries continue, but the lock watch needs new sessions. */
    @Test
    @Tag("slow")
    void aPasswordChangedWhileALongRefreshRuns() {
        Login login = closing(new Login(database()));
        CountingDataSource logins = new CountingDataSource(login.dataSource());
        Witness witness = witness(logins);
        CompletableFuture<Exposition> scrape = scrapeUntilInTheMiddle(witness, database());
        login.changePassword("another");
        int before = logins.asked();
        scrape.join();
        Await.pause(Duration.ofSeconds(3));
        assertThat(logins.asked() - before).as("refused logins in 8 seconds").isLessThanOrEqualTo(1);
        login.changePassword("right");
    }

    @Test
    void aRightRevokedAndGrantedAgain() {
        Login login = closing(new Login(database()));
        Witness witness = witness(login.dataSource());
        login.sql("REVOKE SELECT ON indico.designer_templates FROM %s");
        clock.advance(TTL);
        Exposition during = witness.scrape("during");
        assertThat(during.skipped("designs", "privilege_missing")).isEqualTo(1);
        assertThat(during.success("designs")).isNull();
        assertThat(during.value("test_designs")).as("gone, not 0").isNull();
        assertThat(during.success("rest")).isEqualTo(1);
        assertThat(during.isUp()).isTrue();
        login.sql("GRANT SELECT ON indico.designer_templates TO %s");
        clock.advance(TTL);
        Exposition after = witness.scrape("after");
        assertThat(after.value("test_designs")).isEqualTo(2);
        assertThat(after.family("indico_collector_skipped")).isEmpty();
    }
}
