package io.getindico.metrics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricFamilyTest {
    private static final Label REALM = Label.closed("realm", "event", "category");
    private static final Label KIND = Label.closed("kind", "change", "delete");

    @Test
    void aFamilyReturnsWhatWasDeclared() {
        MetricFamily family = MetricFamily.gauge("indico_files_bytes")
                .help("Size of all files.")
                .unit("bytes")
                .labels(REALM)
                .labels(KIND)
                .combination("event", "change")
                .timeDependent()
                .build();
        assertThat(family.name()).isEqualTo("indico_files_bytes").isEqualTo(family.toString());
        assertThat(family.type()).isEqualTo(MetricFamily.Type.GAUGE);
        assertThat(family.help()).isEqualTo("Size of all files.");
        assertThat(family.unit()).isEqualTo("bytes");
        assertThat(family.labels()).containsExactly(REALM, KIND);
        assertThat(family.combinations()).containsExactly(List.of("event", "change"));
        assertThat(family.isTimeDependent()).isTrue();
    }

    @Test
    void optionalDeclarationsAreAbsentByDefault() {
        MetricFamily family =
                MetricFamily.gauge("indico_events").help("Events.").build();
        assertThat(family.unit()).isNull();
        assertThat(family.labels()).isEmpty();
        assertThat(family.combinations()).isEmpty();
        assertThat(family.isTimeDependent()).isFalse();
    }

    @Test
    void aCounterEndsInTotalAndAnInfoInInfo() {
        MetricFamily counter =
                MetricFamily.counter("indico_scrapes_total").help("Scrapes.").build();
        MetricFamily info =
                MetricFamily.info("indico_build_info").help("Version.").build();
        assertThat(counter.type()).isEqualTo(MetricFamily.Type.COUNTER);
        assertThat(counter.name()).isEqualTo("indico_scrapes_total");
        assertThat(info.type()).isEqualTo(MetricFamily.Type.INFO);
        assertThat(info.name()).isEqualTo("indico_build_info");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Indico", "indico-events", "indico:events", "2events", "_events", "indico events"})
    void aNameThatIsNotSnakeCaseIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetricFamily.gauge(name))
                .withMessage("metric name '" + name + "': expected lower-case letters, digits and underscores");
    }

    @ParameterizedTest
    @ValueSource(strings = {"_total", "_info", "_created", "_bucket", "_count", "_sum"})
    void aSuffixThatTheFormatsReserveIsRefused(String suffix) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetricFamily.gauge("indico_x" + suffix))
                .withMessage("gauge 'indico_x" + suffix + "': this suffix is reserved for other types");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetricFamily.counter("indico_x" + suffix + "_total"))
                .withMessage("counter 'indico_x" + suffix
                        + "_total': the part before _total ends in a suffix reserved for other types");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetricFamily.info("indico_x" + suffix + "_info"))
                .withMessage("info 'indico_x" + suffix
                        + "_info': the part before _info ends in a suffix reserved for other types");
    }

    @ParameterizedTest
    @ValueSource(strings = {"indico_counters", "indico_total_events", "indico_sums", "indico_discount"})
    void acceptsAReservedWordElsewhereInTheName(String name) {
        assertThatCode(() -> MetricFamily.gauge(name)).doesNotThrowAnyException();
    }

    @Test
    void aCounterOrInfoWithoutItsSuffixIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetricFamily.counter("indico_scrapes"))
                .withMessage("counter 'indico_scrapes': expected a name that ends in _total");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetricFamily.info("indico_build"))
                .withMessage("info 'indico_build': expected a name that ends in _info");
    }

    @Test
    void theUnitOfACounterComesBeforeTotal() {
        MetricFamily family = MetricFamily.counter("indico_sent_bytes_total")
                .unit("bytes")
                .help("Bytes.")
                .build();
        assertThat(family.unit()).isEqualTo("bytes");
    }

    @ParameterizedTest
    @CsvSource({"indico_files, bytes", "indico_bytes_of_files, bytes", "indico_kilobytes, bytes", "bytes, bytes"})
    void aUnitThatIsNotTheNamesSuffixIsRefused(String name, String unit) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetricFamily.gauge(name).unit(unit))
                .withMessage("metric '" + name + "': expected a name with the suffix _" + unit + " of its unit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"info", "seconds"})
    void anInfoHasNoUnit(String unit) {
        MetricFamily.Builder info = MetricFamily.info("indico_seconds_info");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> info.unit(unit))
                .withMessage("info 'indico_seconds_info': an info has no unit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void aFamilyWithoutHelpIsRefused(String help) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetricFamily.gauge("indico_events").build())
                .withMessage("metric 'indico_events': a help text is missing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetricFamily.gauge("indico_events").help(help).build())
                .withMessage("metric 'indico_events': a help text is missing");
    }

    @Test
    void twoLabelsOfOneNameAreRefused() {
        MetricFamily.Builder builder =
                MetricFamily.gauge("indico_logs").help("Logs.").labels(REALM, Label.open("realm"));
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageStartingWith(
                        "metric 'indico_logs': duplicate label name in [realm[event, category], realm]");
    }

    @ParameterizedTest
    @CsvSource({"event", "event;change;x", "event;gone", "change;event", "''"})
    void aCombinationThatDoesNotFitTheLabelsIsRefused(String values) {
        String[] combination = values.split(";", -1);
        MetricFamily.Builder builder = MetricFamily.gauge("indico_logs")
                .help("Logs.")
                .labels(REALM, KIND)
                .combination("event", "change")
                .combination(combination);
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageStartingWith(
                        "metric 'indico_logs': combination " + List.of(combination) + " does not fit its labels ")
                .withMessageEndingWith(", which must all be closed");
    }

    @Test
    void aCombinationWithAnOpenLabelIsRefused() {
        MetricFamily.Builder builder = MetricFamily.gauge("indico_logs")
                .help("Logs.")
                .labels(REALM, Label.open("module"))
                .combination("event", "notes");
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageStartingWith("metric 'indico_logs': combination [event, notes] does not fit its labels ");
    }

    @Test
    void laterChangesToTheBuilderDoNotReachTheFamily() {
        MetricFamily.Builder builder =
                MetricFamily.gauge("indico_logs").help("Logs.").labels(REALM);
        MetricFamily family = builder.build();
        builder.labels(KIND).combination("event", "change");
        assertThat(family.labels()).containsExactly(REALM);
        assertThat(family.combinations()).isEmpty();
    }
}
