package io.getindico.metrics.exporter.dashboards;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.exporter.Exporter;
import io.getindico.metrics.exporter.PrometheusServer;
import io.getindico.metrics.exporter.TestDatabase;
import io.getindico.metrics.exporter.Tools;
import io.getindico.metrics.exporter.promql.Catalogue;
import io.getindico.metrics.testing.SyntheticIndico;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
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
    private static final double SIZE = 0.1;
    private static final int DAYS = 2 * 365;

    /** A little more than a day, since some expressions look back an hour. */
    private static final int DAY_OF_MINUTES = 26 * 60;

    private static final int DAYS_OF_HOURS = 35;
    private static final double YEARS_TO_GROW = 4;
    private static final Path REPOSITORY = Path.of(System.getProperty("basedir", ""))
            .resolve("../..")
            .toAbsolutePath()
            .normalize();

    @TempDir
    Path folder;

    /** An Indico to draw. */
    enum Scene {
        BUSY("full", true, ""),
        FRESH("default", false, ""),
        BARE("default", true, """
                DROP SCHEMA plugin_livesync CASCADE;
                SET session_replication_role = replica;
                DELETE FROM roombooking.reservation_occurrences;
                DELETE FROM roombooking.reservations;
                DELETE FROM roombooking.rooms;
                DELETE FROM roombooking.locations;
                UPDATE event_registration.registrations SET transaction_id = NULL;
                DELETE FROM events.payment_transactions;
                DELETE FROM events.vc_room_events;
                DELETE FROM events.vc_rooms;
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
                SyntheticIndico.of(SIZE)
                        .now(Instant.now())
                        .fill(database.indico().dataSource());
                database.execute("SET TIME ZONE 'UTC'; " + busy());
            }
            if (!scene.changes.isEmpty()) {
                database.execute(scene.changes);
            }
            try (Exporter exporter = BoardsIT.exporter(database, scene.profile)) {
                Path configuration = BoardsIT.configuration(folder, exporter);
                if (scene.isUsed) {
                    importThePast(database, exporter, scene.profile);
                }
                // A value of the past counts until the next day's.
                try (PrometheusServer prometheus = PrometheusServer.start(
                        configuration, "--query.lookback-delta=25h", "--storage.tsdb.retention.time=100y")) {
                    BoardsIT.awaitScrapes(prometheus);
                    draw(scene, prometheus);
                }
            }
        }
    }

    private static String busy() throws IOException {
        try (InputStream in = BoardPictures.class.getResourceAsStream("busy.sql")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
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
     * Imports twenty years that the exporter reads from the database. What has no past is made up: a month by the hour, a
     * day by the minute, and for the board Growth two years by the day.
     */
    private void importThePast(TestDatabase database, Exporter exporter, String profile) throws Exception {
        History history = new History(folder, exporter.uri().getAuthority());
        Set<String> known = history.backfill(database, profile, Instant.now().minus(Duration.ofDays(20 * 365)));
        // It also refreshes what became stale meanwhile, before Prometheus scrapes it.
        List<String> exposition = BoardsIT.series(exporter.uri()).toList();
        List<String> others = Stream.concat(
                        exposition.stream(),
                        Stream.of("scrape_duration_seconds 0.006", "scrape_samples_scraped " + exposition.size()))
                .filter(line -> !known.contains(History.family(line)))
                .toList();
        Set<String> growing = GrowthBoard.board().panels().stream()
                .flatMap(panel -> panel.targets.stream())
                .flatMap(target -> target.check(CATALOGUE).families().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        makeUp(
                history,
                others.stream().filter(line -> growing.contains(History.family(line))),
                LongStream.range(DAYS_OF_HOURS + 2, DAYS).map(day -> day * DAY));
        makeUp(
                history,
                others.stream(),
                LongStream.range(26, DAYS_OF_HOURS * 24).map(hour -> hour * HOUR));
        makeUp(history, others.stream(), LongStream.range(0, DAY_OF_MINUTES).map(minute -> minute * 60));
    }

    private static void makeUp(History history, Stream<String> series, LongStream ages) throws Exception {
        long now = Instant.now().getEpochSecond() / 60 * 60;
        long[] seconds = ages.map(age -> now - age).sorted().toArray();
        history.makeUp(series, seconds, (family, value, second) -> past(family, value, second, now));
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
            return Math.rint(value * (1 - (now - second) * (1 + hour(second) / 10) / (100.0 * DAY)));
        }
        if (family.type() != MetricFamily.Type.GAUGE || name.contains("_collector_") || value == 0) {
            return value;
        }
        double size = Math.exp(-(now - second) / (YEARS_TO_GROW * 365 * DAY));
        boolean isMomentary = name.matches(".*(ongoing|active_events|in_use|starting_1h|livesync).*");
        boolean isOfADay = name.matches(".*(_1d|active_users).*");
        double activity = isMomentary ? activity(second) / activity(now) : isOfADay ? ofADay(second) / ofADay(now) : 1;
        double then = value * size * activity;
        return value == Math.rint(value) ? Math.rint(then) : then;
    }

    private static double activity(long second) {
        return hour(second) * day(second);
    }

    private static double ofADay(long second) {
        return day(second - DAY / 2);
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
