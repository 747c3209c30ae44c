package io.getindico.metrics.testing;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Samples;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a collector gave, before the engine bounds and completes it.
 *
 * @param family of which family
 * @param labelValues as texts
 * @param value the value or the amount
 */
record Sample(MetricFamily family, List<@Nullable String> labelValues, double value) {
    /** Keeps all samples, in the order in which they came. */
    static final class Recorder implements Samples {
        private final List<Sample> samples = new ArrayList<>();

        @Override
        public void set(MetricFamily family, Number value, @Nullable Object... labelValues) {
            List<@Nullable String> texts = new ArrayList<>();
            for (Object label : labelValues) {
                texts.add(text(label));
            }
            samples.add(new Sample(family, Collections.unmodifiableList(texts), value.doubleValue()));
        }

        private static @Nullable String text(@Nullable Object label) {
            if (label instanceof Enum<?> constant) {
                return constant.name().toLowerCase(Locale.ROOT);
            }
            return label == null ? null : label.toString();
        }

        @Override
        public void add(MetricFamily family, Number value, @Nullable Object... labelValues) {
            set(family, value, labelValues);
        }

        List<Sample> samples() {
            return List.copyOf(samples);
        }
    }
}
