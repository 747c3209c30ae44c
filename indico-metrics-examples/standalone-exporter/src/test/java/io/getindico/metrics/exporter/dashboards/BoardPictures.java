package io.getindico.metrics.exporter.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.exporter.Answer;
import io.getindico.metrics.exporter.Exporter;
import io.getindico.metrics.exporter.PrometheusServer;
import io.getindico.metrics.exporter.TestDatabase;
import io.getindico.metrics.exporter.Tools;
import io.getindico.metrics.exporter.promql.Catalogue;
import io.getindico.metrics.testing.SyntheticIndico;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Draws the boards of several Indicos. Only dashboards/render.sh runs it: no build selects a class of this name. */
final class BoardPictures {
    static final String FOLDER = "pictures.folder";

    private static final Catalogue CATALOGUE = Catalogue.declared();
    private static final long HOUR = 3600;
    private static final long DAY = BoardsIT.DAY;
    private static final long QUARTER = 900;
    private static final long LIVE_TTL = 55;
    private static final int YEARS_OF_DAYS = 10 * 365;

    /** A little more than a day, since some expressions look back an hour. */
    private static final int DAY_OF_MINUTES = 26 * 60;

    private static final int DAYS_OF_HOURS = 35;
    private static final double YEARS_TO_GROW = 4;
    private static final Path REPOSITORY = Path.of(System.getProperty("basedir", ""))
            .resolve("../..")
            .toAbsolutePath()
            .normalize();

    /** Makes rows current, so that each panel has data at any hour and no old row looks like a fault. */
    private static final List<String> CHANGES = List.of(
            "UPDATE roombooking.reservation_occurrences SET state = 2, start_dt = date_trunc('minute', now() AT TIME ZONE"
                    + " 'Europe/Zurich') - interval '10 minutes', end_dt = date_trunc('minute', now() AT TIME ZONE"
                    + " 'Europe/Zurich') + interval '50 minutes' WHERE ctid IN (SELECT DISTINCT ON (b.room_id) o.ctid FROM"
                    + " roombooking.reservation_occurrences o JOIN roombooking.reservations b ON b.id = o.reservation_id"
                    + " WHERE b.state = 2 ORDER BY b.room_id, o.start_dt LIMIT 14)",
            "UPDATE events.events SET start_dt = now() AT TIME ZONE 'UTC' + (id % 40 - 25) * interval '20 minutes', end_dt ="
                    + " now() AT TIME ZONE 'UTC' + (id % 40 - 25) * interval '20 minutes' + (1 + id % 7) * interval '2 hours'"
                    + " WHERE id IN (SELECT e.id FROM events.events e JOIN event_registration.registrations r ON r.event_id ="
                    + " e.id WHERE NOT e.is_deleted GROUP BY e.id ORDER BY count(*) DESC LIMIT 60)",
            "UPDATE event_registration.forms SET end_dt = NULL, start_dt = now() AT TIME ZONE 'UTC' + id * interval '1 hour'"
                    + " WHERE id IN (SELECT f.id FROM event_registration.forms f JOIN events.events e ON e.id = f.event_id"
                    + " WHERE NOT e.is_deleted AND NOT f.is_deleted AND NOT f.is_purged ORDER BY f.id LIMIT 6)",
            "UPDATE indico.files SET created_dt = now() AT TIME ZONE 'UTC' - interval '5 hours' WHERE NOT claimed",
            "UPDATE event_registration.forms SET retention_period = NULL",
            "UPDATE event_registration.form_items SET retention_period = NULL",
            "UPDATE events.logs SET logged_dt = now() AT TIME ZONE 'UTC' - id % 600 * interval '2 minutes' WHERE id >"
                    + " (SELECT max(id) - 600 FROM events.logs)",
            "UPDATE event_registration.registrations r SET submitted_dt = now() AT TIME ZONE 'UTC' - r.id % 40 * interval"
                    + " '5 hours' FROM events.events e WHERE e.id = r.event_id AND e.end_dt > now() AT TIME ZONE 'UTC'",
            "UPDATE event_abstracts.abstracts SET submitted_dt = now() AT TIME ZONE 'UTC' - id % 30 * interval '1 day'",
            "UPDATE event_paper_reviewing.revisions SET submitted_dt = now() AT TIME ZONE 'UTC' - id % 25 * interval '1 day'"
                    + " WHERE state = 1",
            "UPDATE event_editing.revisions SET created_dt = now() AT TIME ZONE 'UTC' - id % 40 * interval '1 day' WHERE type"
                    + " IN (2, 9, 10)",
            "UPDATE events.payment_transactions SET timestamp = now() AT TIME ZONE 'UTC' - id % 20 * interval '1 hour' WHERE"
                    + " status IN (1, 4)",
            "UPDATE roombooking.reservations SET created_dt = now() AT TIME ZONE 'UTC' - id % 40 * interval '10 hours' WHERE"
                    + " id % 3 = 0",
            "UPDATE events.requests SET created_dt = now() AT TIME ZONE 'UTC' - id % 9 * interval '1 day'",
            "UPDATE categories.event_move_requests SET requested_dt = now() AT TIME ZONE 'UTC' - id % 9 * interval '1 day'");

    @TempDir
    Path folder;

    /** An Indico to draw. */
    enum Scene {
        BUSY("full", true, ""),
        FRESH("default", false, ""),
        BARE("default", true, """
                DROP SCHEMA plugin_livesync CASCADE;
                TRUNCATE roombooking.locations, roombooking.rooms CASCADE;
                UPDATE event_registration.registrations SET transaction_id = NULL;
                DELETE FROM events.payment_transactions;
                TRUNCATE events.vc_rooms CASCADE;
                DELETE FROM events.requests"""),
        COMPATIBLE("compatible", true, "");

        private final String profile;
        private final boolean isUsed;
        private final String changes;

        Scene(String profile, boolean isUsed, String changes) {
            this.profile = profile;
            this.isUsed = isUsed;
            this.changes = changes;
        }

        String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyBoardIsDrawn(Scene scene) throws Exception {
        try (TestDatabase database = new TestDatabase()) {
            if (scene.isUsed) {
                SyntheticIndico.of(BoardsIT.SIZE)
                        .now(Instant.now())
                        .fill(database.indico().dataSource());
                CHANGES.forEach(database::execute);
            }
            if (!scene.changes.isEmpty()) {
                database.execute(scene.changes);
            }
            try (Exporter exporter = BoardsIT.exporter(database, scene.profile)) {
                Path configuration = BoardsIT.configuration(folder, exporter);
                if (scene.isUsed) {
                    makeUpThePast(exporter);
                }
                try (PrometheusServer prometheus = PrometheusServer.start(
                        configuration, "--query.lookback-delta=65m", "--storage.tsdb.retention.time=100y")) {
                    BoardsIT.awaitScrapes(prometheus);
                    draw(scene, prometheus);
                }
            }
        }
    }

    private void draw(Scene scene, PrometheusServer prometheus) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Tools.require("node").toString(),
                REPOSITORY.resolve("dashboards/render/draw.mjs").toString(),
                prometheus.uri().toString().replaceFirst("/$", ""),
                System.getProperty(FOLDER),
                scene.label()));
        for (Board board : Boards.all()) {
            // A fresh Indico has only what was scraped since the start.
            command.add(board.uid().substring("indico-".length()) + "=" + (scene.isUsed ? board.from() : "now-1m"));
        }
        Path output = folder.resolve("draw");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }

    /**
     * Writes a month by the hour and a day by the minute for all series, and ten years by the day for the board Growth.
     */
    private void makeUpThePast(Exporter exporter) throws Exception {
        long now = Instant.now().getEpochSecond() / 60 * 60;
        String exposition =
                Answer.get(exporter.uri()).body() + "scrape_duration_seconds 0.021\nscrape_samples_scraped 640\n";
        Set<String> growing = GrowthBoard.board().panels().stream()
                .flatMap(panel -> panel.targets.stream())
                .flatMap(target -> target.check(CATALOGUE).families().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        long[] hours = LongStream.range(0, DAYS_OF_HOURS * 24)
                .map(hour -> now - (DAYS_OF_HOURS * 24 + 26 - hour) * HOUR)
                .toArray();
        long[] days = LongStream.range(0, YEARS_OF_DAYS - DAYS_OF_HOURS)
                .map(day -> now - (YEARS_OF_DAYS + 2 - day) * DAY)
                .toArray();
        long[] minutes = LongStream.range(0, DAY_OF_MINUTES)
                .map(minute -> now + (minute - DAY_OF_MINUTES) * 60)
                .toArray();
        String target = BoardsIT.target(exporter);
        long[] month =
                LongStream.concat(LongStream.of(hours), LongStream.of(minutes)).toArray();
        History.write(
                folder,
                series(exposition).stream(),
                target,
                month,
                (family, value, second) -> past(family, value, second, now));
        History.write(
                folder,
                series(exposition).stream().filter(line -> growing.contains(line.split("[{ ]", 2)[0])),
                target,
                days,
                (family, value, second) -> past(family, value, second, now));
    }

    private static List<String> series(String exposition) {
        return exposition.lines().filter(line -> !line.startsWith("#")).toList();
    }

    private static double past(String name, double value, long second, long now) {
        MetricFamily family = CATALOGUE.family(name);
        if (name.contains("last_success")) {
            return second - second % LIVE_TTL;
        }
        if (name.endsWith("_timestamp_seconds")) {
            // Agents and jobs run every quarter of an hour.
            return second - second % QUARTER - Math.max(0, now - value);
        }
        if (name.equals("indico_api_uses")) {
            return Math.rint(value - (now - second) * 0.01 * (1 + hour(second) / 10));
        }
        if (family.type() != MetricFamily.Type.GAUGE || name.contains("_collector_") || value == 0) {
            return value;
        }
        double size = Math.exp(-(now - second) / (YEARS_TO_GROW * 365 * DAY));
        boolean isMomentary = name.matches(".*(ongoing|active_events|in_use|starting_1h|livesync).*");
        boolean isOfADay = name.matches(".*(_1d|active_users).*");
        double activity = isMomentary ? hour(second) * day(second) : isOfADay ? day(second - DAY / 2) : 1;
        double then = value * size * activity;
        return value == Math.rint(value) ? Math.rint(then) : then;
    }

    /** Most happens at work, a little at night. */
    private static double hour(long second) {
        double fromNoon = (second % DAY) / (double) HOUR - 12;
        return 0.2 + 1.1 * Math.exp(-fromNoon * fromNoon / 18) + 0.08 * Math.sin(second / 5000.0);
    }

    private static double day(long second) {
        ZonedDateTime time = Instant.ofEpochSecond(second).atZone(ZoneOffset.UTC);
        double wave = 1 + 0.06 * Math.sin(second / 70_000.0);
        return time.getDayOfWeek().getValue() > 5 ? 0.3 * wave : wave;
    }
}
