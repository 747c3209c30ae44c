package io.getindico.metrics.collectors.exports;

import static io.getindico.metrics.jooq.events.tables.StaticSites.STATIC_SITES;
import static io.getindico.metrics.jooq.users.tables.DataExportRequests.DATA_EXPORT_REQUESTS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.DataExportRequestState;
import io.getindico.metrics.jooq.enums.StaticSiteState;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.UnknownCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ExportsCollectorTest extends CollectorContract {
    private static final Instant WEEK_AGO = NOW.minus(Duration.ofDays(7));
    private static final String OLDEST_SITE = "indico_static_sites_oldest_unfinished_timestamp_seconds";
    private static final String OLDEST_EXPORT = "indico_data_exports_oldest_running_timestamp_seconds";

    @Override
    protected MetricCollector collector() {
        return new ExportsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        for (StaticSiteState state : StaticSiteState.values()) {
            site(rows, state, WEEK_AGO);
        }
        site(rows, StaticSiteState.RUNNING, WEEK_AGO.plus(TICK.multipliedBy(3)));
        site(rows, StaticSiteState.PENDING, WEEK_AGO.plus(TICK.multipliedBy(2)));
        site(rows, StaticSiteState.SUCCESS, WEEK_AGO.plus(TICK));
        site(rows, StaticSiteState.FAILED, WEEK_AGO.plus(TICK));
        site(rows, StaticSiteState.EXPIRED, WEEK_AGO.plus(TICK));
        for (DataExportRequestState state : DataExportRequestState.values()) {
            export(rows, state, WEEK_AGO);
            export(rows, state, WEEK_AGO.plus(TICK.multipliedBy(state == DataExportRequestState.RUNNING ? 2 : 1)));
        }
        export(rows, DataExportRequestState.RUNNING, NOW);
    }

    @Test
    void countsByStateAndReportsTheOldestUnfinishedOneOfTheLastWeek(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database))
                .containsEntry("indico_static_sites{state=\"pending\"}", 2.0)
                .containsEntry("indico_static_sites{state=\"running\"}", 2.0)
                .containsEntry("indico_static_sites{state=\"success\"}", 2.0)
                .containsEntry("indico_static_sites{state=\"failed\"}", 2.0)
                .containsEntry("indico_static_sites{state=\"expired\"}", 2.0)
                .containsEntry(OLDEST_SITE, WEEK_AGO.getEpochSecond() + 0.123458)
                .containsEntry("indico_data_export_requests{state=\"none\"}", 2.0)
                .containsEntry("indico_data_export_requests{state=\"running\"}", 3.0)
                .containsEntry("indico_data_export_requests{state=\"success\"}", 2.0)
                .containsEntry("indico_data_export_requests{state=\"failed\"}", 2.0)
                .containsEntry("indico_data_export_requests{state=\"expired\"}", 2.0)
                .containsEntry(OLDEST_EXPORT, WEEK_AGO.getEpochSecond() + 0.123458)
                .hasSize(12);
    }

    @ParameterizedTest
    @EnumSource(
            value = StaticSiteState.class,
            names = {"PENDING", "RUNNING"})
    void unfinishedOnesCountUpToAndIncludingNow(StaticSiteState state, IndicoDatabase database, IndicoRows rows) {
        site(rows, state, NOW.plus(TICK));
        export(rows, DataExportRequestState.RUNNING, NOW.plus(TICK));
        assertThat(values(database)).doesNotContainKeys(OLDEST_SITE, OLDEST_EXPORT);
        site(rows, state, NOW);
        export(rows, DataExportRequestState.RUNNING, NOW);
        assertThat(values(database))
                .containsAllEntriesOf(Map.of(
                        OLDEST_SITE, NOW.getEpochSecond() + 0.123456, OLDEST_EXPORT, NOW.getEpochSecond() + 0.123456));
    }

    @Test
    void statesOfAFutureReleaseAreUnknownAndNotUnfinished(IndicoDatabase database, IndicoRows rows) {
        UnknownCode.set(database, STATIC_SITES.STATE, site(rows, StaticSiteState.PENDING, NOW));
        UnknownCode.set(database, DATA_EXPORT_REQUESTS.STATE, export(rows, DataExportRequestState.RUNNING, NOW));
        assertThat(values(database))
                .containsEntry("indico_static_sites{state=\"unknown\"}", 1.0)
                .containsEntry("indico_data_export_requests{state=\"unknown\"}", 1.0)
                .doesNotContainKeys(OLDEST_SITE, OLDEST_EXPORT);
    }

    private static int site(IndicoRows rows, StaticSiteState state, Instant requested) {
        return rows.row(STATIC_SITES)
                .with(STATIC_SITES.STATE, state)
                .with(STATIC_SITES.REQUESTED_DT, requested)
                .insert();
    }

    /** Inserts each export with its own user, because Indico keeps one export per user. */
    private static int export(IndicoRows rows, DataExportRequestState state, Instant requested) {
        return rows.row(DATA_EXPORT_REQUESTS)
                .with(DATA_EXPORT_REQUESTS.USER_ID, rows.row(USERS).insert())
                .with(DATA_EXPORT_REQUESTS.STATE, state)
                .with(DATA_EXPORT_REQUESTS.REQUESTED_DT, requested)
                .insert();
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
