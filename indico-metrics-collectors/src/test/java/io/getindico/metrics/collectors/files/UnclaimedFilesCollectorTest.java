package io.getindico.metrics.collectors.files;

import static io.getindico.metrics.jooq.indico.tables.Files.FILES;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import org.jooq.JSONB;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UnclaimedFilesCollectorTest extends CollectorContract {
    private static final String OLDEST = "indico_unclaimed_files_oldest_waiting_timestamp_seconds";

    @Override
    protected MetricCollector collector() {
        return new UnclaimedFilesCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        upload(rows, true, "{}", 9, 1);
        upload(rows, false, "{\"deletion_failed\": true}", 8, 20);
        upload(rows, false, "{\"other\": true}", 7, 300);
        upload(rows, false, "{}", 6, 4000);
    }

    @Test
    void anUnclaimedFileWaitsOrCouldNotBeDeleted(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database))
                .isEqualTo(Map.of(
                        "indico_unclaimed_files{state=\"waiting\"}",
                        2.0,
                        "indico_unclaimed_files{state=\"deletion_failed\"}",
                        1.0,
                        "indico_unclaimed_file_bytes{state=\"waiting\"}",
                        4300.0,
                        "indico_unclaimed_file_bytes{state=\"deletion_failed\"}",
                        20.0,
                        OLDEST,
                        NOW.minus(Duration.ofDays(7)).getEpochSecond() + 0.123456));
    }

    @Test
    void thereIsNoOldestFileIfNoneIsWaiting(IndicoDatabase database, IndicoRows rows) {
        upload(rows, true, "{}", 2, 1);
        upload(rows, false, "{\"deletion_failed\": true}", 2, 1);
        assertThat(values(database)).doesNotContainKey(OLDEST);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"deletion_failed\": false}|deletion_failed",
                "{\"deletion_failed\": null}|deletion_failed",
                "{\"deletion_failed\": {\"a\": [1]}}|deletion_failed",
                "{\"a\": {\"deletion_failed\": true}}|waiting",
                "[\"deletion_failed\"]|waiting",
                "\"deletion_failed\"|waiting",
                "17|waiting",
                "null|waiting"
            })
    void onlyTheKeyDecides(String meta, String state, IndicoDatabase database, IndicoRows rows) {
        upload(rows, false, meta, 2, 1);
        assertThat(values(database)).containsEntry("indico_unclaimed_files{state=\"" + state + "\"}", 1.0);
    }

    @Test
    void sizesAddUpBeyond64Bits(IndicoDatabase database, IndicoRows rows) {
        upload(rows, false, "{}", 2, Long.MAX_VALUE);
        upload(rows, false, "{}", 2, Long.MAX_VALUE);
        assertThat(values(database))
                .containsEntry("indico_unclaimed_file_bytes{state=\"waiting\"}", 2.0 * Long.MAX_VALUE);
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }

    private static void upload(IndicoRows rows, boolean isClaimed, String meta, int daysOld, long size) {
        rows.row(FILES)
                .with(FILES.CLAIMED, isClaimed)
                .with(FILES.META, JSONB.valueOf(meta))
                .with(FILES.CREATED_DT, NOW.minus(Duration.ofDays(daysOld)))
                .with(FILES.SIZE, size)
                .insert();
    }
}
