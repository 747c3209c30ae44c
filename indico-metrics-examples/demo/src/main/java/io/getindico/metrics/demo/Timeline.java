package io.getindico.metrics.demo;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;

/**
 * When things happen: in working hours over the years, and all the time around the start of the demo.
 *
 * @param start when the demo starts
 * @param zone in which people work
 * @param dice to choose by
 */
record Timeline(Instant start, ZoneId zone, Dice dice) {
    /** By weekday from Monday. */
    private static final double[] WEEKDAYS = {9, 10, 10, 10, 8, 0.5, 0.3};

    private static final int FIRST_HOUR = 8;

    /** From 8 in the morning. */
    private static final double[] HOURS = {3, 10, 9, 6, 1, 4, 10, 8, 5, 2, 1, 0.5};

    private static final int QUARTER = 15;

    /** Returns the beginning of something, in a week that has one of the days so many days from the start. */
    LocalDateTime workingTime(int firstDay, int lastDay) {
        LocalDate monday = today().plusDays(dice.between(firstDay, lastDay)).with(DayOfWeek.MONDAY);
        return monday.plusDays(dice.weighted(WEEKDAYS))
                .atTime(FIRST_HOUR + dice.weighted(HOURS), QUARTER * dice.between(0, 3));
    }

    /** Returns a moment not further from the start than that, and most often quite near to it. */
    Instant aroundStart(Duration reach) {
        Duration distance = dice.partOf(reach, 2);
        return dice.chance(0.5) ? start.plus(distance) : start.minus(distance);
    }

    /** Returns a moment between the two. */
    Instant between(Instant earliest, Instant latest) {
        return earliest.plus(dice.partOf(Duration.between(earliest, latest), 1));
    }

    Instant atLatestStart(Instant moment) {
        return moment.isAfter(start) ? start : moment;
    }

    LocalDate today() {
        return localStart().toLocalDate();
    }

    LocalDateTime localStart() {
        return LocalDateTime.ofInstant(start, zone);
    }

    Instant instant(LocalDateTime local) {
        return local.atZone(zone).toInstant();
    }
}
