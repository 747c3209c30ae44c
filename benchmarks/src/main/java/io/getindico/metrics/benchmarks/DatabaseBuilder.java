package io.getindico.metrics.benchmarks;

import io.getindico.metrics.benchmarks.Dataset.Variant;
import io.getindico.metrics.jooq.IndicoRelease;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fills databases, or takes those that are there. */
final class DatabaseBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseBuilder.class);
    private static final Pattern INDEX = Pattern.compile("(?m)^CREATE (UNIQUE )?INDEX .*;$");
    private static final Pattern STATEMENT = Pattern.compile("(?m)(?<=;)$");
    private static final String UNFINISHED = "unfinished";

    private final Server server;

    /**
     * Prepares to build.
     *
     * @param server one for loading
     */
    DatabaseBuilder(Server server) {
        this.server = server;
    }

    /** Creates the database unless it is there; then there is nothing to return. */
    Optional<BuildResult> build(Dataset dataset) throws SQLException {
        if (exists(dataset)) {
            return Optional.empty();
        }
        Instant started = Instant.now();
        Dataset neverAnalysed = dataset.with(Variant.NEVER_ANALYSED);
        String copyOf =
                dataset.variant() == Variant.VACUUMED && exists(neverAnalysed) ? neverAnalysed.database() : null;
        server.execute("postgres", "DROP DATABASE IF EXISTS " + UNFINISHED);
        server.execute(
                "postgres",
                "CREATE DATABASE " + UNFINISHED
                        + (copyOf != null ? " TEMPLATE " + copyOf + " STRATEGY file_copy" : ""));
        if (copyOf == null) {
            fill(dataset);
        }
        if (dataset.variant() != Variant.NEVER_ANALYSED) {
            server.execute(UNFINISHED, "VACUUM ANALYZE");
        }
        server.execute("postgres", "CHECKPOINT", "ALTER DATABASE " + UNFINISHED + " RENAME TO " + dataset.database());
        double seconds = Duration.between(started, Instant.now()).toMillis() / 1e3;
        BuildResult result = new BuildResult(dataset, copyOf, seconds, gigabytes(dataset));
        LOG.info("{}", result);
        return Optional.of(result);
    }

    private double gigabytes(Dataset dataset) throws SQLException {
        return number("SELECT pg_database_size('%s') / 1e9".formatted(dataset.database()));
    }

    private boolean exists(Dataset dataset) throws SQLException {
        return number("SELECT count(*) FROM pg_database WHERE datname = '%s'".formatted(dataset.database())) > 0;
    }

    private double number(String query) throws SQLException {
        return Statements.read(server.dataSource("postgres"), Map.of("", query)).getOrDefault("", 0.0);
    }

    private void fill(Dataset dataset) throws SQLException {
        IndicoRelease release = IndicoRelease.newest();
        try (Connection connection = server.dataSource(UNFINISHED).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(INDEX.matcher(release.ddl()).replaceAll(""));
            // The rows are made to fit; to look each parent up would take longer than to write the rows.
            statement.execute("SET session_replication_role = replica");
            for (Map.Entry<String, String> revision : release.revisions().entrySet()) {
                statement.execute(
                        "INSERT INTO public.%s VALUES ('%s')".formatted(revision.getKey(), revision.getValue()));
            }
            for (String sql : STATEMENT
                    .splitAsStream(Words.script("data.sql", words(dataset)))
                    .toList()) {
                run(statement, sql);
            }
            List<String> indexes = INDEX.matcher(release.ddl())
                    .results()
                    .map(MatchResult::group)
                    .toList();
            for (String index : indexes) {
                statement.execute(index);
            }
        }
    }

    private static void run(Statement statement, String sql) throws SQLException {
        Instant started = Instant.now();
        statement.execute(sql);
        LOG.debug("{} ms: {}", Duration.between(started, Instant.now()).toMillis(), sql.strip());
    }

    private static Map<String, Object> words(Dataset dataset) {
        Map<String, Object> words = new HashMap<>(dataset.counts());
        words.put("now", "2026-06-01 10:00:00");
        words.put("seed", dataset.seed());
        words.put("shuffled", dataset.variant() == Variant.SHUFFLED);
        return words;
    }
}
