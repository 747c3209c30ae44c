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
    /** How long a visitor waits for values; long enough if no query has to run. */
    private static final Duration PATIENCE = Duration.ofMillis(10);

    /** How long a refresh may take that no visitor waits for. */
    private static final Duration REFRESH = Duration.ofSeconds(30);

    /** A visitor sees no older figures than these, but none. */
    private static final Duration OLD = Duration.ofMinutes(2);

    /** A page shows ages, so it is rendered again after this time even if there are no new values. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private static final MetricSnapshots NOTHING = new MetricSnapshots();
    private static final int SOON = 2;
    /** Shorter observations are no course yet. */
    private static final Duration WORTH_SEEING = Duration.ofMinutes(2);

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
    private @Nullable CompletableFuture<Sight> reading;
    private volatile Sight latest = new Sight(NOTHING, Instant.MIN, true);
    private volatile @Nullable Rendered rendered;

    /**
     * The values of a scrape.
     *
     * @param isPassing whether better ones are being read
     */
    record Sight(MetricSnapshots metrics, Instant at, boolean isPassing) {}

    /** A page and what it shows. */
    private record Rendered(Sight sight, Past.View past, Instant at, ByteBuffer html) {
        /** Snapshots do not override {@code equals}, so this compares their identity. */
        boolean isOf(Sight otherSight, Past.View otherPast, Instant now) {
            return sight.metrics().equals(otherSight.metrics())
                    && sight.isPassing() == otherSight.isPassing()
                    && past.equals(otherPast)
                    && now.isBefore(at.plus(LONGEST));
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

    /** Takes all values of a scrape. */
    public void saw(MetricSnapshots scraped) {
        Instant now = clock.instant();
        latest = new Sight(scraped, now, false);
        Figures figures = new Figures(scraped);
        figures.sum(EMAILS).ifPresent(value -> emails.add(now, value));
        figures.sum(QUEUE).ifPresent(value -> queue.add(now, value));
    }

    /** Returns the page in UTF-8; the same for all visitors until there is something new. */
    public ByteBuffer html() {
        Sight sight = sight();
        Instant now = clock.instant();
        Past.View view = past == null ? Past.View.OFF : past.view(now);
        synchronized (rendering) {
            Rendered before = rendered;
            if (before != null && before.isOf(sight, view, now)) {
                // Each answer needs a read position of its own.
                return before.html().duplicate();
            }
            ByteBuffer html = UTF_8.encode(render(sight, view, now));
            rendered = new Rendered(sight, view, now, html);
            return html.duplicate();
        }
    }

    /** Starts the refreshes that are due, as a scrape does, and returns what is there now. */
    private Sight sight() {
        try {
            return shared().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            // The refresh goes on.
        }
        Sight last = latest;
        return isOld(last) ? new Sight(NOTHING, clock.instant(), true) : new Sight(last.metrics(), last.at(), true);
    }

    private boolean isOld(Sight sight) {
        return clock.instant().minus(OLD).isAfter(sight.at());
    }

    private synchronized CompletableFuture<Sight> shared() {
        CompletableFuture<Sight> running = reading;
        if (running == null || running.isDone()) {
            running = CompletableFuture.supplyAsync(this::refresh, background);
            reading = running;
        }
        return running;
    }

    private Sight refresh() {
        if (isOld(latest)) {
            // These are there at once. They lack what is too old.
            saw(metrics.scrape(name -> true, Duration.ZERO).metrics());
        }
        saw(metrics.scrape(name -> true, REFRESH).metrics());
        return latest;
    }

    String render(Sight sight, Past.View view, Instant now) {
        Figures figures = new Figures(sight.metrics());
        States states = new States(metrics.status(), figures, sight.at(), now);
        Subjects bySubject = new Subjects(figures, metrics.status().collectors(), subjects);
        List<Course> courses = new ArrayList<>(view.courses());
        addSeen(
                "Emails",
                "Emails of events that were logged in the last day, seen since the start.",
                emails,
                now,
                courses);
        addSeen("Search queue", "Changes that wait for the search engine, seen since the start.", queue, now, courses);
        return Document.of(
                view.isBeingRead() || sight.isPassing() ? SOON : LATER,
                states.ofExporter(version)
                        + bySubject.tiles()
                        + "<section>\n<h2>Past</h2>\n"
                        + (view.note().isEmpty() ? "" : "<p class=\"soft\">" + view.note() + "</p>\n")
                        + "<div class=\"charts\">\n" + Charts.html(courses) + "</div>\n</section>\n"
                        + bySubject.all()
                        + states.ofCollectors());
    }

    private static void addSeen(String title, String caption, Seen seen, Instant now, List<Course> courses) {
        List<Point> points = seen.points();
        if (!points.isEmpty() && now.isAfter(points.get(0).at().plus(WORTH_SEEING))) {
            courses.add(new Course(title, caption, Unit.NUMBER, points));
        }
    }
}
