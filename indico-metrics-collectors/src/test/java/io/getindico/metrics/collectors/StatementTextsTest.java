package io.getindico.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.Value;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.StatisticsServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What {@code pg_stat_statements} keeps of us: its entries are few in number, and everybody on the server shares them. */
class StatementTextsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern READS_INDICO = Pattern.compile("from \"(?!pg_catalog|public)\\w+\"\\.");

    private final StatisticsServer statistics;
    private final IndicoDatabase database;
    private final TestClock clock = new TestClock();

    StatementTextsTest() throws Exception {
        statistics = new StatisticsServer();
        database = IndicoDatabase.create(statistics.server(), IndicoRelease.newest());
    }

    @BeforeEach
    void prepare() {
        database.prepare();
        database.dsl().execute("CREATE EXTENSION pg_stat_statements");
        database.dsl().execute("CREATE ROLE ours LOGIN PASSWORD 'right'");
        database.dsl().execute("""
                DO $$ DECLARE s text; BEGIN
                  FOR s IN SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_%' LOOP
                    EXECUTE format('GRANT USAGE ON SCHEMA %I TO ours', s);
                    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO ours', s);
                  END LOOP; END $$""");
    }

    @AfterEach
    void close() {
        statistics.close();
    }

    private List<String> entries() {
        return database.dsl()
                .fetch("SELECT query FROM pg_stat_statements JOIN pg_roles ON pg_roles.oid = userid"
                        + " WHERE rolname = 'ours' ORDER BY query")
                .getValues(0, String.class);
    }

    @Tag("slow")
    @Test
    void anHourOfRefreshesAddsNoEntriesToThoseOfTheFirst() {
        try (IndicoMetrics metrics = IndicoMetrics.builder(new Pool(database))
                .discoverCollectors()
                .collectors(new Slow(), new Failing())
                .queryBudget(RefreshClass.LIVE, LIMIT)
                .queryBudget(RefreshClass.STANDARD, LIMIT)
                .clock(clock)
                .build()) {
            metrics.scrape(name -> true, LIMIT);
            await(() -> metrics.status().collectors().stream()
                    .allMatch(collector -> collector.outcome() == Outcome.SUCCESS
                            || collector.name().equals("failing")));
            // The lock watch runs on its own thread.
            await(() -> entries().stream().anyMatch(entry -> entry.contains("pg_blocking_pids")));
            List<String> first = entries();
            int queries = metrics.status().collectors().stream()
                    .mapToInt(collector -> collector.queries().size())
                    .sum();
            // Each query is one entry; the others are of the sets of ids and of the engine.
            assertThat(first).hasSizeBetween(queries + 15, queries + 45);

            List<String> names = metrics.families().stream()
                    .map(MetricFamily::name)
                    .filter(name -> name.startsWith("indico_num_"))
                    .toList();
            Instant end = clock.instant().plus(Duration.ofHours(1));
            for (int round = 0; clock.instant().isBefore(end); round++) {
                // What is due differs from one refresh to the next.
                String name = names.get(round % names.size());
                metrics.scrape(name::equals, LIMIT);
                clock.advance(Duration.ofSeconds(30));
                // Nothing may be due, and the database is only asked whether it is there.
                metrics.scrape(any -> any.equals("indico_up"), LIMIT);
                if (round % 3 == 0) {
                    metrics.scrape(any -> true, LIMIT);
                }
            }
            assertThat(entries()).isEqualTo(first);
        }
    }

    /** The identifier of an entry depends on the statement's structure, not on the values in it. */
    @Tag("slow")
    @Test
    void theStatementsThatArePrintedAreThoseThatAreSent() throws Exception {
        database.dsl().execute("CREATE ROLE auditor SUPERUSER LOGIN PASSWORD 'right'");
        PGSimpleDataSource auditor = new PGSimpleDataSource();
        auditor.setUrl(database.jdbcUrl());
        auditor.setUser("auditor");
        auditor.setPassword("right");
        try (Connection connection = auditor.getConnection();
                Statement run = connection.createStatement();
                IndicoMetrics metrics = IndicoMetrics.builder(new Pool(database))
                        .discoverCollectors()
                        .profile(Profile.FULL)
                        .build()) {
            run.execute(metrics.grants("ours", true));
            assertThat(metrics.readOnce(null).status().collectors())
                    .allMatch(collector -> collector.outcome() == Outcome.SUCCESS);
            run.execute("SELECT pg_stat_statements_reset('auditor'::regrole)");
            run.execute(metrics.statements());
        }
        assertThat(sentOnlyBy("ours", "auditor"))
                .allMatch(entry -> !READS_INDICO.matcher(entry).find());
        assertThat(sentOnlyBy("auditor", "ours")).allMatch(entry -> entry.contains("pg_stat_statements_reset"));
    }

    private List<String> sentOnlyBy(String role, String other) {
        return database.dsl()
                .fetch(
                        "SELECT query FROM pg_stat_statements JOIN pg_roles ON pg_roles.oid = userid WHERE rolname = ?"
                                + " AND queryid NOT IN (SELECT queryid FROM pg_stat_statements JOIN pg_roles"
                                + " ON pg_roles.oid = userid WHERE rolname = ?)",
                        role,
                        other)
                .getValues(0, String.class);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).isNegative();
            Thread.onSpinWait();
        }
    }

    /** Runs long enough the first time that the engine looks for sessions that wait for it. */
    private static final class Slow implements MetricCollector {
        private static final MetricFamily GAUGE =
                MetricFamily.gauge("test_slow").help("A test metric.").build();

        private final AtomicInteger runs = new AtomicInteger();

        @Override
        public String name() {
            return "slow";
        }

        @Override
        public List<MetricFamily> families() {
            return List.of(GAUGE);
        }

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            boolean isFirst = !context.now().equals(Instant.EPOCH) && runs.getAndIncrement() == 0;
            return List.of(FamilyQuery.withoutFrom()
                    .value(
                            GAUGE,
                            Value.scalar(DSL.field(
                                    "(SELECT 1 FROM pg_sleep({0}))", Integer.class, DSL.inline(isFirst ? 2.5 : 0.0)))));
        }
    }

    /** Fails each time, so that its savepoint is rolled back to. */
    private static final class Failing implements MetricCollector {
        private static final MetricFamily GAUGE =
                MetricFamily.gauge("test_failing").help("A test metric.").build();

        @Override
        public String name() {
            return "failing";
        }

        @Override
        public List<MetricFamily> families() {
            return List.of(GAUGE);
        }

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            return List.of(FamilyQuery.withoutFrom().value(GAUGE, Value.scalar(DSL.field("1 / 0", Integer.class))));
        }
    }

    /** Keeps connections open, as hosts do: the driver counts what it names by the connection. */
    private static final class Pool extends PGSimpleDataSource {
        private static final long serialVersionUID = 1L;

        private final transient ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

        Pool(IndicoDatabase database) {
            setUrl(database.jdbcUrl());
            setUser("ours");
            setPassword("right");
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection kept = idle.poll();
            Connection connection = kept == null ? super.getConnection() : kept;
            return (Connection) Proxy.newProxyInstance(
                    Pool.class.getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                        if (method.getName().equals("close")) {
                            idle.push(connection);
                            return null;
                        }
                        try {
                            return method.invoke(connection, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }

    private static final class TestClock extends Clock {
        private volatile Instant now = Instant.parse("2026-06-15T12:00:00Z");

        void advance(Duration duration) {
            now = now.plus(duration);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
