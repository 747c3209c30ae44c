package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.HEAVY;
import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static io.getindico.metrics.jooq.indico.tables.DesignerTemplates.DESIGNER_TEMPLATES;
import static io.getindico.metrics.jooq.oauth.tables.Applications.APPLICATIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.IndicoMetrics;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jooq.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A migration that waits for us, and one that we have to wait for. */
class LockFaultTest extends FaultTest {
    /** Two seconds are promised; on a busy machine a little more. */
    private static final Duration SOON = Duration.ofSeconds(4);

    @BeforeEach
    void changeable() {
        ownDatabase();
    }

    /** Its second query runs for a minute, while the transaction holds the lock of the first. */
    private static TestCollector holding(String name, Table<?> table, RefreshClass refreshClass) {
        MetricFamily family = TestCollector.family(name);
        MetricFamily sleep = TestCollector.family(name + "_sleep");
        return TestCollector.of(
                        name,
                        List.of(family, sleep),
                        context -> List.of(
                                TestCollector.count(family, table), TestCollector.sql(sleep, "SELECT pg_sleep(60)")))
                .in(refreshClass);
    }

    private Duration alter(String table) {
        long before = System.nanoTime();
        database().dsl().execute("ALTER TABLE " + table + " ADD COLUMN more integer");
        return Duration.ofNanos(System.nanoTime() - before);
    }

    /** The looks of one must not keep the other from being looked at, where opening a session takes its time. */
    @ParameterizedTest
    @ValueSource(strings = {"indico.designer_templates", "oauth.applications"})
    void aMigrationBehindOneOfTwoRefreshes(String table) {
        SessionWatch watch = closing(SessionWatch.of(database()));
        DataSource slow = new ForwardingDataSource(SessionWatch.named(database())) {
            @Override
            public Connection getConnection() throws SQLException {
                Await.pause(Duration.ofMillis(200));
                return super.getConnection();
            }
        };
        IndicoMetrics metrics = open(engine(
                        slow,
                        holding("designs", DESIGNER_TEMPLATES, STANDARD),
                        holding("applications", APPLICATIONS, HEAVY))
                .queryBudget(STANDARD, LONG)
                .queryBudget(HEAVY, LONG));
        metrics.warmUp();
        Await.until("both are at work", () -> sessions().running("pg_sleep") == 2);
        Duration wait = alter(table);
        Witness.tell("the migration waited for {}", wait);
        assertThat(wait).isLessThan(SOON);
        Await.until(
                "one has ended",
                () -> Stream.of("designs", "applications")
                        .anyMatch(reader -> glance(metrics).failures(reader, "cancelled_for_lock") == 1));
        assertThat(glance(metrics).isUp()).isTrue();
        assertThat(sessions().running("pg_sleep")).as("the other goes on").isEqualTo(1);
        assertThat(watch.most()).isLessThanOrEqualTo(3);
    }

    /** Nobody could see that a migration waits. */
    @Test
    @Tag("slow")
    void aMigrationBehindARefreshWithoutASessionForTheLockWatch() {
        Login login = closing(new Login(database()));
        IndicoMetrics metrics = open(engine(login.dataSource(), holding("designs", DESIGNER_TEMPLATES, STANDARD))
                .queryBudget(STANDARD, LONG));
        metrics.warmUp();
        Await.until("it is at work", () -> sessions().running("pg_sleep") == 1);
        login.sql("ALTER ROLE %s CONNECTION LIMIT 1");
        Duration wait = alter("indico.designer_templates");
        Witness.tell("the migration waited for {}", wait);
        assertThat(wait).isLessThan(Duration.ofSeconds(9));
        List<Exposition> looks = new ArrayList<>();
        Await.until("it has ended", () -> {
            Exposition look = glance(metrics);
            looks.add(look);
            return look.success("designs") != null;
        });
        // Do not scrape again, which would start another refresh.
        assertThat(looks.get(looks.size() - 1).failures("designs", "connection"))
                .isEqualTo(1);
    }

    @Test
    void aMigrationInFrontOfUs() {
        Witness witness = witness(SessionWatch.named(database()));
        database().dsl().connection(connection -> {
            connection.setAutoCommit(false);
            connection.createStatement().execute("ALTER TABLE users.users ADD COLUMN more integer");
            clock.advance(TTL);
            Exposition during = witness.scrape("during");
            for (String reader : List.of("users", "now", "rest")) {
                assertThat(during.failures(reader, "timeout")).as(reader).isEqualTo(1);
            }
            assertThat(during.success("designs")).isEqualTo(1);
            assertThat(during.success("middle")).isEqualTo(1);
            assertThat(during.isUp()).isTrue();
            connection.commit();
        });
        assertThat(witness.mostWaiting()).as("sessions that wait").isEqualTo(1);
        clock.advance(TTL);
        assertThat(Witness.isWell(witness.scrape("after"))).isTrue();
    }
}
