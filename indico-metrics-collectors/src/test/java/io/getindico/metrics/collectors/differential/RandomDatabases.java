package io.getindico.metrics.collectors.differential;

import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;

import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.collectors.Gauges;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.GoldenCase;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.WideCase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jooq.impl.DSL;

/**
 * One database after the other with the rows of a {@link RandomIndico}, and the values that the specification gives for
 * them.
 */
public final class RandomDatabases implements AutoCloseable {
    private static final ZoneId ZONE = ZoneId.of("America/St_Johns");
    private static final Duration AGE = Duration.ofHours(7);
    private static final List<Instant> INSTANTS = List.of(NOW, NOW.minus(TICK), NOW.plus(TICK));

    private final IndicoDatabase database;
    private final Connection connection;
    private final RandomColumns others;

    private RandomDatabases(IndicoDatabase database, Connection connection, RandomColumns others) {
        this.database = database;
        this.connection = connection;
        this.others = others;
    }

    public static RandomDatabases create() throws SQLException {
        IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest());
        Connection connection = database.dataSource().getConnection();
        RandomColumns others = RandomColumns.create(DSL.using(connection), columns(database.dataSource()));
        CatalogueSql.prepare(connection);
        IndicoWriter.permitMissingColumns(DSL.using(connection));
        return new RandomDatabases(database, connection, others);
    }

    /** What the collectors read, by table. */
    private static Map<String, Set<String>> columns(DataSource dataSource) {
        Map<String, Set<String>> columns = new TreeMap<>();
        Gauges.read(dataSource, NOW, builder -> builder.extraFamilies(List.of("*")))
                .reading()
                .status()
                .collectors()
                .forEach(collector -> Gauges.columns(collector)
                        .forEach((table, names) -> columns.computeIfAbsent(table, key -> new TreeSet<>())
                                .addAll(names)));
        return columns;
    }

    /** The values of the wider catalogue, by its own SQL. */
    public WideCase catalogue(Instant at) throws SQLException {
        return CatalogueSql.read(connection, at, ZONE);
    }

    public DataSource dataSource() {
        return database.dataSource();
    }

    /** The settings that the values hold for. */
    public static IndicoMetricsBuilder configure(IndicoMetricsBuilder builder) {
        return builder.zone(ZONE).setting("active_users", "age", AGE.toSeconds() + "s");
    }

    /** Replaces all rows with those of a seed, and returns the values that the specification gives for them. */
    public GoldenCase write(int seed) {
        Random random = new Random(seed);
        SmallIndico indico = RandomIndico.of(random, NOW, local(NOW), AGE);
        others.fill(random, NOW, ZONE, IndicoWriter.write(DSL.using(connection), indico));
        Instant at = INSTANTS.get(seed % INSTANTS.size());
        return new GoldenCase(at, ZONE, AGE, NaiveGauges.of(indico, at, local(at), AGE));
    }

    private static LocalDateTime local(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZONE);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        database.close();
    }
}
