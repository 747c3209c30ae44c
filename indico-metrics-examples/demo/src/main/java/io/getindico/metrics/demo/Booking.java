package io.getindico.metrics.demo;

import io.getindico.metrics.jooq.enums.RepeatFrequency;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;

/**
 * A booking of a room, in the room's local time.
 *
 * @param times at least one, in order, each within a day
 */
record Booking(int room, RepeatFrequency frequency, List<Time> times) {
    /** A stretch of a day. */
    record Time(LocalDateTime start, LocalDateTime end) {
        private static final LocalTime LAST_SECOND = LocalTime.of(23, 59, 59);

        /** As long as that, but not past midnight: Indico books no room so. */
        static Time of(LocalDateTime begin, Duration length) {
            LocalDateTime lastSecond = begin.toLocalDate().atTime(LAST_SECOND);
            if (!begin.isBefore(lastSecond)) {
                return of(begin.toLocalDate().plusDays(1).atStartOfDay(), length);
            }
            LocalDateTime end = begin.plus(length);
            return new Time(begin, end.isBefore(lastSecond) ? end : lastSecond);
        }

        boolean overlaps(Time other) {
            return start.isBefore(other.end) && other.start.isBefore(end);
        }
    }

    static Booking once(int room, Time time) {
        return new Booking(room, RepeatFrequency.NEVER, List.of(time));
    }

    static Booking repeated(int room, RepeatFrequency frequency, Time first, int number) {
        List<Time> times = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            times.add(new Time(later(first.start, frequency, i), later(first.end, frequency, i)));
        }
        return new Booking(room, frequency, times);
    }

    private static LocalDateTime later(LocalDateTime time, RepeatFrequency frequency, int times) {
        return switch (frequency) {
            case NEVER -> time;
            case DAY -> time.plusDays(times);
            case WEEK -> time.plusWeeks(times);
            // Not the same day of the month but, say, its second Tuesday.
            case MONTH ->
                time.plusMonths(times).with(TemporalAdjusters.dayOfWeekInMonth(weekOfMonth(time), time.getDayOfWeek()));
        };
    }

    private static int weekOfMonth(LocalDateTime time) {
        return (time.getDayOfMonth() - 1) / DayOfWeek.values().length + 1;
    }

    LocalDateTime start() {
        return times.get(0).start();
    }

    LocalDateTime end() {
        return times.get(times.size() - 1).end();
    }
}
