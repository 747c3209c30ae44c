package io.getindico.metrics.exporter.page;

import io.getindico.metrics.api.FamilyHistory.Step;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.History;
import io.getindico.metrics.api.engine.HistoryOutcome;
import io.getindico.metrics.api.engine.HistorySink;
import io.getindico.metrics.api.engine.IndicoMetrics;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The past, as read from the database. It is read in the background, at most once a day, and only if somebody looks at
 * the page, so an exporter without visitors does not pay for it.
 */
final class Past {
    private static final Logger LOG = LoggerFactory.getLogger(Past.class);
    private static final int YEARS = 20;
    private static final Duration FRESH = Duration.ofDays(1);

    /** After a failure. A visitor who reloads the page does not make the database try again. */
    private static final Duration RETRY = Duration.ofHours(1);

    /** How long one reading of all courses may take, and one of them. */
    private static final Duration BUDGET = Duration.ofSeconds(30);

    private static final Duration LONGEST = Duration.ofSeconds(15);
    private static final int MOST_POINTS = 128;

    private final IndicoMetrics metrics;
    private final Executor background;
    private View view = new View(List.of(), "The past is being read. It appears here in some seconds.", true);
    private Instant dueAt = Instant.MIN;

    /**
     * What the page can show.
     *
     * @param note one sentence for people; empty if all is well
     * @param isBeingRead whether a visitor should look again soon
     */
    record View(List<Course> courses, String note, boolean isBeingRead) {
        static final View OFF =
                new View(List.of(), "Charts of the past are turned off by the setting page.history.", false);
    }

    Past(IndicoMetrics metrics, Executor background) {
        this.metrics = metrics;
        this.background = background;
    }

    /** Returns what is known, without waiting, and reads if that is due. */
    synchronized View view(Instant now) {
        if (!now.isBefore(dueAt)) {
            // The next one is set when this one ends.
            dueAt = Instant.MAX;
            background.execute(() -> refresh(now));
        }
        return view;
    }

    @SuppressWarnings("CatchingUnchecked") // The page must show the present, whatever happens to the past.
    private void refresh(Instant now) {
        Reading reading = new Reading();
        try {
            reading.all(now);
        } catch (RuntimeException | Error e) {
            LOG.warn("the page's past could not be read", e);
            reading.isFailed = true;
        }
        finish(reading, now);
    }

    private synchronized void finish(Reading reading, Instant now) {
        List<Course> courses =
                reading.courses.isEmpty() && reading.isFailed ? view.courses() : List.copyOf(reading.courses);
        view = new View(
                courses,
                reading.isFailed ? "The past could not be read completely; it is tried again within hours." : "",
                false);
        dueAt = now.plus(reading.isFailed ? RETRY : FRESH);
    }

    private final class Reading {
        private final List<Course> courses = new ArrayList<>();
        private boolean isFailed;

        void all(Instant now) {
            long began = System.nanoTime();
            for (History history : metrics.histories(new PastOfThePage())) {
                Duration left = BUDGET.minusNanos(System.nanoTime() - began);
                if (left.isNegative() || left.isZero()) {
                    LOG.warn("the page's past is incomplete: reading it took longer than {} s", BUDGET.toSeconds());
                    isFailed = true;
                    return;
                }
                read(history, now, left.compareTo(LONGEST) < 0 ? left : LONGEST);
            }
        }

        private void read(History history, Instant now, Duration budget) {
            boolean isDaily = history.step() == Step.DAY;
            Instant last = now.truncatedTo(isDaily ? ChronoUnit.DAYS : ChronoUnit.HOURS);
            Instant first = isDaily
                    ? last.atZone(ZoneOffset.UTC).minusYears(YEARS).toInstant()
                    : last.minus(PastOfThePage.WEEK);
            int steps =
                    (int) Duration.between(first, last).dividedBy(history.step().duration()) + 1;
            Points points = new Points();
            HistoryOutcome outcome = metrics.readHistory(history, first, steps, budget, points);
            if (outcome.outcome() == Outcome.FAILED) {
                LOG.warn("the page's past is incomplete: {}: {}", history, outcome.detail());
                isFailed = true;
            } else if (!points.all.isEmpty()) {
                MetricFamily family = history.families().get(0);
                courses.add(new Course(
                        family.help(), history.why(family), Unit.of(family), isDaily ? points.thinned() : points.all));
            }
        }
    }

    private static final class Points implements HistorySink {
        private final List<Point> all = new ArrayList<>();

        @Override
        public void begin() {
            all.clear();
        }

        @Override
        public void take(MetricFamily family, Instant at, List<String> labelValues, double value) {
            all.add(new Point(at, value));
        }

        /** As many as a chart can show, with the last one. */
        List<Point> thinned() {
            int every = Math.max(1, (all.size() + MOST_POINTS - 1) / MOST_POINTS);
            List<Point> kept = new ArrayList<>();
            for (int i = (all.size() - 1) % every; i < all.size(); i += every) {
                kept.add(all.get(i));
            }
            return kept;
        }
    }
}
