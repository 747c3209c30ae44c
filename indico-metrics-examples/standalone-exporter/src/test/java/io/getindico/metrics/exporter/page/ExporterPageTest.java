package io.getindico.metrics.exporter.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Samples;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.exporter.MetricsAssembly;
import io.getindico.metrics.exporter.TestDatabase;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.testing.GoldenFile;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

final class ExporterPageTest {
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
    private static final int MOST_BYTES = 100_000;
    private static final Path GOLDEN = Path.of("src/test/resources/io/getindico/metrics/exporter/page/page.html");

    @Test
    void theWholePageIsAsExpected() throws IOException {
        MetricSnapshots scraped = new MetricSnapshots(
                gauge("indico_num_events", 1_025_000),
                gauge("indico_num_users", 21_050),
                gauge("indico_size_attachment_files", 8.123e12),
                gauge("indico_size_livesync_queues", 0),
                gauge("indico_events", Labels.of("event_type", "lecture"), 25_000),
                gauge("indico_registrations_newest_timestamp_seconds", (double) NOW.getEpochSecond() - 60),
                gauge("indico_room_worktime_7d_seconds", Labels.of("location", "A & B"), 7200));
        List<Course> courses = List.of(
                course("Events", Unit.NUMBER, NOW.minus(Duration.ofDays(7300)), Duration.ofDays(365), 20),
                course("Events at once", Unit.NUMBER, NOW.minus(Duration.ofDays(7)), Duration.ofHours(6), 29));
        try (MetricsAssembly assembly = MetricsAssembly.withoutDatabase(Settings.of(Map.of()))) {
            ExporterPage page = new ExporterPage(
                    assembly.metrics(), assembly.collectors(), "1.2.3", false, () -> true, task -> {}, at(NOW));

            GoldenFile.verify(GOLDEN, page.render(snapshot(scraped), new Past.View(courses, "", false), NOW));
        }
    }

    @Test
    void hostileNamesAndLabelsAreCutAndHarmless() {
        String label = "<script>alert('x')</script>\u202e\0&\"" + "\uD83D\uDE00<".repeat(32_000);
        List<GaugeSnapshot> families = new ArrayList<>();
        List<MetricCollector> collectors = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            String name = "a" + i + "_" + "long_".repeat(50) + "name";
            collectors.add(new Hostile(name));
            families.add(gauge(name, Labels.of("label", label), i == 0 ? Double.NaN : 1e300));
        }
        families.add(gauge("indico_num_events", Double.POSITIVE_INFINITY));
        List<Course> courses = IntStream.range(0, 8)
                .mapToObj(i -> course("Events", Unit.BYTES, NOW, Duration.ofDays(57), 128))
                .toList();
        try (IndicoMetrics metrics = IndicoMetrics.builder(new PGSimpleDataSource())
                .collectors(collectors)
                .build()) {
            ExporterPage page = new ExporterPage(metrics, collectors, label, false, () -> true, task -> {}, at(NOW));

            String html = page.render(
                    snapshot(new MetricSnapshots(families.toArray(GaugeSnapshot[]::new))),
                    new Past.View(courses, "", false),
                    NOW);

            assertThat(html.getBytes(UTF_8).length).isBetween(MOST_BYTES / 2, MOST_BYTES);
            assertThat(html)
                    .contains("&lt;script&gt;alert(&#39;x&#39;)")
                    .contains("are not shown here", "are only in <a href=\"metrics\">/metrics</a>")
                    .doesNotContain("<script>alert", "\u202e", "\0");
        }
    }

    @Test
    void twoHundredVisitorsAtOnceShareOneRendering() throws Exception {
        ExecutorService visitors = Executors.newFixedThreadPool(200);
        try (IndicoMetrics metrics = IndicoMetrics.builder(new PGSimpleDataSource())
                .collectors(new Hostile("a"))
                .build()) {
            ExporterPage page = new ExporterPage(metrics, List.of(), "1.2.3", false, () -> true, task -> {}, at(NOW));
            List<Future<ByteBuffer>> visits =
                    visitors.invokeAll(Collections.nCopies(200, (Callable<ByteBuffer>) page::html));

            Set<byte[]> pages = Collections.newSetFromMap(new IdentityHashMap<>());
            for (Future<ByteBuffer> visit : visits) {
                pages.add(visit.get().array());
            }
            assertThat(pages).hasSize(1);
        } finally {
            visitors.shutdownNow();
        }
    }

    @Test
    void theFirstVisitorSeesWhatIsRead() {
        try (TestDatabase database = new TestDatabase();
                IndicoMetrics metrics = IndicoMetrics.builder(database.indico().dataSource())
                        .discoverCollectors()
                        .build()) {
            metrics.scrape(name -> true, Duration.ofMinutes(1));

            ExporterPage page =
                    new ExporterPage(metrics, List.of(), "1.2.3", false, () -> true, task -> {}, Clock.systemUTC());

            assertThat(text(page)).contains("<dt>Events</dt>", "✓ read").doesNotContain("never");
        }
    }

    @Test
    void anOldScrapeIsNotShownAndAgesAreRight() {
        try (IndicoMetrics metrics = IndicoMetrics.builder(new PGSimpleDataSource())
                .collectors(new Hostile("a"))
                .build()) {
            Instant[] now = {NOW};
            ExporterPage page = new ExporterPage(
                    metrics, List.of(), "1.2.3", false, () -> true, task -> {}, new Hand(() -> now[0]));

            page.onScrape(new MetricSnapshots(gauge("indico_num_events", 1)));

            byte[] first = page.html().array();
            now[0] = NOW.plusSeconds(9);
            assertThat(page.html().array()).isSameAs(first);
            now[0] = NOW.plusSeconds(119);
            assertThat(page.html().array()).isNotSameAs(first);
            assertThat(text(page)).contains("Asked at 2026-03-04 05:06:07 UTC. Values may be older");
            now[0] = NOW.plusSeconds(121);
            assertThat(text(page)).as("an old scrape is absent").contains("Asked at 2026-03-04 05:08:08 UTC");
        }
    }

    @Test
    void thePastNeedsNoRightsButThoseOfTheMetricsExceptForUsers() {
        try (MetricsAssembly assembly = MetricsAssembly.withoutDatabase(Settings.of(Map.of()))) {
            List<String> granted = assembly.metrics().declared().collectors().stream()
                    .map(CollectorStatus::queries)
                    .flatMap(List::stream)
                    .flatMap(query -> query.columns().entrySet().stream())
                    .flatMap(table -> table.getValue().stream().map(column -> table.getKey() + "." + column))
                    .toList();

            List<String> missing = assembly.metrics().histories(new PastOfThePage()).stream()
                    .flatMap(history -> history.columns().entrySet().stream())
                    .flatMap(table -> table.getValue().stream().map(column -> table.getKey() + "." + column))
                    .filter(column -> !granted.contains(column))
                    .toList();

            assertThat(missing).containsExactly("users.users.created_dt");
        }
    }

    private static ExporterPage.Snapshot snapshot(MetricSnapshots scraped) {
        return new ExporterPage.Snapshot(scraped, NOW, false);
    }

    private static String text(ExporterPage page) {
        return UTF_8.decode(page.html()).toString();
    }

    private static Course course(String title, Unit unit, Instant from, Duration step, int points) {
        return new Course(
                title,
                "A sentence.",
                unit,
                IntStream.range(0, points)
                        .mapToObj(i -> new Point(from.plus(step.multipliedBy(i)), i * 1_234.0))
                        .toList());
    }

    private static GaugeSnapshot gauge(String name, double value) {
        return gauge(name, Labels.EMPTY, value);
    }

    private static GaugeSnapshot gauge(String name, Labels labels, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(labels)
                        .value(value)
                        .build())
                .build();
    }

    private static Clock at(Instant instant) {
        return Clock.fixed(instant, ZoneOffset.UTC);
    }

    /** A collector with one metric of its own name. */
    private record Hostile(String name) implements MetricCollector {
        @Override
        public List<MetricFamily> families() {
            return List.of(MetricFamily.gauge(name).help("Help.").build());
        }

        @Override
        public void collect(CollectionContext context, Samples samples) {
            throw new UnsupportedOperationException("is never run");
        }
    }
}
