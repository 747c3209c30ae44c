package io.getindico.metrics.testing.engine;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.Samples;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A collector whose work a test writes down as a lambda. It counts how often it ran. */
public final class TestCollector implements MetricCollector {
    private final String name;
    private final RefreshClass refreshClass;
    private final int maxStatements;
    private final List<MetricFamily> families;
    private final Work work;
    private final boolean inDryRun;
    private final AtomicInteger runs = new AtomicInteger();

    /** What {@link MetricCollector#collect} does; it may throw anything. */
    public interface Work {
        void collect(CollectionContext context, Samples samples) throws Exception;
    }

    /** The value of a collector of one gauge. */
    public interface Value {
        Number of(CollectionContext context) throws Exception;
    }

    private TestCollector(
            String name,
            RefreshClass refreshClass,
            int maxStatements,
            List<MetricFamily> families,
            Work work,
            boolean inDryRun) {
        this.name = name;
        this.refreshClass = refreshClass;
        this.maxStatements = maxStatements;
        this.families = families;
        this.work = work;
        this.inDryRun = inDryRun;
    }

    public static TestCollector of(String name, MetricFamily family, Work work) {
        return of(name, List.of(family), work);
    }

    public static TestCollector of(String name, List<MetricFamily> families, Work work) {
        return new TestCollector(name, RefreshClass.STANDARD, 1, families, work, true);
    }

    /** One gauge named {@code test_} and the collector's name. */
    public static TestCollector gauge(String name, Value value) {
        MetricFamily family = family(name);
        return of(name, family, (context, samples) -> samples.set(family, value.of(context)));
    }

    /** One gauge, whose value a statement gives. */
    public static TestCollector sql(String name, String statement) {
        return gauge(name, context ->
                        (Number) context.dsl().resultQuery(statement).fetchSingle(0))
                .onlyForReal();
    }

    public static MetricFamily family(String name) {
        return MetricFamily.gauge("test_" + name).help("A test's.").build();
    }

    public TestCollector in(RefreshClass other) {
        return new TestCollector(name, other, maxStatements, families, work, inDryRun);
    }

    public TestCollector maxStatements(int number) {
        return new TestCollector(name, refreshClass, number, families, work, inDryRun);
    }

    /** Does nothing while its queries are recorded: it blocks, or wants real answers. */
    public TestCollector onlyForReal() {
        return new TestCollector(name, refreshClass, maxStatements, families, work, false);
    }

    /** How often it ran on the database. */
    public int runs() {
        return runs.get();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<MetricFamily> families() {
        return families;
    }

    @Override
    public RefreshClass refreshClass() {
        return refreshClass;
    }

    @Override
    public int maxStatements() {
        return maxStatements;
    }

    @Override
    public void collect(CollectionContext context, Samples samples) {
        boolean dryRun = context.now().equals(Instant.EPOCH);
        if (dryRun && !inDryRun) {
            return;
        }
        if (!dryRun) {
            runs.incrementAndGet();
        }
        try {
            work.collect(context, samples);
        } catch (Exception e) {
            TestCollector.<RuntimeException>rethrow(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Exception> void rethrow(Exception e) throws T {
        throw (T) e;
    }
}
