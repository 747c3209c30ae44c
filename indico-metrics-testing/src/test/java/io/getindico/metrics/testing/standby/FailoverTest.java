package io.getindico.metrics.testing.standby;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.testing.engine.Await;
import io.getindico.metrics.testing.engine.Exposition;
import io.getindico.metrics.testing.engine.TestCollector;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The primary is killed and its standby promoted, under engines whose data source knows both hosts. */
class FailoverTest extends ReplicationTest {
    private static final Duration STEP = Duration.ofSeconds(5);

    private static TestCollector where() {
        return TestCollector.sql("port", "SELECT current_setting('port')::int");
    }

    /** The driver remembers for some seconds which host was what; here for one. */
    private static DataSource oneOfBoth(String targetServerType) {
        String hosts = authority(servers().primary().jdbcUrl("")) + ","
                + authority(servers().standby().jdbcUrl(""));
        return at("jdbc:postgresql://%s/%s?hostRecheckSeconds=1&connectTimeout=10&loginTimeout=10&targetServerType=%s"
                .formatted(hosts, database().name(), targetServerType));
    }

    private static String authority(String jdbcUrl) {
        return URI.create(jdbcUrl.substring("jdbc:".length())).getAuthority();
    }

    private static double port(String jdbcUrl) {
        return URI.create(jdbcUrl.substring("jdbc:".length())).getPort();
    }

    @Test
    void valuesReturnWithinOneTtlForEachPreferredHost() throws IOException {
        double first = port(servers().primary().jdbcUrl(""));
        double second = port(servers().standby().jdbcUrl(""));
        AtomicBoolean waits = new AtomicBoolean(true);
        AtomicBoolean runs = new AtomicBoolean();
        TestCollector connected = TestCollector.sql("connected", "SELECT 8").beforeSending(context -> {
            runs.set(true);
            Await.until("the standby is promoted", () -> !waits.get());
        });
        IndicoMetrics any = open(oneOfBoth("any"), where());
        IndicoMetrics primary = open(oneOfBoth("primary"), where());
        IndicoMetrics secondary = open(oneOfBoth("preferSecondary"), where());
        IndicoMetrics during = open(on(servers().standby()), connected, where());
        awaitReplay();
        assertThat(scrape(any).value("test_port")).isEqualTo(first);
        assertThat(scrape(primary).value("test_port")).isEqualTo(first);
        assertThat(scrape(secondary).value("test_port")).isEqualTo(second);
        CompletableFuture<Exposition> scrapeDuring = CompletableFuture.supplyAsync(() -> scrape(during));
        Await.until("a collector is at work on the standby", runs::get);

        servers().killPrimary();
        clock.advance(TTL);
        Exposition away = scrape(primary);
        assertThat(away.isUp()).isFalse();
        assertThat(away.databaseErrors()).isEqualTo("unreachable");
        assertThat(away.success("port")).isZero();
        assertThat(away.value("test_port")).as("read before").isEqualTo(first);
        assertThat(scrape(any).value("test_port"))
                .as("the standby does for any")
                .isEqualTo(second);

        servers().promote();
        waits.set(false);
        Exposition promoted = scrapeDuring.join();
        assertThat(promoted.value("test_connected"))
                .as("promotion ends no session")
                .isEqualTo(8);
        assertThat(promoted.isUp()).isTrue();
        assertThatItComesBack(primary, second);
        assertThatItComesBack(any, second);
        assertThatItComesBack(secondary, second);
    }

    /** Scrapes every five seconds until the value is back, for at most one TTL of the live class. */
    private void assertThatItComesBack(IndicoMetrics metrics, double port) {
        Duration waited = Duration.ZERO;
        Exposition scrape = scrape(metrics);
        while (!scrape.isUp() && waited.compareTo(Duration.ofSeconds(55)) < 0) {
            Await.pause(Duration.ofMillis(200));
            clock.advance(STEP);
            waited = waited.plus(STEP);
            scrape = scrape(metrics);
        }
        assertThat(scrape.isUp()).isTrue();
        assertThat(scrape.databaseErrors()).isEmpty();
        clock.advance(TTL);
        Exposition next = scrape(metrics);
        assertThat(next.value("test_port")).isEqualTo(port);
        assertThat(next.success("port")).isEqualTo(1);
    }
}
