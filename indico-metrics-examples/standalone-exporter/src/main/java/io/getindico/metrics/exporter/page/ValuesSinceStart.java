package io.getindico.metrics.exporter.page;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of a number since the start of the process, in little memory: the largest value of each of at most 128
 * periods, and the last value. Whenever there are more periods, two become one. Safe for use by many threads.
 */
final class ValuesSinceStart {
    private static final int CAPACITY = 128;

    /** Each stands at the beginning of its period. */
    private final List<Point> largest = new ArrayList<>();

    private Duration period = Duration.ofSeconds(15);
    private @Nullable Point last;

    synchronized void add(Instant at, double value) {
        last = new Point(at, value);
        int newest = largest.size() - 1;
        if (newest >= 0 && at.isBefore(largest.get(newest).at().plus(period))) {
            largest.set(newest, merge(largest.get(newest), last));
            return;
        }
        if (largest.size() == CAPACITY) {
            for (int i = 0; i < CAPACITY / 2; i++) {
                largest.set(i, merge(largest.get(2 * i), largest.get(2 * i + 1)));
            }
            largest.subList(CAPACITY / 2, CAPACITY).clear();
            period = period.multipliedBy(2);
        }
        largest.add(last);
    }

    private static Point merge(Point earlier, Point later) {
        return new Point(earlier.at(), Math.max(earlier.value(), later.value()));
    }

    /** In the order of time. The last one is the last value. */
    synchronized List<Point> points() {
        List<Point> points = new ArrayList<>(largest);
        if (last != null && last.at().isAfter(largest.get(largest.size() - 1).at())) {
            points.add(last);
        }
        return points;
    }
}
