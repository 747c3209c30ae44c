package io.getindico.metrics.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.SortedMap;

/**
 * The metrics of {@linkplain GoldenData golden rows} for one instant, zone and age, as computed by Indico's own code.
 *
 * @param now the instant of the reading
 * @param zone the zone of room booking's wall-clock times
 * @param activeUserAge how recent a login must be for a user to count as active
 * @param values the value of each metric, by its name
 * @since 0.1.0
 */
public record GoldenCase(Instant now, ZoneId zone, Duration activeUserAge, SortedMap<String, Double> values) {
    @Override
    public String toString() {
        return now + " in " + zone + ", active within " + activeUserAge.toHours() + " h";
    }
}
