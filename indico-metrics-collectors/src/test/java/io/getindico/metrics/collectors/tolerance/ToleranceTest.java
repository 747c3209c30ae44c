package io.getindico.metrics.collectors.tolerance;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.FailureReason;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.api.engine.Status;
import io.getindico.metrics.collectors.Gauges;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.ExpositionText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jooq.Record;
import org.jooq.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A missing table or column affects only the queries that need it; a new one affects none. */
class ToleranceTest {
    private final GoldenIndico indico = new GoldenIndico(IndicoRelease.V3_3_12);

    @BeforeEach
    void everythingIsThere() {
        indico.assertGolden();
    }

    @AfterEach
    void close() {
        indico.close();
    }

    @Test
    void aSchemaOfTheFutureIsReadAsFarAsItsColumnsAllow() {
        indico.sql(
                "UPDATE public.alembic_version SET version_num = 'f00dfacecafe'",
                "CREATE TABLE events.of_the_future (id serial PRIMARY KEY)",
                "ALTER TABLE events.events ADD COLUMN novelty text NOT NULL DEFAULT ''",
                "ALTER TABLE users.users ADD COLUMN novelty text NOT NULL DEFAULT ''",
                "ALTER TABLE events.notes RENAME COLUMN is_deleted TO is_gone");
        Gauges gauges = indico.assertGoldenWithout(List.of("notes"));
        assertThat(gauges.reading().status().release()).isEqualTo("unknown");
        assertThat(ExpositionText.of(gauges.reading().metrics()))
                .contains("indico_schema_info{component=\"indico\",release=\"unknown\",revision=\"f00dfacecafe\"} 1")
                .contains("indico_collector_skipped{collector=\"notes\",reason=\"column_missing\"} 1");
    }

    @Test
    void anUnreadableTypeFailsOnlyTheCollectorsThatReadIt() {
        indico.sql("ALTER TABLE events.events ALTER COLUMN id TYPE bigint");
        Gauges gauges = indico.assertGoldenWithoutQueries(query -> query.failureReason() == FailureReason.SCHEMA);
        assertThat(gauges.failures())
                .containsOnlyKeys(
                        "abstracts",
                        "agreements",
                        "attachments",
                        "editing",
                        "event_requests",
                        "notes",
                        "papers",
                        "payments",
                        "programme",
                        "registration_forms",
                        "registrations",
                        "surveys");
    }

    @Test
    void twoRevisionsDuringAnUpgradeFailNothing() {
        indico.sql("INSERT INTO public.alembic_version VALUES ('0123456789ab')");
        Status status = indico.assertGolden().reading().status();
        assertThat(status.revisions()).containsEntry("alembic_version", "0123456789ab,af9d03d7073c");
        assertThat(status.release()).isEqualTo("unknown");
    }

    @Test
    void noRevisionAtAllFailsNothing() {
        indico.sql("DELETE FROM public.alembic_version");
        assertThat(indico.assertGolden().reading().status().release()).isEqualTo("unknown");
    }

    @Test
    void aMissingColumnSkipsItsReadersUntilItReturns() {
        indico.sql("ALTER TABLE roombooking.reservations RENAME COLUMN room_id TO resource_id");
        Predicate<CollectorStatus.Query> reading = reading("roombooking.reservations", "room_id");
        Gauges gauges = indico.assertGoldenWithoutQueries(reading);
        assertSkipped(gauges, reading, SkipReason.COLUMN_MISSING, "column roombooking.reservations.room_id is missing");
        indico.sql("ALTER TABLE roombooking.reservations RENAME COLUMN resource_id TO room_id");
        indico.assertGolden();
    }

    @Test
    void aDroppedTableSkipsTheQueriesThatReadIt() {
        indico.sql("DROP TABLE users.identities CASCADE");
        Predicate<CollectorStatus.Query> reading = reading("users.identities");
        Gauges gauges = indico.assertGoldenWithoutQueries(reading);
        assertSkipped(gauges, reading, SkipReason.TABLE_MISSING, "table users.identities is missing");
    }

    @Test
    void aTableThatOnlyAPartOfACollectorReadsSkipsThatPart() {
        indico.sql("DROP TABLE attachments.files CASCADE");
        Gauges gauges = indico.assertGoldenWithoutQueries(reading("attachments.files"));
        assertThat(gauges.values())
                .containsKey("indico_num_active_attachment_files")
                .doesNotContainKey("indico_num_attachment_files");
        assertThat(gauges.collector("attachments").outcome()).isEqualTo(Outcome.PARTIAL);
        assertThat(ExpositionText.of(gauges.reading().metrics()))
                .contains("indico_collector_skipped{collector=\"attachments\",reason=\"table_missing\"} 1")
                .contains("indico_collector_success{collector=\"attachments\"} 1");
    }

    @Test
    void livesyncMayBeInstalledAndRemovedAtRunTime() {
        indico.sql(
                "ALTER SCHEMA plugin_livesync RENAME TO not_yet",
                "ALTER TABLE public.alembic_version_plugin_livesync SET SCHEMA not_yet");
        assertLivesyncIsAbsent();
        indico.sql(
                "ALTER SCHEMA not_yet RENAME TO plugin_livesync",
                "ALTER TABLE plugin_livesync.alembic_version_plugin_livesync SET SCHEMA public");
        assertThat(indico.assertGolden().reading().status().revisions()).containsKey("alembic_version_plugin_livesync");
        indico.sql("DROP SCHEMA plugin_livesync CASCADE", "DROP TABLE public.alembic_version_plugin_livesync");
        assertLivesyncIsAbsent();
    }

    private void assertLivesyncIsAbsent() {
        Gauges gauges = indico.assertGoldenWithout(List.of("livesync", "livesync_agents"));
        assertThat(gauges.collector("livesync").skipReasons()).containsExactly(SkipReason.PLUGIN_ABSENT);
        assertThat(gauges.reading().status().revisions()).containsOnlyKeys("alembic_version");
    }

    /** In a database that Alembic upgraded, the newest columns come last. */
    @Test
    void columnsMayBeInAnyOrder() {
        for (String table : tables()) {
            List<String> columns = new ArrayList<>(columns(table));
            Collections.reverse(columns);
            indico.sql(
                    "ALTER TABLE %s RENAME TO shuffled".formatted(table),
                    "CREATE TABLE %s AS SELECT %s FROM %s.shuffled"
                            .formatted(table, quoted(columns), table.substring(0, table.indexOf('.'))),
                    "DROP TABLE %s.shuffled CASCADE".formatted(table.substring(0, table.indexOf('.'))));
            assertThat(columns(table)).isEqualTo(columns);
        }
        indico.assertGolden();
    }

    @Test
    @Tag("slow")
    void aMissingTableSkipsExactlyItsReaders() {
        SortedSet<String> tables = tables();
        // Without these tables, the database does not count as Indico's.
        tables.removeAll(List.of("categories.categories", "events.events"));
        for (String table : tables) {
            String name = table.substring(table.indexOf('.') + 1);
            String away = table.substring(0, table.indexOf('.')) + ".away";
            indico.sql("ALTER TABLE %s RENAME TO away".formatted(table));
            indico.assertGoldenWithoutQueries(reading(table));
            indico.sql("ALTER TABLE %s RENAME TO %s".formatted(away, name));
        }
        indico.assertGolden();
    }

    @Test
    @Tag("slow")
    void aMissingColumnSkipsExactlyItsReaders() {
        for (String table : tables()) {
            for (String column : columnsRead(table)) {
                indico.sql("ALTER TABLE %s RENAME COLUMN %s TO away".formatted(table, column));
                indico.assertGoldenWithoutQueries(reading(table, column));
                indico.sql("ALTER TABLE %s RENAME COLUMN away TO %s".formatted(table, column));
            }
        }
        indico.assertGolden();
    }

    private static void assertSkipped(
            Gauges gauges, Predicate<CollectorStatus.Query> queries, SkipReason reason, String detail) {
        assertThat(gauges.reading().status().collectors())
                .flatExtracting(CollectorStatus::queries)
                .filteredOn(queries)
                .isNotEmpty()
                .allSatisfy(query -> {
                    assertThat(query.skipReason()).isEqualTo(reason);
                    assertThat(query.detail()).isEqualTo(detail);
                });
    }

    private static Predicate<CollectorStatus.Query> reading(String table) {
        return query -> query.columns().containsKey(table);
    }

    private static Predicate<CollectorStatus.Query> reading(String table, String column) {
        return query -> query.columns().getOrDefault(table, new TreeSet<>()).contains(column);
    }

    private SortedSet<String> tables() {
        SortedSet<String> tables = new TreeSet<>();
        indico.queries().forEach(query -> tables.addAll(query.columns().keySet()));
        return tables;
    }

    private SortedSet<String> columnsRead(String table) {
        SortedSet<String> columns = new TreeSet<>();
        indico.queries().forEach(query -> columns.addAll(query.columns().getOrDefault(table, new TreeSet<>())));
        return columns;
    }

    private List<String> columns(String table) {
        Result<Record> columns = indico.dsl()
                .fetch(
                        "SELECT attname FROM pg_attribute WHERE attrelid = ?::regclass AND attnum > 0"
                                + " AND NOT attisdropped ORDER BY attnum",
                        table);
        return columns.getValues(0, String.class);
    }

    private static String quoted(List<String> columns) {
        return "\"" + String.join("\", \"", columns) + "\"";
    }
}
