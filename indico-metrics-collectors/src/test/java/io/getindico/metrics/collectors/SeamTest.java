package io.getindico.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.FamilyHistory.Exactness;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.collectors.differential.RandomDatabases;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.GoldenCase;
import io.getindico.metrics.testing.GoldenData;
import io.getindico.metrics.testing.HistoryText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.SyntheticIndico;
import io.getindico.metrics.testing.WideData;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.Test;

/** The past ends with what a scrape reads. */
class SeamTest {
    private static final Set<Exactness> ALL = Set.of(Exactness.values());
    /** Random rows break rules of Indico that the others rely on, such as that a booked day ends on the same day. */
    private static final Set<Exactness> EXACT = Set.of(Exactness.EXACT);

    private static final int RANDOM_DATABASES = 10;

    @Test
    void thePastEndsWithThePresentOnGoldenData() {
        WideData.RELEASES.forEach(release -> {
            try (IndicoDatabase database = IndicoDatabase.create(release)) {
                GoldenData data = WideData.of(release);
                data.loadInto(database);
                data.cases().stream()
                        .limit(1)
                        .forEach(golden -> check(
                                database.dataSource(),
                                golden.now(),
                                ALL,
                                builder -> Gauges.configure(builder, golden)));
            }
        });
    }

    @Test
    void thePastEndsWithThePresentOnRandomData() throws SQLException {
        try (RandomDatabases databases = RandomDatabases.create()) {
            for (int seed = 0; seed < RANDOM_DATABASES; seed++) {
                GoldenCase golden = databases.write(seed);
                check(databases.dataSource(), golden.now(), EXACT, builder -> Gauges.configure(builder, golden));
            }
        }
    }

    @Test
    void thePastEndsWithThePresentOnSyntheticData() {
        Instant now = Instant.parse("2026-06-01T10:00:00Z");
        try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest())) {
            database.prepare();
            SyntheticIndico.of(0.001).now(now).fill(database.dataSource());
            check(database.dataSource(), now, ALL, builder -> builder.extraFamilies(List.of("*")));
        }
    }

    private static void check(
            DataSource dataSource,
            Instant now,
            Set<Exactness> exactness,
            UnaryOperator<IndicoMetricsBuilder> settings) {
        moveToThePast(dataSource, now);
        IndicoMetricsBuilder builder = IndicoMetrics.builder(dataSource).discoverCollectors();
        try (IndicoMetrics metrics = settings.apply(builder).build()) {
            // In the past, a booking that passes midnight counts on its first day.
            assertThat(HistoryText.seam(metrics, now, exactness).keySet())
                    .allMatch(series -> series.startsWith("indico_room_booked_today_seconds{"));
        }
    }

    /** Nothing happens after the instant that counts as now, and Indico sends no reminder before its time. */
    private static void moveToThePast(DataSource dataSource, Instant now) {
        DSLContext dsl = DSL.using(dataSource, SQLDialect.POSTGRES);
        dsl.fetch("""
                        SELECT table_schema || '.' || table_name, column_name FROM information_schema.columns
                        WHERE column_name IN ('created_dt', 'submitted_dt', 'logged_dt', 'requested_dt', 'modified_dt',
                                              'checked_in_dt', 'revoked_dt', 'timestamp')
                            AND data_type LIKE 'timestamp%' AND table_schema NOT IN ('pg_catalog', 'information_schema')
                        """)
                .forEach(column -> dsl.execute("""
                        UPDATE %1$s SET %2$s = %3$s - (%2$s - %3$s) WHERE %2$s > %3$s
                        """.formatted(
                                column.get(0), column.get(1), "('" + now + "'::timestamptz AT TIME ZONE 'UTC')")));
        dsl.execute(
                "UPDATE events.reminders SET is_sent = false WHERE scheduled_dt > {0} AT TIME ZONE 'UTC'",
                DSL.inline(now.toString()).cast(SQLDataType.TIMESTAMPWITHTIMEZONE));
    }
}
