package io.getindico.metrics.testing.standby;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.PostgresServer;
import io.getindico.metrics.testing.ReplicatedServer;
import io.getindico.metrics.testing.engine.Await;
import io.getindico.metrics.testing.engine.CountingDataSource;
import io.getindico.metrics.testing.engine.Exposition;
import io.getindico.metrics.testing.engine.ManualClock;
import io.getindico.metrics.testing.engine.Sessions;
import io.getindico.metrics.testing.engine.TestCollector;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.postgresql.ds.PGSimpleDataSource;

/** A freshly prepared Indico on a primary and its standby, and engines that hold three sessions at most and leave none. */
@Tag("slow")
abstract class ReplicationTest {
    static final Duration TTL = Duration.ofSeconds(285);

    /** After a conflict, a collector is tried again this soon. */
    static final Duration SOON = Duration.ofSeconds(5);

    private static final Duration WAIT_LIMIT = Duration.ofSeconds(15);

    private static @Nullable ReplicatedServer common;
    private static @Nullable IndicoDatabase prepared;

    final ManualClock clock = new ManualClock();
    private final Deque<Runnable> atEnd = new ArrayDeque<>();

    @BeforeAll
    static void start() throws IOException {
        common = new ReplicatedServer();
        prepared = IndicoDatabase.create(common.primary(), IndicoRelease.newest());
        prepared.prepare();
    }

    @AfterAll
    static void stop() {
        servers().close();
    }

    @AfterEach
    final void leaveNothingBehind() {
        while (!atEnd.isEmpty()) {
            atEnd.pop().run();
        }
    }

    static ReplicatedServer servers() {
        return Objects.requireNonNull(common);
    }

    /** The database on the primary. */
    static IndicoDatabase database() {
        return Objects.requireNonNull(prepared);
    }

    static DataSource on(PostgresServer server) {
        return at(server.jdbcUrl(database().name()));
    }

    static DataSource at(String jdbcUrl) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(jdbcUrl);
        dataSource.setUser(database().server().user());
        dataSource.setPassword(database().server().password());
        return dataSource;
    }

    static Sessions sessionsOn(PostgresServer server) {
        return new Sessions(server, database().name());
    }

    /** Returns when what was written on the primary is seen on the standby. */
    static void awaitReplay() {
        String written = servers().written();
        Await.until("the standby has replayed it", () -> servers().hasReplayed(written));
    }

    final IndicoMetrics open(DataSource dataSource, MetricCollector... collectors) {
        CountingDataSource counting = new CountingDataSource(dataSource);
        IndicoMetrics metrics = IndicoMetrics.builder(counting)
                .collectors(collectors)
                .clock(clock)
                .waitLimit(WAIT_LIMIT)
                .lockTimeout(WAIT_LIMIT)
                .queryBudget(RefreshClass.LIVE, Duration.ofSeconds(10))
                .build();
        atEnd.push(() -> {
            metrics.close();
            if (counting.held() != 0 || counting.mostHeld() > 3) {
                throw new AssertionError(counting.held() + " held, " + counting.mostHeld() + " at most");
            }
        });
        return metrics;
    }

    static Exposition scrape(IndicoMetrics metrics) {
        return Exposition.of(metrics.collect());
    }

    /** Runs after the others, whose names come before, and reads what nobody changes. */
    static TestCollector other() {
        return TestCollector.sql("z_other", "SELECT 7");
    }
}
