package io.getindico.metrics.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConventionsTest {
    @ParameterizedTest
    @CsvSource({
        "rooms, must begin with indico_",
        "indico__rooms, two underscores in a row, or one at the end",
        "indico_rooms_, two underscores in a row, or one at the end",
        "indico_gauge_of_rooms, must not contain the type",
        "indico_delay_milliseconds, not a base unit",
        "indico_delay_h, not a base unit",
        "indico_size_mb, not a base unit",
        "indico_delay_seconds, does not declare: add unit(\"seconds\")"
    })
    void reportsANameThatBreaksAConvention(String name, String flaw) {
        assertThat(Conventions.flaws(MetricFamily.gauge(name).help("Help.").build()))
                .singleElement()
                .asString()
                .contains(flaw);
    }

    @Test
    void theUnitOfACounterComesBeforeTotal() {
        assertThat(Conventions.flaws(MetricFamily.counter("indico_delay_hours_total")
                        .help("Help.")
                        .build()))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {" Leading.", "Trailing. ", "Two\nlines."})
    void reportsAHelpTextThatIsNotOneLine(String help) {
        assertThat(Conventions.flaws(
                        MetricFamily.gauge("indico_rooms").help(help).build()))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"job", "instance", "le", "quantile"})
    void reportsReservedLabels(String label) {
        assertThat(Conventions.flaws(MetricFamily.gauge("indico_rooms")
                        .help("Help.")
                        .labels(Label.open(label))
                        .build()))
                .hasSize(1);
    }

    @Test
    void reportsNothingForGoodFamilies() {
        assertThat(List.of(
                        MetricFamily.gauge("indico_events_today").help("Help.").build(),
                        MetricFamily.counter("indico_read_bytes_total")
                                .help("Help.")
                                .unit("bytes")
                                .build(),
                        MetricFamily.info("indico_build_info").help("Help.").build()))
                .allSatisfy(family -> assertThat(Conventions.flaws(family)).isEmpty());
    }
}
