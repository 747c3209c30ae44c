package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.Samples;
import io.getindico.metrics.api.Value;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jooq.impl.DSL;

/** A collector that declares, asks and does what a test says. */
record TestCollector(
        String name,
        RefreshClass refreshClass,
        List<MetricFamily> families,
        List<CollectorSetting<?>> settings,
        Function<CollectionContext, List<FamilyQuery>> definition,
        BiConsumer<CollectionContext, Samples> work)
        implements MetricCollector {
    /** A collector of the standard class, with one gauge {@code indico_<name>} and one query that feeds it. */
    static TestCollector named(String name) {
        return new TestCollector(name, RefreshClass.STANDARD, List.of(), List.of(), unused -> List.of(), (c, s) -> {})
                .declaring(gauge("indico_" + name));
    }

    static MetricFamily gauge(String name) {
        return MetricFamily.gauge(name).help("Number of " + name + ".").build();
    }

    /** A query of no table that counts rows for some families, by all of their labels. */
    static FamilyQuery feeding(MetricFamily... families) {
        FamilyQuery query = FamilyQuery.withoutFrom();
        Set<Label> labels = new LinkedHashSet<>();
        for (MetricFamily family : families) {
            labels.addAll(family.labels());
        }
        for (Label label : labels) {
            if (label.isClosed()) {
                query.by(label, DSL.inline("x"));
            } else {
                query.by(label, DSL.inline("x"), DSL.inline(1));
            }
        }
        for (MetricFamily family : families) {
            query.value(family, Value.countRows());
        }
        return query;
    }

    TestCollector renamed(String other) {
        return new TestCollector(other, refreshClass, families, settings, definition, work);
    }

    TestCollector of(RefreshClass other) {
        return new TestCollector(name, other, families, settings, definition, work);
    }

    /** The same collector with other families, which one query feeds. */
    TestCollector declaring(MetricFamily... others) {
        return new TestCollector(
                name, refreshClass, List.of(others), settings, context -> List.of(feeding(others)), work);
    }

    TestCollector with(CollectorSetting<?>... others) {
        return new TestCollector(name, refreshClass, families, List.of(others), definition, work);
    }

    TestCollector asking(FamilyQuery... queries) {
        return asking(context -> List.of(queries));
    }

    TestCollector asking(Function<CollectionContext, List<FamilyQuery>> other) {
        return new TestCollector(name, refreshClass, families, settings, other, work);
    }

    /** One that has no queries. */
    TestCollector doing(BiConsumer<CollectionContext, Samples> other) {
        return new TestCollector(name, refreshClass, families, settings, context -> List.of(), other);
    }

    RegisteredCollector registered() {
        return registered(family -> true);
    }

    /** Registers the collector with the families that are on, and with the defaults of its settings. */
    RegisteredCollector registered(Predicate<MetricFamily> on) {
        Map<CollectorSetting<?>, Object> values = new HashMap<>();
        settings.forEach(setting -> values.put(setting, setting.defaultValue()));
        return new RegisteredCollector(
                this, name, refreshClass, families.stream().filter(on).toList(), Map.copyOf(values));
    }

    /** Its only query, as the engine learns it. */
    RegisteredQuery query() {
        List<RegisteredQuery> queries = new QueryLearner(null).learn(registered());
        if (queries.size() != 1) {
            throw new IllegalStateException("expected one query, got " + queries);
        }
        return queries.get(0);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return definition.apply(context);
    }

    @Override
    public void collect(CollectionContext context, Samples samples) {
        work.accept(context, samples);
    }
}
