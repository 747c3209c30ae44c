package io.getindico.metrics.exporter.page;

import java.util.List;

/**
 * How a number changed over time.
 *
 * @param caption one sentence that says what is counted
 * @param points in the order of time, never empty
 */
record Course(String title, String caption, Unit unit, List<Point> points) {
    /** Whether there is something to draw. */
    boolean isWorthDrawing() {
        return points.size() > 1 && points.stream().anyMatch(point -> point.value() > 0);
    }

    Point first() {
        return points.get(0);
    }

    Point last() {
        return points.get(points.size() - 1);
    }
}
