package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.Value;
import io.getindico.metrics.api.engine.FailureReason;
import io.getindico.metrics.api.engine.IndicoMetrics;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;

/** The exporter behind PgBouncer, which lends its sessions per transaction. */
class PgBouncerTest {
    private final TestDatabase database = new TestDatabase();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        database.close();
    }

    private PgBouncer pooler(int sessions) throws Exception {
        return PgBouncer.start(folder, database.indico().name(), sessions);
    }

    @Test
    void theNextUserOfTheSessionFindsItUnchanged() throws Exception {
        try (PgBouncer pooler = pooler(1)) {
            SortedMap<String, String> before = session(pooler);
            try (Exporter exporter = Exporter.start(database.settings("database.url", pooler.jdbcUrl()))) {
                Waiting.until("all is read", () -> isAllRead(exporter));
                assertThat(session(pooler)).isEqualTo(before);
            }
            assertThat(session(pooler)).isEqualTo(before);
        }
    }

    private static boolean isAllRead(Exporter exporter) throws Exception {
        String body = Answer.get(exporter.uri()).body();
        long collectors = count(body, "indico_collector_ttl_seconds\\{.*");
        return collectors > 0 && count(body, "indico_collector_success\\{.*} 1\\.0") == collectors;
    }

    private static long count(String body, String line) {
        return body.lines().filter(text -> text.matches(line)).count();
    }

    /** Describes the session: its process, its settings and its prepared statements. */
    private static SortedMap<String, String> session(PgBouncer pooler) throws SQLException {
        PGSimpleDataSource dataSource = pooler.dataSource();
        dataSource.setPreferQueryMode(PreferQueryMode.SIMPLE);
        SortedMap<String, String> session = new TreeMap<>();
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT name, setting FROM pg_settings
                        UNION ALL SELECT 'backend', pg_backend_pid()::text
                        UNION ALL SELECT 'statement ' || name, statement FROM pg_prepared_statements""")) {
            while (rows.next()) {
                session.put(rows.getString(1), rows.getString(2));
            }
        }
        return session;
    }

    /** PgBouncer uses one code for all refusals, that of a protocol violation. */
    @Test
    void aLoginThatItRefusesIsARefusedLogin() throws Exception {
        try (PgBouncer pooler = pooler(1)) {
            for (String[] wrong : new String[][] {{"database.password", "wr0ng"}, {"database.user", "nosuch"}}) {
                try (Exporter exporter =
                        Exporter.start(database.settings("database.url", pooler.jdbcUrl(), wrong[0], wrong[1]))) {
                    assertThat(Answer.get(exporter.uri()).value("indico_database_error{reason=\"auth\"}"))
                            .as(wrong[0])
                            .isEqualTo(1);
                }
            }
        }
    }

    @Test
    void aDatabaseThatItDoesNotKnowIsNotIndicos() throws Exception {
        try (PgBouncer pooler = pooler(1);
                Exporter exporter = Exporter.start(
                        database.settings("database.url", pooler.jdbcUrl().replaceFirst("/[^/]+$", "/nosuch")))) {
            Answer answer = Answer.get(exporter.uri());
            assertThat(answer.value("indico_database_error{reason=\"not_indico\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aSlowStatementIsCancelledOnTheServer() throws Exception {
        try (PgBouncer pooler = pooler(1);
                IndicoMetrics metrics = IndicoMetrics.builder(pooler.dataSource())
                        .collectors(new Sleeper())
                        .queryBudget(RefreshClass.STANDARD, Duration.ofSeconds(1))
                        .build()) {
            metrics.scrape(name -> true, Duration.ofSeconds(20));
            assertThat(metrics.status().collectors())
                    .flatExtracting(collector -> collector.failureReasons())
                    .containsExactly(FailureReason.TIMEOUT);
            assertThat(database.indico()
                            .dsl()
                            .fetch("SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(60)%'"
                                    + " AND pid <> pg_backend_pid()"))
                    .isEmpty();
        }
    }

    private static final class Sleeper implements MetricCollector {
        private static final MetricFamily GAUGE =
                MetricFamily.gauge("test_sleep").help("A test metric.").build();

        @Override
        public String name() {
            return "sleeper";
        }

        @Override
        public List<MetricFamily> families() {
            return List.of(GAUGE);
        }

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            return List.of(FamilyQuery.withoutFrom()
                    .value(GAUGE, Value.scalar(DSL.field("(SELECT 1 FROM pg_sleep(60))", Integer.class))));
        }
    }
}
