package io.getindico.metrics.exporter.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The marks of a time axis: the smallest step of which few enough fit. */
enum TimeTicks {
    MINUTE(1, ChronoUnit.MINUTES, 5, "HH:mm"),
    MINUTES_5(5, ChronoUnit.MINUTES, 5, "HH:mm"),
    MINUTES_15(15, ChronoUnit.MINUTES, 5, "HH:mm"),
    HOUR(1, ChronoUnit.HOURS, 5, "HH:mm"),
    HOURS_3(3, ChronoUnit.HOURS, 5, "HH:mm"),
    HOURS_6(6, ChronoUnit.HOURS, 4, "HH:mm"),
    DAY(1, ChronoUnit.DAYS, 8, "EEE"),
    WEEK(7, ChronoUnit.DAYS, 5, "d MMM"),
    MONTH(1, ChronoUnit.MONTHS, 5, "MMM yy"),
    QUARTER(3, ChronoUnit.MONTHS, 5, "MMM yy"),
    YEAR(1, ChronoUnit.YEARS, 5, "yyyy"),
    YEARS_2(2, ChronoUnit.YEARS, 5, "yyyy"),
    YEARS_5(5, ChronoUnit.YEARS, 5, "yyyy"),
    YEARS_10(10, ChronoUnit.YEARS, 5, "yyyy");

    private final int amount;
    private final ChronoUnit unit;
    private final int most;
    private final DateTimeFormatter format;

    TimeTicks(int amount, ChronoUnit unit, int most, String pattern) {
        this.amount = amount;
        this.unit = unit;
        this.most = most;
        this.format = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    }

    static TimeTicks of(Instant from, Instant until) {
        Duration span = Duration.between(from, until);
        for (TimeTicks ticks : values()) {
            Duration step = ticks.unit.getDuration().multipliedBy(ticks.amount);
            if (step.multipliedBy(ticks.most).compareTo(span) > 0) {
                return ticks;
            }
        }
        return YEARS_10;
    }

    /** All marks from one instant until another, in UTC. */
    List<Instant> between(Instant from, Instant until) {
        List<Instant> marks = new ArrayList<>();
        ZonedDateTime mark = from.atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS);
        if (unit == ChronoUnit.MONTHS || unit == ChronoUnit.YEARS) {
            mark = mark.withDayOfYear(1);
        }
        if (unit == ChronoUnit.YEARS) {
            mark = mark.withYear(mark.getYear() / amount * amount);
        }
        for (; !mark.toInstant().isAfter(until); mark = mark.plus(amount, unit)) {
            if (!mark.toInstant().isBefore(from)) {
                marks.add(mark.toInstant());
            }
        }
        return marks;
    }

    /** Weekdays stand in the middle of their day, other labels at their mark. */
    Instant labelled(Instant mark) {
        return this == DAY ? mark.plus(12, ChronoUnit.HOURS) : mark;
    }

    String label(Instant mark) {
        return format.format(mark);
    }

    /** Whether the axis is short enough to show weekends. */
    boolean isOfDays() {
        return unit == ChronoUnit.HOURS || this == DAY;
    }
}
