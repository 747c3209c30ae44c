package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReleasesTest {
    @ParameterizedTest
    @CsvSource({
        "b45847c0e62f, 3.2.0-3.2.2",
        "aba7935f9226, 3.2.6-3.2.9",
        "4e32f4d5ebe4, 3.3.0-3.3.2",
        "73b2a6245c40, 3.3.14",
    })
    void aHeadIdentifiesItsReleases(String head, String releases) {
        assertThat(Releases.of(Map.of("alembic_version", head, "alembic_version_plugin_livesync", "cafe")))
                .isEqualTo(releases);
    }

    @Test
    void otherHeadsAreUnknown() {
        assertThat(Releases.of(Map.of())).isEqualTo("unknown");
        assertThat(Releases.of(Map.of("alembic_version", "cafe"))).isEqualTo("unknown");
        assertThat(Releases.of(Map.of("alembic_version", "aba7935f9226,cafe"))).isEqualTo("unknown");
        assertThat(Releases.of(Map.of("alembic_version_plugin_livesync", "73b2a6245c40")))
                .isEqualTo("unknown");
    }

    @ParameterizedTest
    @CsvSource({
        "3.3.5, 379ba72f4096, false",
        "3.3.6, 379ba72f4096, true",
        "3.3.6, 4615aff776e0, false",
        "3.3.6, 73b2a6245c40, false",
        "3.3.10, 932389d22b1f, true",
        "3.3, 932389d22b1f, false",
        "3.3, aba7935f9226, true",
        "3.4, 73b2a6245c40, true",
        "4.0, 73b2a6245c40, true",
    })
    void comparesReleasesByTheirNumbers(String release, String head, boolean isBefore) {
        assertThat(Releases.isBefore(Map.of("alembic_version", head), release)).isEqualTo(isBefore);
    }

    /** Releases that share a schema have the same tables and columns. */
    @ParameterizedTest
    @CsvSource({"3.2.6, false", "3.2.8, false", "3.2.9, false", "3.2.10, true", "3.3.0, true"})
    void aSchemaOfSeveralReleasesCountsAsTheNewestOfThem(String release, boolean isBefore) {
        assertThat(Releases.isBefore(Map.of("alembic_version", "aba7935f9226"), release))
                .isEqualTo(isBefore);
    }

    @Test
    void anUnknownSchemaCountsAsNewest() {
        assertThat(Releases.isBefore(Map.of("alembic_version", "cafe"), "99.0")).isFalse();
        assertThat(Releases.isBefore(Map.of(), "99.0")).isFalse();
    }

    @Test
    void aSchemaDuringAnUpgradeCountsAsNewest() {
        assertThat(Releases.isBefore(Map.of("alembic_version", "379ba72f4096,b45847c0e62f"), "3.3.6"))
                .isFalse();
    }
}
