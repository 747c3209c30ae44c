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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
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

    /** How long the exporter may read all courses. */
    private static final Duration BUDGET = Duration.ofSeconds(30);

    /** How long it may read one course. */
    private static final Duration LONGEST = Duration.ofSeconds(15);

    /** The shortest time for which a reading begins. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final IndicoMetrics metrics;
    private final BooleanSupplier hasValues;
    private final Executor background;

    /** The last good course of each history, by its place among the histories. One reading at a time changes them. */
    private final SortedMap<Integer, Course> courses = new TreeMap<>();

    private View view = View.WAITING;
    private Instant dueAt = Instant.MIN;
    private volatile boolean isClosed;

    /**
     * What the page can show.
     *
     * @param charts the drawn courses; drawn once, because a course of years has thousands of points
     * @param note one sentence for people; empty if all is well
     * @param isBeingRead whether a visitor should look again soon
     */
    record View(List<Course> courses, String charts, String note, boolean isBeingRead) {
        private static final View WAITING = new View(List.of(), "The past is read after the first figures.", false);
        private static final View READING =
                new View(List.of(), "The past is being read. It appears here in some seconds.", true);
        static final View OFF =
                new View(List.of(), "Charts of the past are turned off by the setting page.history.", false);

        View(List<Course> courses, String note, boolean isBeingRead) {
            this(courses, Charts.html(courses, 0), note, isBeingRead);
        }
    }

    /**
     * Creates a past that nobody has read.
     *
     * @param hasValues whether the present is known, for which the past must not make anybody wait
     */
    Past(IndicoMetrics metrics, BooleanSupplier hasValues, Executor background) {
        this.metrics = metrics;
        this.hasValues = hasValues;
        this.background = background;
    }

    /** Returns what is known, without waiting, and reads if that is due. */
    synchronized View view(Instant now) {
        if (!now.isBefore(dueAt) && hasValues.getAsBoolean()) {
            // The next one is set when this one ends.
            dueAt = Instant.MAX;
            if (view.equals(View.WAITING)) {
                view = View.READING;
            }
            try {
                background.execute(() -> refresh(now));
            } catch (RuntimeException | Error e) {
                dueAt = now;
                throw e;
            }
        }
        return view;
    }

    /** A reading that runs when the exporter ends is no failure. */
    void close() {
        isClosed = true;
    }

    /** How long the next course may be read; zero if too little time is left. */
    static Duration budget(Duration spent) {
        Duration left = BUDGET.minus(spent);
        if (left.compareTo(SHORTEST) < 0) {
            return Duration.ZERO;
        }
        return left.compareTo(LONGEST) < 0 ? left : LONGEST;
    }

    @SuppressWarnings("CatchingUnchecked") // The page must show the present, whatever happens to the past.
    private void refresh(Instant now) {
        boolean isComplete = false;
        try {
            isComplete = readAll(now);
        } catch (RuntimeException | Error e) {
            if (!isClosed) {
                LOG.warn("the page's past could not be read", e);
            }
        }
        finish(isComplete, now);
    }

    private synchronized void finish(boolean isComplete, Instant now) {
        view = new View(
                List.copyOf(courses.values()),
                isComplete ? "" : "The past could not be read completely; it is tried again within hours.",
                false);
        dueAt = now.plus(isComplete ? FRESH : RETRY);
    }

    /** Reads the courses, and returns whether all could be read. */
    private boolean readAll(Instant now) {
        boolean isComplete = true;
        long began = System.nanoTime();
        List<History> histories = metrics.histories(new PastOfThePage());
        for (int i = 0; i < histories.size() && !isClosed; i++) {
            Duration budget = budget(Duration.ofNanos(System.nanoTime() - began));
            if (budget.isZero()) {
                LOG.warn("the page's past is incomplete: reading it took longer than {} s", BUDGET.toSeconds());
                return false;
            }
            isComplete &= read(histories.get(i), i, now, budget);
        }
        return isComplete;
    }

    private boolean read(History history, int place, Instant now, Duration budget) {
        boolean isDaily = history.step() == Step.DAY;
        Instant last = now.truncatedTo(isDaily ? ChronoUnit.DAYS : ChronoUnit.HOURS);
        Instant first =
                isDaily ? last.atZone(ZoneOffset.UTC).minusYears(YEARS).toInstant() : last.minus(PastOfThePage.WEEK);
        Duration step = history.step().duration();
        int steps = (int) Duration.between(first, last).dividedBy(step) + 1;
        Points points = new Points();
        HistoryOutcome outcome = metrics.readHistory(history, first, steps, budget, points);
        if (outcome.outcome() == Outcome.FAILED) {
            if (!isClosed) {
                LOG.warn("the page's past is incomplete: {}: {}", history, outcome.detail());
            }
            return false;
        }
        if (!isDaily) {
            points.beginAt(first, step);
        }
        if (points.all.isEmpty()) {
            courses.remove(place);
        } else {
            MetricFamily family = history.families().get(0);
            courses.put(place, new Course(family.help(), history.why(family), Unit.of(family), points.all));
        }
        return true;
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

        /** A history begins with its first row. Before that, the value is 0. */
        void beginAt(Instant first, Duration step) {
            if (!all.isEmpty()) {
                List<Point> zeros = new ArrayList<>();
                for (Instant at = first; at.isBefore(all.get(0).at()); at = at.plus(step)) {
                    zeros.add(new Point(at, 0));
                }
                all.addAll(0, zeros);
            }
        }
    }
}
