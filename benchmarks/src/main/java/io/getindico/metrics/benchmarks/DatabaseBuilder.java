package io.getindico.metrics.benchmarks;

import io.getindico.metrics.benchmarks.Dataset.Variant;
import io.getindico.metrics.jooq.IndicoRelease;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the databases that do not exist yet. */
final class DatabaseBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseBuilder.class);
    private static final Pattern INDEX = Pattern.compile("(?m)^CREATE (UNIQUE )?INDEX .*;$");
    private static final String UNFINISHED = "unfinished";

    private final Server server;

    /**
     * Creates a builder.
     *
     * @param server a server with the settings for loading
     */
    DatabaseBuilder(Server server) {
        this.server = server;
    }

    /** Builds the database. Returns nothing if it exists already. */
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

    private void fill(Dataset dataset) {
        IndicoRelease release = IndicoRelease.newest();
        server.execute(UNFINISHED, INDEX.matcher(release.ddl()).replaceAll(""));
        release.revisions()
                .forEach((table, revision) ->
                        server.execute(UNFINISHED, "INSERT INTO public.%s VALUES ('%s')".formatted(table, revision)));
        dataset.rows().fill(server.dataSource(UNFINISHED));
        // To keep indexes up to date row by row would take longer.
        INDEX.matcher(release.ddl()).results().forEach(index -> server.execute(UNFINISHED, index.group()));
    }
}
