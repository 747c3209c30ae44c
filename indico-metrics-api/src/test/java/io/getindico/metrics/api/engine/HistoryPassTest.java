package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryPassTest {
    private static final HistorySpan DAY = new HistorySpan(Instant.EPOCH, 1, Instant.EPOCH);

    private static final HistorySink NOBODY = new HistorySink() {
        @Override
        public void begin() {}

        @Override
        public void take(MetricFamily family, Instant at, List<String> labelValues, double value) {}
    };

    @Test
    void aPassThatYieldedIsRepeatedAtMostTenTimes() {
        HistoryPass pass = new HistoryPass(DAY, NOBODY, Duration.ofSeconds(55));
        for (int i = 0; i < 10; i++) {
            assertThat(pass.mayRepeat()).isTrue();
        }
        assertThat(pass.mayRepeat()).isFalse();
    }
}
