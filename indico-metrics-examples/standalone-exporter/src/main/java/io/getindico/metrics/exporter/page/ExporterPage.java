package io.getindico.metrics.exporter.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The page for people. A visitor never waits for the database, and many visitors share one rendering. Safe for use by
 * many threads.
 */
public final class ExporterPage {
    /** How long a visitor waits for values that need no query. */
    private static final Duration PATIENCE = Duration.ofMillis(10);

    /** A page shows ages, so it is rendered again after this time even if there are no new values. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private static final int SOON = 5;
    private static final int LATER = 60;
    private static final String BUILT_IN = "io.getindico.metrics.collectors.";
    private static final String EMAILS = "indico_event_emails_1d";
    private static final String QUEUE = "indico_size_livesync_queues";

    private final IndicoMetrics metrics;
    private final Map<String, String> subjects = new HashMap<>();
    private final String version;
    private final @Nullable Past past;
    private final Executor background;
    private final Clock clock;
    private final Seen emails = new Seen();
    private final Seen queue = new Seen();
    private final Object rendering = new Object();
    private @Nullable CompletableFuture<MetricSnapshots> reading;
    private volatile MetricSnapshots latest = new MetricSnapshots();
    private volatile @Nullable Rendered rendered;

    /** A page and what it shows. */
    private record Rendered(MetricSnapshots scraped, Past.View past, Instant at, ByteBuffer html) {
        /** Compares the identity of the snapshots, which do not override {@code equals}. */
        boolean isOf(MetricSnapshots otherScraped, Past.View otherPast, Instant now) {
            return scraped.equals(otherScraped) && past.equals(otherPast) && now.isBefore(at.plus(LONGEST));
        }
    }

    /**
     * Creates a page.
     *
     * @param collectors to find the subject of each
     * @param showsPast whether to read the past
     * @param background runs what a visitor does not wait for
     */
    public ExporterPage(
            IndicoMetrics metrics,
            Collection<MetricCollector> collectors,
            String version,
            boolean showsPast,
            Executor background,
            Clock clock) {
        this.metrics = metrics;
        this.version = version;
        this.past = showsPast ? new Past(metrics, background) : null;
        this.background = background;
        this.clock = clock;
        collectors.forEach(collector -> subjects.put(collector.name(), subject(collector)));
    }

    private static String subject(MetricCollector collector) {
        String of = collector.getClass().getPackageName();
        if (!of.startsWith(BUILT_IN)) {
            return "plugins";
        }
        String subject = of.substring(BUILT_IN.length());
        return subject.equals("vc") ? "videoconferences" : subject;
    }

    /** Takes the values of a scrape, for the charts of what the process has seen. */
    public void saw(MetricSnapshots scraped) {
        Figures figures = new Figures(scraped);
        Instant now = clock.instant();
        figures.sum(EMAILS).ifPresent(value -> emails.add(now, value));
        figures.sum(QUEUE).ifPresent(value -> queue.add(now, value));
    }

    /** Returns the page in UTF-8; the same for all visitors until there is something new. */
    public ByteBuffer html() {
        MetricSnapshots scraped = scrape();
        Instant now = clock.instant();
        Past.View view = past == null ? Past.View.OFF : past.view(now);
        synchronized (rendering) {
            Rendered before = rendered;
            if (before != null && before.isOf(scraped, view, now)) {
                // Each answer needs a read position of its own.
                return before.html().duplicate();
            }
            ByteBuffer html = UTF_8.encode(render(scraped, view, now));
            rendered = new Rendered(scraped, view, now, html);
            return html.duplicate();
        }
    }

    /** Starts the refreshes that are due, as a scrape does, and returns the values of now. */
    private MetricSnapshots scrape() {
        try {
            return shared().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return latest;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return latest;
        }
    }

    private synchronized CompletableFuture<MetricSnapshots> shared() {
        CompletableFuture<MetricSnapshots> running = reading;
        if (running == null || running.isDone()) {
            running = CompletableFuture.supplyAsync(
                    () -> {
                        latest = metrics.scrape(name -> true, Duration.ZERO).metrics();
                        saw(latest);
                        return latest;
                    },
                    background);
            reading = running;
        }
        return running;
    }

    String render(MetricSnapshots scraped, Past.View view, Instant now) {
        Figures figures = new Figures(scraped);
        States states = new States(metrics.status(), figures, now);
        Subjects bySubject = new Subjects(figures, metrics.status().collectors(), subjects);
        List<Course> courses = new ArrayList<>(view.courses());
        addSeen(
                "Emails",
                "Emails of events that were logged in the last day, as seen since the start.",
                emails,
                courses);
        addSeen("Search queue", "Changes that wait for the search engine, as seen since the start.", queue, courses);
        String charts = Charts.html(courses);
        return Document.of(
                view.isBeingRead() || bySubject.isEmpty() ? SOON : LATER,
                states.ofExporter(version)
                        + bySubject.tiles()
                        + "<section>\n<h2>Past</h2>\n"
                        + (view.note().isEmpty() ? "" : "<p class=\"soft\">" + view.note() + "</p>\n")
                        + "<div class=\"charts\">\n" + charts + "</div>\n</section>\n"
                        + bySubject.all()
                        + states.ofCollectors());
    }

    private static void addSeen(String title, String caption, Seen seen, List<Course> courses) {
        List<Point> points = seen.points();
        if (points.size() > 2) {
            courses.add(new Course(title, caption, Unit.NUMBER, points));
        }
    }
}
