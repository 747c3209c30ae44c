package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.Samples;
import java.util.List;
import java.util.function.BiConsumer;

/** A collector that declares and does what a test says. */
record TestCollector(
        String name,
        RefreshClass refreshClass,
        List<MetricFamily> families,
        int maxStatements,
        BiConsumer<CollectionContext, Samples> work)
        implements MetricCollector {
    /** Of the standard class, with one gauge {@code indico_<name>}. */
    static TestCollector named(String name) {
        return new TestCollector(
                name, RefreshClass.STANDARD, List.of(gauge("indico_" + name)), 1, (context, samples) -> {});
    }

    static MetricFamily gauge(String name) {
        return MetricFamily.gauge(name).help("Number of " + name + ".").build();
    }

    TestCollector renamed(String other) {
        return new TestCollector(other, refreshClass, families, maxStatements, work);
    }

    TestCollector of(RefreshClass other) {
        return new TestCollector(name, other, families, maxStatements, work);
    }

    TestCollector declaring(MetricFamily... others) {
        return new TestCollector(name, refreshClass, List.of(others), maxStatements, work);
    }

    TestCollector sending(int statements) {
        return new TestCollector(name, refreshClass, families, statements, work);
    }

    TestCollector doing(BiConsumer<CollectionContext, Samples> other) {
        return new TestCollector(name, refreshClass, families, maxStatements, other);
    }

    RegisteredCollector registered() {
        return RegisteredCollector.of(this, new DryRun(new TestSettings().build()));
    }

    @Override
    public void collect(CollectionContext context, Samples samples) {
        work.accept(context, samples);
    }
}
