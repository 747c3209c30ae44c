package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.engine.Requirements.Relation;
import java.lang.reflect.Array;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.ResultQuery;
import org.jooq.SQLDialect;
import org.jooq.Schema;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.VisitContext;
import org.jooq.VisitListener;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import org.jooq.impl.QOM;
import org.jooq.tools.jdbc.MockConnection;
import org.jooq.tools.jdbc.MockExecuteContext;
import org.jooq.tools.jdbc.MockResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a collector without a database, to learn from its queries which tables and columns it needs: a second list,
 * written by hand, would not stay true.
 */
final class DryRun {
    private static final Logger LOG = LoggerFactory.getLogger(DryRun.class);

    private final Settings settings;

    DryRun(Settings settings) {
        this.settings = settings;
    }

    // What a collector throws on a database fails that collector alone; without one, it must not fail the host.
    @SuppressWarnings("CatchingUnchecked")
    Requirements requirements(MetricCollector collector) {
        // The limit also ends a loop that reads until there are no more rows: each statement is answered by one.
        StatementLimit limit = new StatementLimit(collector.maxStatements());
        Recorder recorder = new Recorder(limit);
        DSLContext dsl = recorder.dsl();
        try {
            collector.collect(
                    new TransactionContext(dsl, limit, new SharedResults(), Instant.EPOCH, settings),
                    new SampleBuffer(collector.families(), settings.labels()));
        } catch (Throwable t) {
            // One row of zeros may be more than a collector can take; a real run tells whether it is broken.
            LOG.debug("collector '{}' ended its dry run early: {}", collector.name(), t.toString());
        }
        return recorder.requirements();
    }

    /** Notes each table and column that is rendered, and answers each statement with one row of zeros. */
    private static final class Recorder implements VisitListener, ExecuteListener {
        private static final long serialVersionUID = 1L;

        private final transient Set<Relation> tables = new HashSet<>();
        private final transient Map<Class<?>, Relation> byClass = new HashMap<>();
        private final transient Set<TableField<?, ?>> fields = new HashSet<>();
        private final transient StatementLimit limit;
        private transient @Nullable ResultQuery<?> running;

        Recorder(StatementLimit limit) {
            this.limit = limit;
        }

        DSLContext dsl() {
            DefaultConfiguration configuration = new DefaultConfiguration();
            configuration.set(SQLDialect.POSTGRES);
            configuration.set(JooqSettings.get());
            configuration.set(new MockConnection(this::answer));
            configuration.setVisitListener(this);
            configuration.setExecuteListener(this);
            return DSL.using(configuration);
        }

        @Override
        public void visitStart(VisitContext context) {
            if (context.queryPart() instanceof TableField<?, ?> field) {
                fields.add(field);
            } else if (context.queryPart() instanceof Table<?> table
                    && table.getSchema() != null
                    && !(table instanceof QOM.TableAlias<?>)) {
                Relation relation = relation(table, table.getSchema());
                tables.add(relation);
                byClass.put(table.getClass(), relation);
            }
        }

        Requirements requirements() {
            SortedMap<Relation, SortedSet<String>> columns = new TreeMap<>();
            tables.forEach(relation -> columns.put(relation, new TreeSet<>()));
            for (TableField<?, ?> field : fields) {
                Relation relation = relation(field.getTable());
                if (relation != null) {
                    columns.computeIfAbsent(relation, key -> new TreeSet<>()).add(field.getName());
                }
            }
            return new Requirements(columns);
        }

        /** An alias does not tell what it stands for, but is of the same generated class. */
        private @Nullable Relation relation(@Nullable Table<?> table) {
            if (table == null) {
                return null;
            }
            Schema schema = table.getSchema();
            return schema == null ? byClass.get(table.getClass()) : relation(table, schema);
        }

        private static Relation relation(Table<?> table, Schema schema) {
            return new Relation(schema.getName(), table.getName());
        }

        @Override
        public void executeStart(ExecuteContext context) {
            running = context.query() instanceof ResultQuery<?> query ? query : null;
        }

        private MockResult[] answer(MockExecuteContext context) {
            limit.beforeStatement();
            ResultQuery<?> query = running;
            if (query == null) {
                return new MockResult[] {new MockResult(0)};
            }
            DSLContext create = DSL.using(SQLDialect.POSTGRES);
            Field<?>[] fields = query.fields();
            Result<Record> result = create.newResult(fields);
            Record row = create.newRecord(fields);
            for (Field<?> field : fields) {
                setZero(row, field);
            }
            result.add(row);
            return new MockResult[] {new MockResult(1, result)};
        }

        private static <T> void setZero(Record row, Field<T> field) {
            row.set(field, field.getDataType().convert(zero(field.getType())));
        }

        private static @Nullable Object zero(Class<?> type) {
            if (Number.class.isAssignableFrom(type)) {
                return 0;
            }
            if (type == Boolean.class) {
                return false;
            }
            if (type == String.class) {
                return "";
            }
            if (type == Instant.class) {
                return Instant.EPOCH;
            }
            if (type == LocalDateTime.class) {
                return LocalDateTime.ofInstant(Instant.EPOCH, ZoneOffset.UTC);
            }
            return type.isArray() ? Array.newInstance(type.getComponentType(), 0) : null;
        }
    }
}
