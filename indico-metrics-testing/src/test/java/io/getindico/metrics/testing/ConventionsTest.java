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
        "indico__rooms, an underscore too many",
        "indico_rooms_, an underscore too many",
        "indico_gauge_of_rooms, must not tell its type",
        "indico_delay_milliseconds, not a base unit",
        "indico_delay_h, not a base unit",
        "indico_size_mb, not a base unit",
        "indico_delay_seconds, does not declare: unit(\"seconds\")"
    })
    void aNameThatPrometheusWouldNotHaveIsReported(String name, String flaw) {
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
    void aHelpTextIsOneLine(String help) {
        assertThat(Conventions.flaws(
                        MetricFamily.gauge("indico_rooms").help(help).build()))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"job", "instance", "le", "quantile"})
    void labelsThatPrometheusSetsAreItsOwn(String label) {
        assertThat(Conventions.flaws(MetricFamily.gauge("indico_rooms")
                        .help("Help.")
                        .labels(Label.open(label))
                        .build()))
                .hasSize(1);
    }

    @Test
    void goodOnesHaveNoFlaw() {
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
