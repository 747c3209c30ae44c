package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FamilyNamesTest {
    private static final MetricFamily GAUGE = TestCollector.gauge("indico_x");
    private static final MetricFamily COUNTER =
            MetricFamily.counter("indico_x_total").help("X.").build();
    private static final MetricFamily INFO =
            MetricFamily.info("indico_x_info").help("X.").build();

    @ParameterizedTest
    @CsvSource({
        "indico_x, true, true, true",
        "indico_x_total, false, true, false",
        "indico_x_info, false, false, true",
        "indico, false, false, false",
        "indico_x_y, false, false, false"
    })
    void findsAFamilyWithAndWithoutTheSuffixOfItsType(String asked, boolean gauge, boolean counter, boolean info) {
        assertThat(FamilyNames.matches(GAUGE, asked::equals)).isEqualTo(gauge);
        assertThat(FamilyNames.matches(COUNTER, asked::equals)).isEqualTo(counter);
        assertThat(FamilyNames.matches(INFO, asked::equals)).isEqualTo(info);
    }
}
