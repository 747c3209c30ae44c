package io.getindico.metrics.testing;

import static io.getindico.metrics.jooq.attachments.tables.Attachments.ATTACHMENTS;
import static io.getindico.metrics.jooq.attachments.tables.Folders.FOLDERS;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Notes.NOTES;
import static io.getindico.metrics.jooq.roombooking.tables.ReservationOccurrences.RESERVATION_OCCURRENCES;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static io.getindico.metrics.jooq.users.tables.Identities.IDENTITIES;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.jooq.enums.ReservationState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IndicoRowsTest {
    private static final Instant NOW = Instant.parse("2026-06-15T12:00:00.123456Z");

    @ParameterizedTest
    @EnumSource
    void everyTableWithIdsAcceptsARowOfFillers(IndicoRelease release) throws SQLException {
        try (IndicoDatabase database = IndicoDatabase.create(release);
                Connection connection = database.dataSource().getConnection()) {
            DSLContext dsl = DSL.using(connection);
            IndicoRows rows = IndicoRows.into(dsl);
            List<String> tables = tablesWithIds(dsl);
            assertThat(tables).hasSizeGreaterThan(100);
            for (String name : tables) {
                Table<?> table = table(name(name.split("\\.", 2)));
                // It may have got its row as a parent.
                if (!dsl.fetchExists(table)) {
                    assertThat(rows.row(table).insert()).as(name).isPositive();
                }
            }
            assertThat(List.of(EVENTS, USERS, IDENTITIES, CONTRIBUTIONS, NOTES, FOLDERS, ATTACHMENTS, ROOMS))
                    .allSatisfy(table -> assertThat(rows.row(table).insert()).isGreaterThan(1));
        }
    }

    private static List<String> tablesWithIds(DSLContext dsl) {
        return dsl.fetch("""
            SELECT table_schema || '.' || table_name FROM information_schema.columns
            WHERE column_name = 'id' AND column_default LIKE 'nextval%' ORDER BY 1\
            """).getValues(0, String.class);
    }

    @Test
    void givenValuesAreKeptAndReferencedRowsAreInserted() {
        try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest())) {
            DSLContext dsl = database.dsl();
            IndicoRows rows = IndicoRows.into(dsl);
            int event = rows.row(EVENTS)
                    .with(EVENTS.ID, 7)
                    .with(EVENTS.START_DT, NOW)
                    .with(EVENTS.CATEGORY_ID, null)
                    .insert();
            rows.row(CONTRIBUTIONS).with(CONTRIBUTIONS.EVENT_ID, event).insert();
            rows.row(CONTRIBUTIONS).insert();

            assertThat(event).isEqualTo(7);
            assertThat(dsl.fetchValue(EVENTS.START_DT)).isEqualTo(NOW);
            assertThat(dsl.fetchCount(CATEGORIES)).isZero();
            assertThat(dsl.fetchCount(USERS)).isOne();
            assertThat(dsl.select(CONTRIBUTIONS.EVENT_ID).from(CONTRIBUTIONS).fetch(CONTRIBUTIONS.EVENT_ID))
                    .containsExactly(event, event);
            assertThat(dsl.fetchCount(EVENTS)).isOne();
        }
    }

    @Test
    void aTableWithoutIdsReturnsNone() {
        try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest())) {
            IndicoRows rows = IndicoRows.into(database.dsl());
            assertThat(rows.row(RESERVATION_OCCURRENCES).insert()).isEqualTo(IndicoRows.NO_ID);
            assertThat(database.dsl().fetchValue(RESERVATIONS.STATE)).isEqualTo(ReservationState.PENDING);
        }
    }

    @Test
    void deletingLeavesNothing() {
        try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.V3_3_12)) {
            GoldenData.of(IndicoRelease.V3_3_12).loadInto(database);
            IndicoRows.into(database.dsl()).deleteAll();
            database.dsl()
                    .connection(connection -> assertThat(Tables.names(DSL.using(connection)))
                            .hasSizeGreaterThan(100)
                            .noneMatch(name -> DSL.using(connection).fetchExists(table(name))));
        }
    }

    @Test
    void aRowThatIsThereCanBeChanged() {
        try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest())) {
            IndicoRows rows = IndicoRows.into(database.dsl());
            int first = rows.row(EVENTS).insert();
            int second = rows.row(EVENTS).insert();
            rows.update(EVENTS, second, EVENTS.IS_DELETED, true);
            assertThat(database.dsl()
                            .select(EVENTS.ID)
                            .from(EVENTS)
                            .where(EVENTS.IS_DELETED)
                            .fetch(EVENTS.ID))
                    .containsExactly(second)
                    .doesNotContain(first);
            assertThatThrownBy(() -> rows.update(EVENTS, 4711, EVENTS.IS_DELETED, true))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no row with the id 4711 in \"events\".\"events\"");
        }
    }
}
