package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class FamilySelectionTest {
    private static final List<MetricFamily> ALL =
            Arrays.stream(Profile.values()).map(FamilySelectionTest::family).toList();

    private final FamilySelection selection = new FamilySelection();

    private static MetricFamily family(Profile profile) {
        return MetricFamily.gauge("test_" + profile.name().toLowerCase(Locale.ROOT))
                .help("A test metric.")
                .profile(profile)
                .build();
    }

    private List<String> on() {
        selection.check(ALL);
        return ALL.stream().filter(selection::isOn).map(MetricFamily::name).toList();
    }

    @Test
    void theDefaultProfileIsOnUnlessAnotherIsChosen() {
        assertThat(on()).containsExactly("test_compatible", "test_default");
    }

    @Test
    void aProfileContainsTheSmallerOnes() {
        selection.profile(Profile.COMPATIBLE);
        assertThat(on()).containsExactly("test_compatible");
        selection.profile(Profile.FULL);
        assertThat(on()).containsExactly("test_compatible", "test_default", "test_full");
    }

    @Test
    void optInFamiliesAreEnabledOnlyByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> selection.profile(Profile.OPT_IN))
                .withMessage("profile opt-in: its families are enabled only by name; add them to the extra families");
        selection.extra(List.of("test_opt_in"));
        assertThat(on()).containsExactly("test_compatible", "test_default", "test_opt_in");
    }

    @Test
    void namesRestrictTheProfile() {
        selection.profile(Profile.FULL);
        selection.only(List.of("test_f*", "test_compatible"));
        assertThat(on()).containsExactly("test_compatible", "test_full");
    }

    @Test
    void anAsteriskAddsAllFamiliesWithThePrefix() {
        selection.extra(List.of("test_*"));
        assertThat(on()).hasSize(4);
    }

    @Test
    void extraFamiliesAreOnDespiteARestriction() {
        selection.only(List.of("test_default"));
        selection.extra(List.of("test_full"));
        assertThat(on()).containsExactly("test_default", "test_full");
    }

    @Test
    void excludedFamiliesAreOffEvenIfTheyAreExtra() {
        selection.extra(List.of("*"));
        selection.exclude(List.of("test_opt_in", "test_d*"));
        assertThat(on()).containsExactly("test_compatible", "test_full");
    }

    @Test
    void aNameThatMatchesNothingIsAnErrorWithTheNearestName() {
        selection.extra(List.of("test_defualt"));
        assertThatIllegalArgumentException()
                .isThrownBy(this::on)
                .withMessage("extra families: no metric is named 'test_defualt'; did you mean 'test_default'?");
    }

    @Test
    void aNameFarFromAllIsAnErrorWithAllNames() {
        selection.exclude(List.of("rooms_*"));
        assertThatIllegalArgumentException()
                .isThrownBy(this::on)
                .withMessage("excluded families: no metric is named 'rooms_*'; there are"
                        + " [test_compatible, test_default, test_full, test_opt_in]");
    }

    @Test
    void aNameBeyondTheProfileIsAnError() {
        selection.only(List.of("test_full"));
        assertThatIllegalArgumentException()
                .isThrownBy(this::on)
                .withMessage("families: profile default does not contain 'test_full'; add it to the extra families"
                        + " instead");
    }
}
