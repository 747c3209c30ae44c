package io.getindico.metrics.testing.soak;

import java.util.ArrayDeque;
import java.util.Deque;

/** The values of one fact over time, in seconds of the simulated clock. */
final class History<T> {
    private static final double KEPT_SECONDS = 3 * 3600;

    private final Deque<Period<T>> periods = new ArrayDeque<>();

    private record Period<T>(T value, double from, double to) {}

    History(T first, double now) {
        periods.add(new Period<>(first, now, Double.POSITIVE_INFINITY));
    }

    synchronized T now() {
        return periods.getLast().value();
    }

    synchronized void set(T value, double now) {
        Period<T> last = periods.removeLast();
        periods.add(new Period<>(last.value(), last.from(), now));
        periods.add(new Period<>(value, now, Double.POSITIVE_INFINITY));
        // Otherwise the history itself would grow.
        while (periods.getFirst().to() < now - KEPT_SECONDS) {
            periods.removeFirst();
        }
    }

    /** Whether it was so at some time between the two. */
    synchronized boolean held(T value, double from, double to) {
        return periods.stream()
                .anyMatch(period -> period.value().equals(value) && period.from() <= to && period.to() >= from);
    }

    @Override
    public synchronized String toString() {
        return periods.toString();
    }
}
