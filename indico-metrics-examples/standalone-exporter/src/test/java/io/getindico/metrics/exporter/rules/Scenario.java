package io.getindico.metrics.exporter.rules;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
     * @param labels of the target
     * @param instanceName tells Indicos of one exporter apart; empty for an exporter of a single one
     */
    record Site(
            int mailsAnHour,
            double wrongAddresses,
            boolean isEmptyAtNight,
            boolean hasPlugins,
            int lag,
            Map<String, String> labels,
            String instanceName,
            Set<LocalDate> holidays) {
        static final Map<String, String> TARGET = Map.of("job", "indico", "instance", "metrics.example.org:443");

        Site readFromStandby(int minutes) {
            return new Site(
                    mailsAnHour, wrongAddresses, isEmptyAtNight, hasPlugins, minutes, labels, instanceName, holidays);
        }

        Site at(String instance, String environment) {
            Map<String, String> target = Map.of("job", "indico", "instance", instance, "environment", environment);
            return new Site(
                    mailsAnHour, wrongAddresses, isEmptyAtNight, hasPlugins, lag, target, instanceName, holidays);
        }

        Site named(String other) {
            return new Site(mailsAnHour, wrongAddresses, isEmptyAtNight, hasPlugins, lag, labels, other, holidays);
        }
    }

    /** A trouble from one minute of the scenario until before another one. */
    record Period(Trouble trouble, int from, int until) {}

    @Override
    public String toString() {
        return name;
    }

    Scenario at(Site other) {
        return new Scenario(name, other, start, length, periods);
    }

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
