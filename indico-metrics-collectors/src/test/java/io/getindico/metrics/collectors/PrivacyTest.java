package io.getindico.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No profile reads a column that holds more than its metrics need, so a role for it sees no contents. */
class PrivacyTest {
    /** Names, addresses, texts, answers, settings and pictures. */
    private static final Set<String> CONTENTS = Set.of(
            "categories.categories.title",
            "events.events.logo",
            "events.events.title",
            "events.logs.data",
            "events.settings.value",
            "event_registration.registration_data.data",
            "event_registration.registrations.email",
            "indico.files.filename",
            "indico.files.meta",
            "indico.settings.value",
            "users.identities.identifier",
            "users.logs.summary",
            "users.users.first_name",
            "users.users.picture");

    static Stream<Profile> profiles() {
        return Arrays.stream(Profile.values()).filter(profile -> profile != Profile.OPT_IN);
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void aProfileReadsNoContents(Profile profile) {
        try (IndicoMetrics metrics = IndicoMetrics.builder(Gauges.noDatabase())
                .discoverCollectors()
                .profile(profile)
                .build()) {
            assertThat(columns(metrics)).contains("events.events.is_deleted").doesNotContainAnyElementsOf(CONTENTS);
        }
    }

    /** Without this, a wrong name in the list would go unnoticed. */
    @Test
    void familiesThatReadContentsAreOptIn() {
        try (IndicoMetrics metrics = IndicoMetrics.builder(Gauges.noDatabase())
                .discoverCollectors()
                .extraFamilies(List.of("*"))
                .build()) {
            assertThat(columns(metrics))
                    .contains(
                            "categories.categories.title",
                            "events.logs.data",
                            "events.settings.value",
                            "indico.files.meta",
                            "indico.settings.value",
                            "users.logs.summary");
        }
    }

    /** What the queries read is known after the first reading, even if it fails. */
    private static Set<String> columns(IndicoMetrics metrics) {
        Set<String> columns = new TreeSet<>();
        for (CollectorStatus collector : metrics.readOnce(null).status().collectors()) {
            collector
                    .queries()
                    .forEach(query -> query.columns()
                            .forEach((table, names) -> names.forEach(name -> columns.add(table + "." + name))));
        }
        return columns;
    }
}
