package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.HEAVY;
import static io.getindico.metrics.api.RefreshClass.LIVE;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.Reading;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReadOnceTest extends EngineTest {
    private static final String TRANSACTION = "SELECT extract(epoch FROM transaction_timestamp())";

    @Test
    void readsAllClassesInOneTransactionAndLeavesScrapesAlone() {
        TestCollector live = TestCollector.sql("live", TRANSACTION).in(LIVE);
        TestCollector standard = TestCollector.sql("standard", TRANSACTION);
        TestCollector heavy = TestCollector.sql("heavy", TRANSACTION).in(HEAVY);
        TestCollector failing = TestCollector.sql("failing", "SELECT 1/0");
        IndicoMetrics metrics = open(live, standard, heavy, failing);
        Reading reading = metrics.readOnce(null);
        Exposition read = Exposition.of(reading.metrics());
        assertThat(read.value("test_live"))
                .isNotNull()
                .isEqualTo(read.value("test_standard"))
                .isEqualTo(read.value("test_heavy"));
        assertThat(read.isUp()).isTrue();
        assertThat(reading.status().collectors())
                .extracting(CollectorStatus::name, CollectorStatus::outcome)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("failing", CollectorStatus.Outcome.FAILED),
                        org.assertj.core.groups.Tuple.tuple("heavy", CollectorStatus.Outcome.SUCCESS),
                        org.assertj.core.groups.Tuple.tuple("live", CollectorStatus.Outcome.SUCCESS),
                        org.assertj.core.groups.Tuple.tuple("standard", CollectorStatus.Outcome.SUCCESS));
        assertThat(metrics.status().collectors())
                .extracting(CollectorStatus::outcome)
                .containsOnly(CollectorStatus.Outcome.NEVER_RUN);
    }

    @Test
    void aGivenInstantAppliesToTheValuesButNotToTheSelfMetrics() {
        TestCollector clockwork =
                TestCollector.gauge("clockwork", context -> context.now().getEpochSecond());
        IndicoMetrics metrics = open(clockwork);
        Instant at = Instant.parse("2020-02-02T02:02:02Z");
        Exposition read = Exposition.of(metrics.readOnce(at).metrics());
        assertThat(read.value("test_clockwork")).isEqualTo(at.getEpochSecond() * 1.0);
        assertThat(read.value("indico_collector_last_success_timestamp_seconds{collector=\"clockwork\"}"))
                .isEqualTo(clock.epochSeconds());
    }
}
