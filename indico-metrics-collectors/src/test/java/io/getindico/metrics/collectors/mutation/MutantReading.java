package io.getindico.metrics.collectors.mutation;

import static java.util.stream.Collectors.joining;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.collectors.Gauges;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.GoldenCase;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import javax.sql.DataSource;

/**
 * Reads some collectors, and returns their part of a scrape. The class loader of a mutant loads its own copy of this
 * class, so tests use it only through types of the JDK.
 */
public final class MutantReading implements BiFunction<DataSource, GoldenCase, String> {
    /** Ends the endless loops of some mutants. Leaves enough time to read all collectors on a busy machine. */
    private static final Duration BUDGET = Duration.ofSeconds(20);

    private final List<String> names;

    /** Called by {@link MutantClassLoader}. */
    public MutantReading(List<String> names) {
        this.names = names;
    }

    @Override
    public String apply(DataSource dataSource, GoldenCase at) {
        Gauges gauges = Gauges.read(dataSource, at, builder -> {
            for (RefreshClass refreshClass : RefreshClass.values()) {
                builder.queryBudget(refreshClass, BUDGET);
            }
            return builder.discoverCollectors(MutantReading.class.getClassLoader())
                    .include(names);
        });
        return gauges.failures()
                + Gauges.collectors().stream()
                        .filter(collector -> names.contains(collector.name()))
                        .map(collector -> ExpositionText.of(collector, gauges.reading()))
                        .collect(joining());
    }
}
