package io.getindico.metrics.testing.engine;

import static org.jooq.impl.DSL.inline;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.Samples;
import io.getindico.metrics.api.Value;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jooq.Condition;
import org.jooq.Context;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.CustomCondition;
import org.jooq.impl.CustomField;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * A collector that a test writes down as a lambda. It counts how often it ran: how often a query of it was about to be
 * sent, or {@link #collect} was called.
 */
public final class TestCollector implements MetricCollector {
    private static final Task NOTHING = context -> {};

    private final String name;
    private final RefreshClass refreshClass;
    private final List<MetricFamily> families;
    private final Definition definition;
    private final Work work;
    private final Task task;
    private final AtomicInteger runs = new AtomicInteger();

    /** What {@link MetricCollector#queries} gives; it may throw anything. */
    public interface Queries {
        List<FamilyQuery> of(CollectionContext context) throws Exception;
    }

    /** What {@link MetricCollector#collect} does; it may throw anything. */
    public interface Work {
        void collect(CollectionContext context, Samples samples) throws Exception;
    }

    /** A number that is computed when it is about to be sent to the database, in the transaction. */
    public interface Calculation {
        Number of(CollectionContext context) throws Exception;
    }

    /** Runs just before a query is sent, in the transaction. An exception fails the query. */
    public interface Task {
        void run(CollectionContext context) throws Exception;
    }

    /** Queries that do something when they are about to be sent. */
    private interface Definition {
        List<FamilyQuery> queries(CollectionContext context, Task before) throws Exception;
    }

    private TestCollector(
            String name,
            RefreshClass refreshClass,
            List<MetricFamily> families,
            Definition definition,
            Work work,
            Task task) {
        this.name = name;
        this.refreshClass = refreshClass;
        this.families = families;
        this.definition = definition;
        this.work = work;
        this.task = task;
    }

    private static TestCollector of(String name, List<MetricFamily> families, Definition definition, Work work) {
        return new TestCollector(name, RefreshClass.STANDARD, families, definition, work, NOTHING);
    }

    public static TestCollector of(String name, List<MetricFamily> families, Queries queries) {
        Definition definition = (context, before) -> {
            List<FamilyQuery> all = queries.of(context);
            if (!isLearning(context)) {
                all.forEach(query -> query.where(new WhenSent(new Once<>(() -> {
                    before.run(context);
                    return true;
                }))));
            }
            return all;
        };
        return of(name, families, definition, (context, samples) -> {
            throw new IllegalStateException("it has queries");
        });
    }

    public static TestCollector of(String name, MetricFamily family, Queries queries) {
        return of(name, List.of(family), queries);
    }

    /** One gauge named {@code test_} and the collector's name, whose value the database only hands back. */
    public static TestCollector gauge(String name, Calculation value) {
        MetricFamily family = family(name);
        Definition definition = (context, before) ->
                List.of(FamilyQuery.withoutFrom().value(family, Value.scalar(whenSent(context, sent -> {
                    before.run(sent);
                    return value.of(sent);
                }))));
        return of(name, List.of(family), definition, (context, samples) -> {});
    }

    /** One gauge, whose value a statement gives. */
    public static TestCollector sql(String name, String statement) {
        return sql(name, () -> statement);
    }

    /** One gauge, whose value another statement may give each time. */
    public static TestCollector sql(String name, Supplier<String> statement) {
        MetricFamily family = family(name);
        return of(name, family, context -> List.of(sql(family, statement.get())));
    }

    /** A query of a family whose value a statement gives. */
    public static FamilyQuery sql(MetricFamily family, String statement) {
        Field<BigDecimal> value = DSL.field("(" + statement + ")", SQLDataType.NUMERIC);
        return FamilyQuery.withoutFrom().value(family, Value.scalar(value));
    }

    /** One gauge, which counts rows. */
    public static TestCollector count(String name, Table<?> table, Condition... rows) {
        MetricFamily family = family(name);
        return of(name, family, context -> List.of(count(family, table, rows)));
    }

    /** A query of a family that counts rows. */
    public static FamilyQuery count(MetricFamily family, Table<?> table, Condition... rows) {
        return FamilyQuery.from(table).where(rows).value(family, Value.countRows());
    }

    /** A collector without queries. */
    public static TestCollector collecting(String name, List<MetricFamily> families, Work work) {
        return of(name, families, (context, before) -> List.of(), work);
    }

    /** A collector of one family and without queries. */
    public static TestCollector collecting(String name, MetricFamily family, Work work) {
        return collecting(name, List.of(family), work);
    }

    public static MetricFamily family(String name) {
        return MetricFamily.gauge("test_" + name).help("A test metric.").build();
    }

    /** A number in a query, computed when the query is about to be sent; 0 while the engine learns what it reads. */
    public static Field<BigDecimal> whenSent(CollectionContext context, Calculation value) {
        return isLearning(context) ? inline(BigDecimal.ZERO) : new Computed(new Once<>(() -> value.of(context)));
    }

    /** The engine asks for the queries without a database, to learn what they read, at this instant. */
    private static boolean isLearning(CollectionContext context) {
        return context.now().equals(Instant.EPOCH);
    }

    public TestCollector in(RefreshClass other) {
        return new TestCollector(name, other, families, definition, work, task);
    }

    /** Does something just before each of its queries is sent. */
    public TestCollector beforeSending(Task other) {
        return new TestCollector(name, refreshClass, families, definition, work, other);
    }

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
    public List<FamilyQuery> queries(CollectionContext context) {
        try {
            return definition.queries(context, sent -> {
                runs.incrementAndGet();
                task.run(sent);
            });
        } catch (Exception e) {
            throw TestCollector.<RuntimeException>sneaky(e);
        }
    }

    @Override
    public void collect(CollectionContext context, Samples samples) throws Exception {
        runs.incrementAndGet();
        work.collect(context, samples);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Exception> RuntimeException sneaky(Exception e) throws T {
        throw (T) e;
    }

    private interface Supplied<T> {
        T get() throws Exception;
    }

    /** A statement is rendered several times before it is sent; this is computed the first time. */
    private static final class Once<T> {
        private final Supplied<T> computation;
        private @Nullable T computed;

        Once(Supplied<T> computation) {
            this.computation = computation;
        }

        T get() {
            T known = computed;
            if (known == null) {
                try {
                    known = computation.get();
                } catch (Exception e) {
                    throw TestCollector.<RuntimeException>sneaky(e);
                }
                computed = known;
            }
            return known;
        }
    }

    private static final class WhenSent extends CustomCondition {
        private static final long serialVersionUID = 1L;

        private final transient Once<Boolean> once;

        WhenSent(Once<Boolean> once) {
            this.once = once;
        }

        @Override
        public void accept(Context<?> context) {
            context.visit(inline(once.get()));
        }
    }

    private static final class Computed extends CustomField<BigDecimal> {
        private static final long serialVersionUID = 1L;

        private final transient Once<Number> once;

        Computed(Once<Number> once) {
            super(DSL.name("computed"), SQLDataType.NUMERIC);
            this.once = once;
        }

        @Override
        public void accept(Context<?> context) {
            context.visit(inline(new BigDecimal(once.get().toString())));
        }
    }
}
