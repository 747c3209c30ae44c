package io.getindico.metrics.collectors.mutation;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.collectors.Gauges;
import io.getindico.metrics.testing.GoldenCase;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.function.BiFunction;
import javax.sql.DataSource;

/** Reads with a mutant's classes: its class loader has one of these too, seen from outside through types of the JDK. */
public final class MutantReading implements BiFunction<DataSource, GoldenCase, SortedMap<String, Double>> {
    /** Some mutants go round in circles. */
    private static final Duration BUDGET = Duration.ofSeconds(2);

    private final List<String> collectors;

    /** Called by {@link MutantClassLoader}. */
    public MutantReading(List<String> collectors) {
        this.collectors = collectors;
    }

    @Override
    public SortedMap<String, Double> apply(DataSource dataSource, GoldenCase at) {
        return Gauges.read(
                        dataSource,
                        at,
                        builder -> builder.discoverCollectors(MutantReading.class.getClassLoader())
                                .include(collectors)
                                .queryBudget(RefreshClass.HEAVY, BUDGET))
                .values();
    }
}
