package io.getindico.metrics.exporter.rules;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * An Indico over some days.
 *
 * @param start the first scrape
 * @param length until the last scrape
 */
record Scenario(String name, Site site, ZonedDateTime start, Duration length, List<Period> periods) {
    /**
     * What an Indico is like.
     *
     * @param mailsAnHour during working hours
     * @param wrongAddresses their share
     * @param isEmptyAtNight whether nobody uses it at night and on days off
     * @param hasPlugins whether it has livesync, rooms and payments
     * @param lag by how many minutes the standby that the exporter reads is behind; negative if it reads the primary
     * @param environment the label of the target; empty for none
     */
    record Site(
            int mailsAnHour,
            double wrongAddresses,
            boolean isEmptyAtNight,
            boolean hasPlugins,
            int lag,
            String environment,
            Set<LocalDate> holidays) {
        Site readFromStandby(int minutes) {
            return new Site(mailsAnHour, wrongAddresses, isEmptyAtNight, hasPlugins, minutes, environment, holidays);
        }

        Site in(String other) {
            return new Site(mailsAnHour, wrongAddresses, isEmptyAtNight, hasPlugins, lag, other, holidays);
        }
    }

    /** A trouble from one minute of the scenario until before another one. */
    record Period(Trouble trouble, int from, int until) {}

    Scenario with(Trouble trouble, int from, int until) {
        Period[] all = Arrays.copyOf(periods.toArray(Period[]::new), periods.size() + 1);
        all[periods.size()] = new Period(trouble, from, until);
        return new Scenario(name, site, start, length, List.of(all));
    }

    boolean has(Trouble trouble, long minute) {
        return periods.stream()
                .anyMatch(period -> period.trouble() == trouble && period.from() <= minute && minute < period.until());
    }

    int minutes() {
        return (int) length.toMinutes();
    }
}
