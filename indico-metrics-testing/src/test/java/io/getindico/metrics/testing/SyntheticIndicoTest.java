package io.getindico.metrics.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.table;

import io.getindico.metrics.jooq.IndicoRelease;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyntheticIndicoTest {
    private static final SyntheticIndico SMALL = SyntheticIndico.of(0.0005);

    @Test
    void sameSeedGivesTheSameRowsAndAnotherSeedGivesOthers() {
        Map<String, BigDecimal> rows = filled(SMALL, SyntheticIndicoTest::hashes);
        assertThat(filled(SyntheticIndico.of(0.0005), SyntheticIndicoTest::hashes))
                .isEqualTo(rows);
        assertThat(filled(SMALL.seed(2), SyntheticIndicoTest::hashes).get("events.events"))
                .isNotEqualTo(rows.get("events.events"));
    }

    /** A hash of each table with rows, whatever their order. */
    private static Map<String, BigDecimal> hashes(DSLContext dsl) {
        Map<String, BigDecimal> hashes = new TreeMap<>();
        for (String name : Tables.names(dsl)) {
            BigDecimal hash = dsl.fetchSingle("SELECT sum(hashtextextended(t::text, 0)) FROM %s t".formatted(name))
                    .get(0, BigDecimal.class);
            if (hash != null) {
                hashes.put(name, hash);
            }
        }
        return hashes;
    }

    private static <T> T filled(SyntheticIndico rows, Function<DSLContext, T> read) {
        try (IndicoDatabase indico = IndicoDatabase.create(IndicoRelease.newest())) {
            rows.fill(indico.dataSource());
            return indico.dsl().connectionResult(connection -> read.apply(DSL.using(connection)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void hasAsManyRowsAsItSays(boolean isShuffled) {
        SyntheticIndico rows = isShuffled ? SMALL.shuffled() : SMALL;
        Map<String, Long> counts = rows.counts();
        assertThat(counts).containsEntry("events", 500L).containsEntry("rooms", 40L);
        filled(rows, dsl -> {
            assertThat(dsl.fetchCount(table("events.events"))).isEqualTo(500);
            assertThat(dsl.fetchCount(table("events.contributions"))).isEqualTo(1500);
            assertThat(dsl.fetchCount(table("attachments.files"))).isEqualTo(2100);
            assertThat(dsl.fetchCount(table("roombooking.rooms"))).isEqualTo(40);
            assertThat(dsl.fetchCount(table("roombooking.reservation_occurrences")))
                    .isEqualTo(1600);
            assertThat((double) dsl.fetchCount(table("users.identities")))
                    .isBetween(0.8 * counts.getOrDefault("users", 0L), 1.2 * counts.getOrDefault("users", 0L));
            return true;
        });
    }

    /** PostgreSQL does not check foreign keys while it fills the tables, but does when they are made again. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyRowHasItsParents(boolean isShuffled) {
        filled(isShuffled ? SMALL.shuffled() : SMALL, dsl -> dsl.execute("""
            DO $$
            DECLARE key record;
            BEGIN
              FOR key IN
                SELECT conrelid::regclass AS relation, conname, pg_get_constraintdef(oid) AS definition
                FROM pg_constraint WHERE contype = 'f'
              LOOP
                EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %2$I %s',
                  key.relation, key.conname, key.definition);
              END LOOP;
            END $$\
            """));
    }

    @Test
    void rowsEndAtTheGivenTime() {
        Instant now = Instant.parse("2031-02-03T04:05:06.5Z");
        Instant last = filled(
                SMALL.now(now),
                dsl -> dsl.fetchSingle("SELECT max(created_dt) AT TIME ZONE 'UTC' FROM events.events")
                        .get(0, Instant.class));
        assertThat(last).isEqualTo(now);
    }

    @Test
    void fillsAPreparedDatabaseToo() {
        try (IndicoDatabase indico = IndicoDatabase.create(IndicoRelease.newest())) {
            indico.prepare();
            SMALL.fill(indico.dataSource());
            assertThat(indico.dsl().fetchCount(table("events.events"))).isEqualTo(500);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN})
    void refusesAFactorThatIsNotPositive(double factor) {
        assertThatThrownBy(() -> SyntheticIndico.of(factor))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the factor is " + factor + ", but must be positive");
    }
}
