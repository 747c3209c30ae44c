package io.getindico.metrics.collectors.internal.history;

import static io.getindico.metrics.api.Value.countRows;

import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricFamily;
import java.time.Duration;

/**
 * Families that count what came into being within 1, 7 and 30 days.
 *
 * @param oneDay counts the rows of the last day
 * @param sevenDays counts the rows of the last 7 days
 * @param thirtyDays counts the rows of the last 30 days
 * @since 0.1.0
 */
public record Spans(MetricFamily oneDay, MetricFamily sevenDays, MetricFamily thirtyDays) {
    /**
     * Counts rows.
     *
     * @param query a query over the rows
     * @return the query
     */
    public FamilyQuery count(FamilyQuery query) {
        return query.value(oneDay, countRows()).value(sevenDays, countRows()).value(thirtyDays, countRows());
    }

    /**
     * Lets a row count for so long.
     *
     * @param history the history of a query that {@link #count} returned
     * @return the history
     */
    public FamilyHistory limit(FamilyHistory history) {
        return history.lasting(oneDay, Duration.ofDays(1))
                .lasting(sevenDays, Duration.ofDays(7))
                .lasting(thirtyDays, Duration.ofDays(30));
    }
}
