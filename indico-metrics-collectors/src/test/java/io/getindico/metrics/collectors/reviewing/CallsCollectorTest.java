package io.getindico.metrics.collectors.reviewing;

import static io.getindico.metrics.jooq.events.tables.Settings.SETTINGS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.SortedMap;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CallsCollectorTest extends CollectorContract {
    private static final String ABSTRACTS = "abstracts";
    private static final String PAPERS = "paper_reviewing";
    private static final String ENABLED = "[\"surveys\", \"abstracts\", \"papers\"]";
    private static final String DEADLINE = "indico_calls_for_abstracts_next_deadline_timestamp_seconds";
    private static final Instant TOMORROW = NOW.plus(Duration.ofDays(1));

    @Override
    protected MetricCollector collector() {
        return new CallsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        for (String module : new String[] {ABSTRACTS, PAPERS}) {
            call(rows, module, NOW.plus(TICK), NOW.plus(TICK));
            call(rows, module, NOW, TOMORROW);
            call(rows, module, NOW.minus(TICK), TOMORROW.plus(TICK));
            call(rows, module, NOW, null);
            call(rows, module, NOW.minus(TICK), NOW);
            call(rows, module, null, TOMORROW);
            int deleted = ReviewingRows.deleted(rows);
            set(rows, deleted, "features", "enabled", ENABLED);
            schedule(rows, deleted, module, NOW, TOMORROW);
        }
        set(rows, call(rows, ABSTRACTS, NOW.plus(TICK), null), ABSTRACTS, "modification_end_dt", time(TOMORROW));
        schedule(rows, event(rows, "[]"), ABSTRACTS, NOW, TOMORROW);
        schedule(rows, event(rows, "[\"papers\"]"), ABSTRACTS, NOW, TOMORROW);
        schedule(rows, event(rows, "[\"abstracts\"]"), PAPERS, NOW, TOMORROW);
        schedule(rows, ReviewingRows.upcoming(rows), ABSTRACTS, NOW, TOMORROW);
        int other = event(rows, "[]");
        set(rows, other, "features", "other", ENABLED);
        set(rows, other, "other", "enabled", ENABLED);
        schedule(rows, other, ABSTRACTS, NOW, TOMORROW);
    }

    @Test
    void aCallIsOpenFromItsStartToBeforeItsEnd(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        double tomorrow = TOMORROW.getEpochSecond() + 0.123456;
        assertThat(values(database))
                .isEqualTo(Map.of(
                        series("abstracts", "upcoming"),
                        2.0,
                        series("abstracts", "open"),
                        3.0,
                        series("abstracts", "closed"),
                        1.0,
                        DEADLINE,
                        tomorrow,
                        series("papers", "upcoming"),
                        1.0,
                        series("papers", "open"),
                        3.0,
                        series("papers", "closed"),
                        1.0,
                        "indico_calls_for_papers_next_deadline_timestamp_seconds",
                        tomorrow));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "20260615",
                "{}",
                "[\"2026-06-01T00:00:00+00:00\"]",
                "\"\"",
                "\"infinity\"",
                "\"2026-02-30T00:00:00+00:00\"",
                "\"2026-06-01T25:00:00+00:00\"",
                "\"2026-06-01T00:00:00+99:00\""
            })
    void anInvalidTimeCountsAsMissing(String value, IndicoDatabase database, IndicoRows rows) {
        int notStarted = event(rows, ENABLED);
        set(rows, notStarted, ABSTRACTS, "start_dt", value);
        int notEnded = call(rows, ABSTRACTS, NOW, null);
        set(rows, notEnded, ABSTRACTS, "end_dt", value);
        set(rows, call(rows, ABSTRACTS, NOW, null), ABSTRACTS, "end_dt", "\"" + "9".repeat(64_000) + "\"");
        assertThat(values(database))
                .containsEntry(series("abstracts", "open"), 2.0)
                .containsEntry(series("abstracts", "closed"), 0.0)
                .doesNotContainKey(DEADLINE);
    }

    @Test
    void timesMayHaveAnyOffsetAndLieInAnyYear(IndicoDatabase database, IndicoRows rows) {
        int event = event(rows, ENABLED);
        set(rows, event, ABSTRACTS, "start_dt", "\"0001-01-01T00:00:00+00:00\"");
        set(rows, event, ABSTRACTS, "end_dt", "\"9999-12-31T23:59:59.5+00:00\"");
        assertThat(values(database)).containsEntry(DEADLINE, 253_402_300_799.5);
        int other = event(rows, ENABLED);
        set(rows, other, ABSTRACTS, "start_dt", "\"2026-06-15T17:30:00+05:30\"");
        set(rows, other, ABSTRACTS, "end_dt", "\"2026-06-15T18:00:00+05:30\"");
        assertThat(values(database))
                .containsEntry(series("abstracts", "open"), 2.0)
                .containsEntry(
                        DEADLINE, (double) Instant.parse("2026-06-15T12:30:00Z").getEpochSecond());
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"abstracts\"", "{\"abstracts\": true}", "[[\"abstracts\"]]", "[\"ABSTRACTS\"]"})
    void anInvalidListOfFeaturesEnablesNothing(String features, IndicoDatabase database, IndicoRows rows) {
        schedule(rows, event(rows, features), ABSTRACTS, NOW, null);
        schedule(rows, event(rows, "[null, 5, \"abstracts\"]"), ABSTRACTS, NOW, null);
        assertThat(values(database)).containsEntry(series("abstracts", "open"), 1.0);
    }

    private static int call(IndicoRows rows, String module, @Nullable Instant start, @Nullable Instant end) {
        int event = event(rows, ENABLED);
        schedule(rows, event, module, start, end);
        return event;
    }

    private static int event(IndicoRows rows, String features) {
        int event = ReviewingRows.upcoming(rows);
        set(rows, event, "features", "enabled", features);
        return event;
    }

    private static void schedule(
            IndicoRows rows, int event, String module, @Nullable Instant start, @Nullable Instant end) {
        if (start != null) {
            set(rows, event, module, "start_dt", time(start));
        }
        if (end != null) {
            set(rows, event, module, "end_dt", time(end));
        }
    }

    private static String time(Instant time) {
        return "\"" + time.atOffset(ZoneOffset.UTC).toString().replace("Z", "+00:00") + "\"";
    }

    private static void set(IndicoRows rows, int event, String module, String name, String value) {
        rows.row(SETTINGS)
                .with(SETTINGS.EVENT_ID, event)
                .with(SETTINGS.MODULE, module)
                .with(SETTINGS.NAME, name)
                .with(SETTINGS.VALUE, JSONB.valueOf(value))
                .insert();
    }

    private static String series(String what, String state) {
        return "indico_calls_for_" + what + "{state=\"" + state + "\"}";
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
