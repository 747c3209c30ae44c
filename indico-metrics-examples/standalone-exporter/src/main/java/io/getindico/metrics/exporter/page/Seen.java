package io.getindico.metrics.exporter.page;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The values of a number since the start of the process, in little memory. Whenever it is full, it keeps every second
 * value and takes values half as often. Safe for use by many threads.
 */
final class Seen {
    private static final int CAPACITY = 128;

    private final List<Point> points = new ArrayList<>();
    private Duration pause = Duration.ofSeconds(15);

    synchronized void add(Instant at, double value) {
        if (!points.isEmpty() && at.isBefore(points.get(points.size() - 1).at().plus(pause))) {
            return;
        }
        if (points.size() == CAPACITY) {
            List<Point> kept = new ArrayList<>();
            for (int i = 0; i < CAPACITY; i += 2) {
                kept.add(points.get(i));
            }
            points.clear();
            points.addAll(kept);
            pause = pause.multipliedBy(2);
        }
        points.add(new Point(at, value));
    }

    synchronized List<Point> points() {
        return List.copyOf(points);
    }
}
