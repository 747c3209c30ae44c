package io.getindico.metrics.exporter.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.Status;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page for people. A visitor never waits for the database, and many visitors share one rendering. Safe for use by
 * many threads.
 */
public final class ExporterPage {
    private static final Logger LOG = LoggerFactory.getLogger(ExporterPage.class);

    /** How long a visitor waits for values; long enough if no query has to run. */
    private static final Duration PATIENCE = Duration.ofMillis(10);

    /** How long a refresh may take that no visitor waits for. */
    private static final Duration REFRESH = Duration.ofSeconds(30);

    /** A page does not show a scrape that is older. */
    private static final Duration OLD = Duration.ofMinutes(2);

    /** A page shows ages, so it is rendered again after this time even if there are no new values. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private static final MetricSnapshots NOTHING = new MetricSnapshots();
    private static final int RELOAD_SECONDS_WHILE_READING = 2;
    private static final int RELOAD_SECONDS = 60;

    /** Shorter observations are no course yet. */
    private static final Duration WORTH_SEEING = Duration.ofMinutes(2);

    private static final String BUILT_IN = "io.getindico.metrics.collectors.";
    private static final String EMAILS = "indico_event_emails_1d";
    private static final String QUEUE = "indico_size_livesync_queues";

    private final IndicoMetrics metrics;
    private final Map<String, String> subjects = new HashMap<>();
    private final String version;
    private final @Nullable Past past;
    private final Executor background;
    private final Clock clock;
    private final ValuesSinceStart emails = new ValuesSinceStart();
    private final ValuesSinceStart queue = new ValuesSinceStart();
    private final Object rendering = new Object();
    private @Nullable CompletableFuture<Snapshot> reading;
    private volatile Snapshot latest = new Snapshot(NOTHING, Instant.MIN, true);
    private volatile @Nullable Rendered rendered;

    /**
     * The values of a scrape.
     *
     * @param isBeingRefreshed whether newer ones are being read
     */
    record Snapshot(MetricSnapshots metrics, Instant at, boolean isBeingRefreshed) {}

    /** A page and what it shows. */
    private record Rendered(Snapshot snapshot, Past.View past, Instant at, ByteBuffer html) {
        /** Snapshots do not override {@code equals}, so this compares their identity. */
        boolean isOf(Snapshot otherSnapshot, Past.View otherPast, Instant now) {
            return snapshot.metrics().equals(otherSnapshot.metrics())
                    && snapshot.isBeingRefreshed() == otherSnapshot.isBeingRefreshed()
                    && past.equals(otherPast)
                    && now.isBefore(at.plus(LONGEST));
        }
    }

    /**
     * Creates a page.
     *
     * @param collectors to find the subject of each
     * @param showsPast whether to read the past
     * @param hasValues whether there are first values, after which the past may be read
     * @param background runs what a visitor does not wait for
     */
    public ExporterPage(
            IndicoMetrics metrics,
            Collection<MetricCollector> collectors,
            String version,
            boolean showsPast,
            BooleanSupplier hasValues,
            Executor background,
            Clock clock) {
        this.metrics = metrics;
        this.version = version;
        this.past = showsPast ? new Past(metrics, hasValues, background) : null;
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
    public void onScrape(MetricSnapshots scraped) {
        Instant now = clock.instant();
        latest = new Snapshot(scraped, now, false);
        Figures figures = new Figures(scraped, Set.of(EMAILS, QUEUE)::contains);
        figures.sum(EMAILS).ifPresent(value -> emails.add(now, value));
        figures.sum(QUEUE).ifPresent(value -> queue.add(now, value));
    }

    /** Returns the page in UTF-8; the same for all visitors until there is something new. */
    public ByteBuffer html() {
        Snapshot snapshot = snapshot();
        Instant now = clock.instant();
        Past.View view = past == null ? Past.View.OFF : past.view(now);
        synchronized (rendering) {
            Rendered before = rendered;
            if (before != null && before.isOf(snapshot, view, now)) {
                // Each answer needs a read position of its own.
                return before.html().duplicate();
            }
            ByteBuffer html = UTF_8.encode(render(snapshot, view, now));
            rendered = new Rendered(snapshot, view, now, html);
            return html.duplicate();
        }
    }

    /** Starts the refreshes that are due, as a scrape does, and returns what is there now. */
    private Snapshot snapshot() {
        try {
            return shared().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            // The refresh goes on.
        } catch (ExecutionException e) {
            LOG.warn("the page's figures could not be refreshed", e);
        }
        Snapshot last = recent();
        return new Snapshot(last.metrics(), last.at(), true);
    }

    private synchronized Snapshot recent() {
        if (clock.instant().minus(OLD).isAfter(latest.at())) {
            // A scrape without patience returns at once. It lacks what is too old.
            onScrape(metrics.scrape(name -> true, Duration.ZERO).metrics());
        }
        return latest;
    }

    private synchronized CompletableFuture<Snapshot> shared() {
        CompletableFuture<Snapshot> running = reading;
        if (running == null || running.isDone()) {
            running = CompletableFuture.supplyAsync(this::refresh, background);
            reading = running;
        }
        return running;
    }

    private Snapshot refresh() {
        onScrape(metrics.scrape(name -> true, REFRESH).metrics());
        return latest;
    }

    /** Failures of what still runs in the background are no longer logged. */
    public void close() {
        if (past != null) {
            past.close();
        }
    }

    String render(Snapshot snapshot, Past.View view, Instant now) {
        Figures figures = new Figures(snapshot.metrics());
        Status status = metrics.status();
        States states = new States(status, figures, snapshot.at(), now);
        Subjects bySubject = new Subjects(figures, status.collectors(), subjects);
        List<Course> courses = new ArrayList<>();
        addSinceStart(
                "Emails",
                "Emails of events that were logged in the last day, seen since the start.",
                emails,
                now,
                courses);
        addSinceStart(
                "Search queue", "Changes that wait for the search engine, seen since the start.", queue, now, courses);
        return Document.of(
                view.isBeingRead() || snapshot.isBeingRefreshed() ? RELOAD_SECONDS_WHILE_READING : RELOAD_SECONDS,
                states.ofExporter(version)
                        + bySubject.tiles()
                        + "<section>\n<h2>Past</h2>\n"
                        + (view.note().isEmpty() ? "" : "<p class=\"soft\">" + view.note() + "</p>\n")
                        + "<div class=\"charts\">\n" + view.charts()
                        + Charts.html(courses, view.courses().size()) + "</div>\n</section>\n"
                        + bySubject.all()
                        + states.ofCollectors());
    }

    private static void addSinceStart(
            String title, String caption, ValuesSinceStart values, Instant now, List<Course> courses) {
        List<Point> points = values.points();
        if (!points.isEmpty() && now.isAfter(points.get(0).at().plus(WORTH_SEEING))) {
            courses.add(new Course(title, caption, Unit.NUMBER, points));
        }
    }
}
