package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Value;
import io.getindico.metrics.api.engine.RegisteredQuery.Part;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleBufferTest {
    private static final MetricFamily EVENTS = TestCollector.gauge("indico_events");
    private static final MetricFamily FILES = MetricFamily.gauge("indico_files")
            .help("Files.")
            .labels(Label.open("backend"), Label.closed("state", "live", "dead"))
            .build();

    private static final Field<Integer> ID = DSL.field(DSL.name("id"), SQLDataType.INTEGER);

    private final SampleBuffer samples = new SampleBuffer(List.of(EVENTS, FILES));

    @Test
    void samplesEndUpInTheirFamilies() {
        samples.set(FILES, 5, "s3", "live");
        samples.add(FILES, 1, "s3", "dead");
        samples.add(FILES, 2, "s3", "dead");
        samples.set(EVENTS, new BigDecimal("12.5"));
        assertThat(Exposition.text(samples.finish())).isEqualTo("""
                # HELP indico_events Number of indico_events.
                # TYPE indico_events gauge
                indico_events 12.5
                # HELP indico_files Files.
                # TYPE indico_files gauge
                indico_files{backend="s3",state="dead"} 3.0
                indico_files{backend="s3",state="live"} 5.0
                """);
    }

    @Test
    void aFamilyWithoutSeriesIsLeftOut() {
        samples.set(EVENTS, 1);
        assertThat(samples.finish()).extracting(FamilyValues::family).containsExactly(EVENTS);
    }

    @Test
    void aFamilyThatWasNotDeclaredIsRefused() {
        MetricFamily twin = TestCollector.gauge("indico_events");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> samples.set(twin, 1))
                .withMessage("metric 'indico_events' is not among the collector's families()");
        assertThatIllegalArgumentException().isThrownBy(() -> samples.add(twin, 1));
    }

    @Test
    void anotherNumberOfLabelValuesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> samples.set(FILES, 1, "s3"))
                .withMessage("metric 'indico_files': expected 2 label values for [backend, state], got [s3]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> samples.add(EVENTS, 1, "a", null))
                .withMessage("metric 'indico_events': expected 0 label values for [], got [a, null]");
    }

    @ParameterizedTest
    @ValueSource(longs = {Integer.MAX_VALUE + 1L, (1L << 53) - 1, 1L << 53, Long.MAX_VALUE})
    void storesBigNumbersAsDoubles(long value) {
        samples.set(EVENTS, value);
        assertThat(Exposition.text(samples.finish())).endsWith("\nindico_events " + (double) value + "\n");
    }

    @Nested
    class OfAQuery {
        private final MetricFamily newest = TestCollector.gauge("indico_newest");
        private final Label state = FILES.labels().get(1);
        private final MetricFamily byState = MetricFamily.gauge("indico_by_state")
                .help("By state.")
                .labels(state)
                .build();

        private SampleBuffer buffer(Part part, MetricFamily family) {
            return new SampleBuffer(Map.of(family, part));
        }

        private Map<List<String>, Double> series(SampleBuffer buffer) {
            List<FamilyValues> values = buffer.finish();
            return values.isEmpty() ? Map.of() : values.get(0).series();
        }

        @Test
        void countsAndSumsOfNoRowsAreZero() {
            for (Value value : List.of(Value.countRows(), Value.countDistinct(ID), Value.sum(ID))) {
                assertThat(series(buffer(new Part(Map.of(), value), EVENTS))).isEqualTo(Map.of(List.of(), 0.0));
                assertThat(series(buffer(new Part(Map.of(), value), byState)))
                        .isEqualTo(Map.of(List.of("live"), 0.0, List.of("dead"), 0.0));
            }
        }

        @Test
        void extremesScalarsAndInfosOfNoRowsAreAbsent() {
            for (Value value : List.of(Value.min(ID), Value.max(ID), Value.scalar(ID), Value.one())) {
                assertThat(series(buffer(new Part(Map.of(), value), newest))).isEmpty();
                assertThat(series(buffer(new Part(Map.of(), value), byState))).isEmpty();
            }
        }

        @Test
        void valuesOfOneSeriesMergeAsTheirKindDoes() {
            SampleBuffer counts = buffer(new Part(Map.of(), Value.countRows()), EVENTS);
            SampleBuffer lowest = buffer(new Part(Map.of(), Value.min(ID)), EVENTS);
            for (SampleBuffer buffer : List.of(counts, lowest)) {
                buffer.add(EVENTS, 3);
                buffer.add(EVENTS, 5);
            }
            assertThat(series(counts)).isEqualTo(Map.of(List.of(), 8.0));
            assertThat(series(lowest)).isEqualTo(Map.of(List.of(), 3.0));
        }

        @Test
        void aPartHasNoSeriesOfOthers() {
            SampleBuffer part = buffer(new Part(Map.of(state, "dead"), Value.countRows()), byState);
            assertThat(series(part)).isEqualTo(Map.of(List.of("dead"), 0.0));
        }
    }
}
