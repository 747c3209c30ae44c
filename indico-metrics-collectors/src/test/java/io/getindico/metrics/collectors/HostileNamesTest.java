package io.getindico.metrics.collectors;

import static io.getindico.metrics.jooq.plugin_livesync.tables.Agents.AGENTS;
import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.collectors.livesync.LivesyncAgentsCollector;
import io.getindico.metrics.collectors.rooms.RoomsCollector;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.IndicoTest;
import io.getindico.metrics.testing.RowsSent;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names that would be too many, too long or malformed in an exposition. */
@IndicoTest
class HostileNamesTest {
    private static final int MANY = 10_000;
    private static final int KEPT = 50;

    /** Fewer than fifty. The longest ones differ in their last character only. */
    private static final List<String> NAMES = Stream.of(
                    Stream.of("", " ", "other", "unknown", "\"", "'", "\\", "\\n", "\n", "\r\n", "\t", "{}=,#", "NaN"),
                    Stream.of(
                            "x".repeat(65_535) + "a", "x".repeat(65_535) + "b", "\u00a0", "\u202e", "\ufeff", "\ufffd"),
                    // Each plane of Unicode, and its last character that PostgreSQL takes.
                    IntStream.rangeClosed(0, 16)
                            .mapToObj(plane -> Character.toString((plane << 16) + 0x41)
                                    + Character.toString((plane << 16) + 0xFFFF)),
                    IntStream.of(1, 7, 27, 31, 127, 133).mapToObj(Character::toString))
            .flatMap(names -> names)
            .toList();

    private final IndicoDatabase database;
    private final IndicoRows rows;

    HostileNamesTest(IndicoDatabase database, IndicoRows rows) {
        this.database = database;
        this.rows = rows;
    }

    private SortedMap<String, Double> read(MetricCollector collector) {
        return ExpositionText.values(ExpositionText.of(collector, database));
    }

    private static List<Double> of(String family, SortedMap<String, Double> values) {
        return values.entrySet().stream()
                .filter(series -> series.getKey().matches("(?s)" + family + "(\\{.*)?"))
                .map(series -> series.getValue())
                .toList();
    }

    private static void assertBounded(MetricCollector collector, SortedMap<String, Double> values) {
        for (MetricFamily family : collector.families()) {
            assertThat(of(family.name(), values)).as(family.name()).hasSizeLessThanOrEqualTo((int) family.maxSeries());
        }
    }

    @Test
    void tenThousandLocationsBecomeFiftyAndOther() {
        assertThat(NAMES).hasSizeLessThan(KEPT).doesNotHaveDuplicates();
        for (String name : NAMES) {
            int location = rows.row(LOCATIONS).with(LOCATIONS.NAME, name).insert();
            rows.row(ROOMS).with(ROOMS.LOCATION_ID, location).insert();
        }
        copy("roombooking.locations", "json_build_object('id', 1000000000 + n, 'name', 'location ' || n)");
        copy("roombooking.rooms", "json_build_object('id', 1000000000 + n, 'location_id', 1000000000 + n)");
        RoomsCollector collector = new RoomsCollector();
        // The genuine "other" is one of the fifty, and counts with the rest.
        assertThat(RowsSent.most(collector, database)).isEqualTo(KEPT);
        SortedMap<String, Double> values = read(collector);
        assertBounded(collector, values);
        assertThat(of("indico_rooms", values)).hasSize(KEPT);
        assertThat(of("indico_rooms", values).stream()
                        .mapToDouble(value -> value)
                        .sum())
                .isEqualTo(NAMES.size() + MANY);
        assertThat(values)
                .containsEntry("indico_rooms{location=\"other\"}", MANY + NAMES.size() - (KEPT - 1.0))
                .containsEntry("indico_rooms{location=\"unknown\"}", 1.0)
                .containsEntry("indico_rooms", 1.0)
                .containsEntry("indico_rooms{location=\"\\\\\"}", 1.0)
                .containsEntry("indico_rooms{location=\"\\\\n\"}", 1.0)
                .containsEntry("indico_rooms{location=\"\\n\"}", 1.0)
                .containsEntry("indico_rooms{location=\"\\\"\"}", 1.0)
                .containsEntry("indico_rooms{location=\"\ud800\udc41\ud83f\udfff\"}", 1.0);
        assertThat(values.keySet()).allMatch(series -> series.length() < 300);
    }

    /** Copies the first row of a table many times, with other values in some columns. */
    private void copy(String table, String values) {
        database.dsl()
                .execute("INSERT INTO %s SELECT (json_populate_record(r, %s)).*".formatted(table, values)
                        + " FROM %s r, generate_series(1, %d) n WHERE r.id = (SELECT min(id) FROM %1$s)"
                                .formatted(table, MANY));
    }

    @Test
    void manyBackendsBecomeFiftyAndOther() {
        for (int i = 0; i < 60; i++) {
            for (int j = 0; j < 3; j++) {
                rows.row(AGENTS)
                        .with(AGENTS.NAME, "agent " + i)
                        .with(AGENTS.BACKEND_NAME, "backend " + j)
                        .insert();
            }
        }
        LivesyncAgentsCollector collector = new LivesyncAgentsCollector();
        assertThat(RowsSent.most(collector, database)).isLessThanOrEqualTo(KEPT + KEPT + 1);
        SortedMap<String, Double> values = read(collector);
        assertBounded(collector, values);
        assertThat(of("indico_livesync_agent_info", values)).hasSize(KEPT + (KEPT - 16) + 1);
        assertThat(of("indico_livesync_agent_initial_export_done", values)).hasSize(KEPT + 1);
    }
}
