package io.getindico.metrics.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.getindico.metrics.jooq.IndicoRelease;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * An Indico of any size that has grown for twenty years, with rows in every table that the built-in collectors read.
 * PostgreSQL makes the rows itself, some hundred thousand a second. The same size, seed and time always give the same
 * rows.
 *
 * <pre>{@code
 * try (IndicoDatabase indico = IndicoDatabase.create(IndicoRelease.newest())) {
 *     SyntheticIndico.of(0.001).fill(indico.dataSource());
 *     ...
 * }
 * }</pre>
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class SyntheticIndico {
    /** With fewer rows in a table, a share of them could be none. */
    private static final long SMALLEST_TABLE = 40;

    private static final Pattern COUNT = Pattern.compile("(?m)^\\\\set (\\w+) (\\d+)$");
    private static final Pattern WORD = Pattern.compile("(?<!:):([a-z_]+)");
    private static final Pattern STATEMENT = Pattern.compile("(?m)(?<=;)$");
    private static final String SCRIPT = read("synthetic.sql");

    private final double factor;
    private final int seed;
    private final Instant now;
    private final boolean isShuffled;

    private SyntheticIndico(double factor, int seed, Instant now, boolean isShuffled) {
        this.factor = factor;
        this.seed = seed;
        this.now = now;
        this.isShuffled = isShuffled;
    }

    /**
     * An Indico with the seed 1, whose twenty years end on 1 June 2026 at 10:00 UTC.
     *
     * @param factor the size, 1 for that of CERN's with a million events; a table has at least 40 rows
     * @return the rows, not yet in a database
     * @throws IllegalArgumentException if the factor is not positive
     */
    public static SyntheticIndico of(double factor) {
        if (!(factor > 0)) {
            throw new IllegalArgumentException("the factor is " + factor + ", but must be positive");
        }
        return new SyntheticIndico(factor, 1, Instant.parse("2026-06-01T10:00:00Z"), false);
    }

    /**
     * Chooses other random numbers.
     *
     * @param newSeed any number
     * @return a copy with that seed
     */
    public SyntheticIndico seed(int newSeed) {
        return new SyntheticIndico(factor, newSeed, now, isShuffled);
    }

    /**
     * Moves all dates. The last row was made at that time; events and bookings lie ahead as well.
     *
     * @param newNow the end of the twenty years
     * @return a copy with that time
     */
    public SyntheticIndico now(Instant newNow) {
        return new SyntheticIndico(factor, seed, newNow, isShuffled);
    }

    /**
     * Puts children anywhere in their tables, not near those of the same parent. Queries then read more pages.
     *
     * @return a copy that does so
     */
    public SyntheticIndico shuffled() {
        return new SyntheticIndico(factor, seed, now, true);
    }

    /**
     * How many rows there will be.
     *
     * @return the numbers by what they count, such as {@code events}, {@code bookings} and their {@code occurrences}
     */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        COUNT.matcher(SCRIPT)
                .results()
                .forEach(count -> counts.put(count.group(1), scaled(Long.parseLong(count.group(2)))));
        return Collections.unmodifiableMap(counts);
    }

    private long scaled(long count) {
        return Math.max(SMALLEST_TABLE, Math.round(count * factor));
    }

    /**
     * Puts the rows into a database, in one transaction, and moves the sequences beyond the ids.
     *
     * @param dataSource a superuser's connections to a database with the tables of the {@linkplain
     *     IndicoRelease#newest() newest release}, and no rows but those of {@link IndicoDatabase#prepare()}
     * @throws org.jooq.exception.DataAccessException if PostgreSQL refuses the rows
     */
    public void fill(DataSource dataSource) {
        DSL.using(dataSource, SQLDialect.POSTGRES).transaction(transaction -> {
            DSLContext dsl = transaction.dsl();
            dsl.connection(connection -> {
                try (Statement statement = connection.createStatement()) {
                    insert(statement);
                }
            });
            Sequences.advance(dsl);
        });
    }

    private void insert(Statement statement) throws SQLException {
        // The rows fit together; to look up each parent would take longer than to write the rows.
        statement.execute("SET LOCAL session_replication_role = replica");
        Map<String, String> values = values();
        String script = COUNT.matcher(SCRIPT).replaceAll("");
        String sql = WORD.matcher(script).replaceAll(word -> value(word, values));
        for (String insert : STATEMENT.splitAsStream(sql).toList()) {
            statement.execute(insert);
        }
    }

    private Map<String, String> values() {
        Map<String, String> values = new HashMap<>();
        counts().forEach((word, count) -> values.put(word, count.toString()));
        values.put("now", "'%s'::timestamp".formatted(LocalDateTime.ofInstant(now, ZoneOffset.UTC)));
        values.put("seed", String.valueOf(seed));
        values.put("shuffled", String.valueOf(isShuffled));
        return values;
    }

    private static String value(MatchResult word, Map<String, String> values) {
        return Objects.requireNonNull(values.get(word.group(1)), word::group);
    }

    private static String read(String name) {
        try (InputStream in = SyntheticIndico.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
