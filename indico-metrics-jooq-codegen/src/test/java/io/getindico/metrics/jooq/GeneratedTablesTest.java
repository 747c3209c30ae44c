package io.getindico.metrics.jooq;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.jooq.enums.EventType;
import io.getindico.metrics.jooq.events.tables.Events;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.Named;
import org.jooq.Table;
import org.jooq.TableField;
import org.junit.jupiter.api.Test;

class GeneratedTablesTest {
    private static final List<Table<?>> TABLES = DefaultCatalog.DEFAULT_CATALOG
            .schemaStream()
            .flatMap(schema -> schema.tableStream())
            .toList();

    @Test
    void theyAreTheTablesOfTheNewestRelease() {
        Facts facts = Facts.of(IndicoRelease.newest());
        assertThat(TABLES).extracting(GeneratedTablesTest::name).containsExactlyInAnyOrderElementsOf(facts.tables());
        assertThat(TABLES)
                .allSatisfy(table -> assertThat(table.fieldStream().map(Named::getName))
                        .containsExactlyElementsOf(facts.columns(name(table))));
    }

    @Test
    void onlyRoomBookingKeepsLocalTimes() {
        assertThat(fields().filter(field -> field.getType() == LocalDateTime.class)
                        .map(GeneratedTablesTest::name))
                .containsExactlyInAnyOrder(
                        "roombooking.reservations.start_dt",
                        "roombooking.reservations.end_dt",
                        "roombooking.reservation_occurrences.start_dt",
                        "roombooking.reservation_occurrences.end_dt",
                        "roombooking.room_nonbookable_periods.start_dt",
                        "roombooking.room_nonbookable_periods.end_dt");
    }

    @Test
    void timesKeepTheirMicrosecondsBothWays() {
        var converter = new UtcConverter();
        LocalDateTime stored = LocalDateTime.parse("2026-11-01T12:00:00.123456");
        Instant instant = Instant.parse("2026-11-01T12:00:00.123456Z");
        assertThat(converter.from(stored)).isEqualTo(instant);
        assertThat(converter.to(instant)).isEqualTo(stored);
        assertThat(Events.EVENTS.START_DT.getDataType().precision()).isEqualTo(6);
    }

    @Test
    void anUnknownCodeReadsAsNull() {
        assertThat(EventType.ofCode((short) 3)).isEqualTo(EventType.CONFERENCE);
        assertThat(EventType.ofCode((short) 99)).isNull();
        assertThat(EventType.ofCode(null)).isNull();
    }

    static Stream<TableField<?, ?>> fields() {
        return TABLES.stream().flatMap(Table::fieldStream).map(field -> (TableField<?, ?>) field);
    }

    static String name(TableField<?, ?> field) {
        return name(field.getTable()) + "." + field.getName();
    }

    private static String name(Table<?> table) {
        return table.getSchema().getName() + "." + table.getName();
    }
}
