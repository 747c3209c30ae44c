package io.getindico.metrics.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.SyntheticIndico;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntheticIndicoInvariantsTest {
    /** The smallest tables, some thousand rows with the default seed, and other seeds at another time. */
    @ParameterizedTest
    @CsvSource({"0.0003, 1, 2026-06-01T10:00:00Z", "0.005, 1, 2026-06-01T10:00:00Z", "0.001, 2, 2030-12-31T23:59:59.5Z"
    })
    void rowsAreAsIndicoLeavesThem(double factor, int seed, Instant now) {
        try (IndicoDatabase indico = IndicoDatabase.create(IndicoRelease.newest())) {
            indico.prepare();
            SyntheticIndico.of(factor).seed(seed).now(now).fill(indico.dataSource());
            assertThat(Invariants.violations(indico.dsl())).isEmpty();
        }
    }
}
