package io.getindico.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** For no profile does the role need the right to read a column that holds more than its metrics need. */
class PrivacyTest {
    /** Names, addresses, texts, answers, settings and pictures. */
    static final Set<String> CONTENTS = Set.of(
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

    private static final Pattern GRANTED = Pattern.compile("\\('([a-z_.]+)', '([a-z0-9_, ]*)'\\)");

    static Stream<Profile> profiles() {
        return Arrays.stream(Profile.values()).filter(profile -> profile != Profile.OPT_IN);
    }

    private static IndicoMetricsBuilder metrics() {
        return IndicoMetrics.builder(Gauges.noDatabase()).discoverCollectors();
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void noContentsAreGrantedForAProfile(Profile profile) {
        assertThat(granted(metrics().profile(profile)))
                .contains("events.events.is_deleted")
                .doesNotContainAnyElementsOf(CONTENTS);
    }

    /** Without this, a wrong name in the list would go unnoticed. */
    @Test
    void contentsAreReadByFunctionsOrMustBeEnabledByName() {
        assertThat(read(metrics().profile(Profile.FULL)))
                .contains(
                        "events.logs.data",
                        "events.settings.value",
                        "indico.files.meta",
                        "indico.settings.value",
                        "users.logs.summary")
                .doesNotContain("categories.categories.title", "users.users.picture");
        assertThat(granted(metrics().extraFamilies(List.of("*"))))
                .contains("categories.categories.title", "events.events.logo", "users.users.picture")
                .doesNotContain("events.logs.data", "indico.settings.value");
    }

    private static Set<String> granted(IndicoMetricsBuilder builder) {
        Set<String> columns = new TreeSet<>();
        try (IndicoMetrics metrics = builder.build()) {
            GRANTED.matcher(metrics.grants("x", true))
                    .results()
                    .forEach(table -> Stream.of(table.group(2).split(", "))
                            .forEach(column -> columns.add(table.group(1) + "." + column)));
        }
        return columns;
    }

    /** What the queries read is known after the first reading, even if it fails. */
    private static Set<String> read(IndicoMetricsBuilder builder) {
        Set<String> columns = new TreeSet<>();
        try (IndicoMetrics metrics = builder.build()) {
            metrics.readOnce(null).status().collectors().stream()
                    .flatMap(collector -> collector.queries().stream())
                    .forEach(query -> query.columns()
                            .forEach((table, names) -> names.forEach(name -> columns.add(table + "." + name))));
        }
        return columns;
    }
}
