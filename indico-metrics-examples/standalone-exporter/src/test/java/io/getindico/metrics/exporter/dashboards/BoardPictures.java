package io.getindico.metrics.exporter.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.exporter.Exporter;
import io.getindico.metrics.exporter.PrometheusServer;
import io.getindico.metrics.exporter.TestDatabase;
import io.getindico.metrics.exporter.Tools;
import io.getindico.metrics.exporter.promql.Catalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Draws the boards of several Indicos. Only dashboards/render.sh runs it: no build selects a class of this name. */
final class BoardPictures {
    private static final String FOLDER = "pictures.folder";
    private static final String SCENES = "pictures.scenes";

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

    static List<Scene> scenes() {
        return Stream.of(System.getProperty(SCENES).split(" "))
                .map(scene -> Scene.valueOf(scene.toUpperCase(Locale.ROOT)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("scenes")
    void everyBoardIsDrawn(Scene scene) throws Exception {
        try (TestDatabase database = new TestDatabase()) {
            scene.fill(database, SIZE);
            try (Exporter exporter = BoardsIT.exporter(database, scene.profile)) {
                Path configuration = BoardsIT.configuration(folder, exporter);
                if (scene.isUsed) {
                    importYears(database, exporter, scene.profile);
                } else {
                    importFiveMinutes(exporter);
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

    private void draw(Scene scene, PrometheusServer prometheus) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Tools.require("node").toString(),
                REPOSITORY.resolve("dashboards/render/draw.mjs").toString(),
                prometheus.uri().toString().replaceFirst("/$", ""),
                System.getProperty(FOLDER),
                scene.label()));
        for (Board board : Boards.all()) {
            command.add(board.uid().substring("indico-".length()) + "=" + (scene.isUsed ? board.from() : "now-5m"));
        }
        Path output = folder.resolve("draw");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(600, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }

    /** What Prometheus stores after a scrape. */
    private static List<String> scraped(Exporter exporter) throws Exception {
        List<String> exposition = BoardsIT.series(exporter.uri()).toList();
        return Stream.concat(
                        exposition.stream(),
                        Stream.of("scrape_duration_seconds 0.006", "scrape_samples_scraped " + exposition.size()))
                .toList();
    }

    private History history(Exporter exporter) {
        return new History(
                folder, Map.of("job", "indico", "instance", exporter.uri().getAuthority()));
    }

    private void importFiveMinutes(Exporter exporter) throws Exception {
        makeUp(
                history(exporter),
                scraped(exporter).stream(),
                LongStream.rangeClosed(0, 5).map(minute -> minute * 60));
    }

    /**
     * Imports twenty years that the exporter reads from the database. What has no past is made up: a month by the hour, a
     * day by the minute, and for the board Growth two years by the day.
     */
    private void importYears(TestDatabase database, Exporter exporter, String profile) throws Exception {
        History history = history(exporter);
        Set<String> known = history.backfill(database, profile, Instant.now().minus(Duration.ofDays(20 * 365)));
        // It also refreshes what became stale meanwhile, before Prometheus scrapes it.
        List<String> scraped = scraped(exporter);
        List<String> others = scraped.stream()
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
        // The past that the exporter reads ends at the last full hour.
        long now = Instant.now().getEpochSecond();
        history.makeUp(
                scraped.stream().filter(line -> known.contains(History.family(line))),
                LongStream.rangeClosed(now / HOUR * 60 + 1, now / 60)
                        .map(minute -> minute * 60)
                        .toArray(),
                (family, value, second) -> value);
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
        int hours = isMomentary ? 1 : name.contains("active_users") ? 48 : name.contains("_1d") ? 24 : 0;
        double activity = hours == 0 ? 1 : activity(second, hours) / activity(now, hours);
        double then = value * size * activity;
        return value == Math.rint(value) ? Math.rint(then) : then;
    }

    /** The average of so many hours before a moment. */
    private static double activity(long second, int hours) {
        return LongStream.range(0, hours)
                .map(hour -> second - hour * HOUR)
                .mapToDouble(then -> hour(then) * day(then))
                .average()
                .orElseThrow();
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
