package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import java.util.List;
import java.util.stream.IntStream;

/** Computes the maximum number of series of a family from its declaration. */
final class SeriesBudget {
    private SeriesBudget() {}

    static long of(MetricFamily family) {
        if (!family.combinations().isEmpty()) {
            return family.combinations().size() + properPrefixes(family.combinations());
        }
        return family.labels().stream().mapToLong(SeriesBudget::values).reduce(1, (a, b) -> a * b);
    }

    /** Every proper prefix of a combination, the empty one included, can be completed with {@code unknown}. */
    private static long properPrefixes(List<List<String>> combinations) {
        return combinations.stream()
                .flatMap(values -> IntStream.range(0, values.size()).mapToObj(end -> values.subList(0, end)))
                .distinct()
                .count();
    }

    /** Includes the value for all others: {@code unknown} or {@code other}. */
    private static long values(Label label) {
        return 1L + label.maxValues();
    }
}
