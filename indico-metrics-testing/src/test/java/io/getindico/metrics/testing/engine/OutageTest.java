package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.HEAVY;
import static io.getindico.metrics.api.RefreshClass.LIVE;
import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The database goes away, refuses us, and comes back. */
class OutageTest extends FaultTest {
    private static final Duration STEP = Duration.ofSeconds(5);

    private final TestCollector live = TestCollector.sql("live", "SELECT 1").in(LIVE);
    private final TestCollector standard =
            TestCollector.sql("standard", "SELECT 2").in(STANDARD);
    private final TestCollector heavy = TestCollector.sql("heavy", "SELECT 3").in(HEAVY);

    private void scrapeUntilAllIsRead(IndicoMetrics metrics) {
        Await.until(
                "all is read",
                () -> scrape(metrics).family("indico_collector_success").size() == 3);
    }

    @Test
    void anOutageIsReportedAndLastValuesAreServedAndItsEndIsNoticed() {
        Network network = network();
        IndicoMetrics metrics = open(engine(through(network), live, standard, heavy));
        scrapeUntilAllIsRead(metrics);
        network.cut();
        clock.advance(Duration.ofSeconds(55));
        Exposition away = scrape(metrics);
        assertThat(away.isUp()).isFalse();
        assertThat(away.databaseErrors()).isEqualTo("unreachable");
        assertThat(away.success("live")).isZero();
        assertThat(away.success("standard")).as("not due yet").isEqualTo(1);
        assertThat(away.failures("live", "connection")).isEqualTo(1);
        assertThat(away.value("test_live")).isEqualTo(1);
        clock.advance(Duration.ofSeconds(230));
        Exposition later = scrape(metrics);
        assertThat(later.success("standard")).isZero();
        assertThat(later.value("test_live")).as("older than 2 TTL and a budget").isNull();
        assertThat(later.value("test_standard")).isEqualTo(2);
        assertThat(later.failures("live", "connection"))
                .as("counts where it was the one that tried, not where it only waited")
                .isBetween(1.0, 2.0);
        network.mend();
        clock.advance(Duration.ofSeconds(55));
        Exposition back = scrape(metrics);
        assertThat(back.isUp()).isTrue();
        assertThat(back.databaseErrors()).isEmpty();
        assertThat(back.success("live")).isEqualTo(1);
        assertThat(back.success("standard")).isEqualTo(1);
        assertThat(back.value("test_live")).isEqualTo(1);
    }

    @Test
    void aDatabaseThatIsDownFromTheStartIsTriedOneAtATimeWithPausesUpTo15Seconds() {
        Network network = network();
        network.cut();
        CountingDataSource dataSource = new CountingDataSource(through(network));
        IndicoMetrics metrics = open(engine(dataSource, live, standard, heavy));
        List<Integer> seconds = new ArrayList<>();
        for (int second = 0; second <= 60; second++) {
            int before = dataSource.asked();
            Exposition scrape = scrape(metrics);
            assertThat(scrape.isUp()).isFalse();
            assertThat(scrape.databaseErrors()).isEqualTo("unreachable");
            if (dataSource.asked() > before) {
                assertThat(dataSource.asked()).isEqualTo(before + 1);
                seconds.add(second);
            }
            Await.until("no other attempt is under way", () -> dataSource.held() == 0);
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(seconds).containsExactly(0, 1, 3, 7, 15, 30, 45, 60);
        network.mend();
        clock.advance(Duration.ofSeconds(15));
        assertThat(scrape(metrics).value("test_standard")).isEqualTo(2);
    }

    @Test
    void aRefusedLoginIsRetriedAfterGrowingPauses() {
        Login login = closing(new Login(database()));
        login.usePassword("wrong");
        CountingDataSource dataSource = new CountingDataSource(login.dataSource());
        IndicoMetrics metrics = open(engine(dataSource, live, standard, heavy));
        List<Duration> attempts = new ArrayList<>();
        for (Duration time = Duration.ZERO; time.toMinutes() < 20; time = time.plus(STEP)) {
            int before = dataSource.asked();
            Exposition scrape = scrape(metrics);
            assertThat(scrape.databaseErrors()).isEqualTo("auth");
            assertThat(scrape.isUp()).isFalse();
            if (dataSource.asked() > before) {
                assertThat(dataSource.asked()).isEqualTo(before + 1);
                attempts.add(time);
            }
            Await.until("no other attempt is under way", () -> dataSource.held() == 0);
            clock.advance(STEP);
        }
        assertThat(attempts.stream().map(Duration::toSeconds))
                .containsExactly(0L, 15L, 45L, 105L, 225L, 465L, 765L, 1065L);
        login.usePassword("right");
        clock.advance(Duration.ofMinutes(5));
        Exposition back = scrape(metrics);
        assertThat(back.isUp()).isTrue();
        assertThat(back.value("test_standard")).isEqualTo(2);
    }

    @Test
    void noConnectionLeftForTheLogin() {
        Login login = closing(new Login(database()));
        login.sql("ALTER ROLE %s CONNECTION LIMIT 0");
        IndicoMetrics metrics = open(engine(login.dataSource(), standard));
        assertThat(scrape(metrics).databaseErrors()).isEqualTo("too_many_connections");
        login.sql("ALTER ROLE %s CONNECTION LIMIT -1");
        clock.advance(Duration.ofSeconds(1));
        assertThat(scrape(metrics).value("test_standard")).isEqualTo(2);
    }

    @Test
    void aSessionThatIsEndedFailsItsCollectorAndTheRestGetANewOne() {
        TestCollector ended = TestCollector.sql("ended", "SELECT pg_terminate_backend(pg_backend_pid())::int");
        IndicoMetrics metrics =
                open(TestCollector.sql("before", "SELECT 1"), ended, TestCollector.sql("next", "SELECT 2"));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.failures("ended", "connection")).isEqualTo(1);
        assertThat(scrape.value("test_before")).isEqualTo(1);
        assertThat(scrape.value("test_next")).isEqualTo(2);
        assertThat(scrape.isUp()).isTrue();
    }

    @BeforeEach
    void nothingIsShared() {
        // The server ends a session a little after the client has closed it.
        Await.until(
                "the sessions of the test before have ended", () -> sessions().count() == 0);
    }
}
