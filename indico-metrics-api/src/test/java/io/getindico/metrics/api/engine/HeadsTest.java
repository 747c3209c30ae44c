package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadsTest {
    @ParameterizedTest
    @CsvSource({
        "b45847c0e62f, 3.2.0-3.2.2",
        "aba7935f9226, 3.2.6-3.2.9",
        "4e32f4d5ebe4, 3.3.0-3.3.2",
        "73b2a6245c40, 3.3.14",
    })
    void aHeadTellsItsReleases(String head, String releases) {
        assertThat(Heads.release(Map.of("alembic_version", head, "alembic_version_plugin_livesync", "cafe")))
                .isEqualTo(releases);
    }

    @Test
    void allElseIsUnknown() {
        assertThat(Heads.release(Map.of())).isEqualTo("unknown");
        assertThat(Heads.release(Map.of("alembic_version", "cafe"))).isEqualTo("unknown");
        assertThat(Heads.release(Map.of("alembic_version", "aba7935f9226,cafe")))
                .isEqualTo("unknown");
        assertThat(Heads.release(Map.of("alembic_version_plugin_livesync", "73b2a6245c40")))
                .isEqualTo("unknown");
    }
}
