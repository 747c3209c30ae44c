package io.getindico.metrics.api.engine;

import static org.jooq.impl.DSL.and;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.boolOr;
import static org.jooq.impl.DSL.cast;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.concat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.val;

import io.getindico.metrics.api.DerivedRows;
import io.getindico.metrics.api.engine.Requirements.Relation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record2;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** Reads {@code pg_catalog}. The {@code information_schema} would hide columns without privileges. */
final class SystemCatalog {
    private static final Table<Record> PG_CLASS = systemTable("pg_class", "c");
    private static final Table<Record> PG_NAMESPACE = systemTable("pg_namespace", "n");
    private static final Table<Record> PG_ATTRIBUTE = systemTable("pg_attribute", "a");
    private static final Table<Record> PG_PROC = systemTable("pg_proc", "p");
    private static final Table<Record> PG_ROLES = systemTable("pg_roles", "r");
    private static final Table<Record> PG_LOCKS = systemTable("pg_locks", "l");
    private static final Table<Record> PG_INDEX = systemTable("pg_index", "i");

    private static final Field<Long> CLASS_OID = field(name("c", "oid"), SQLDataType.BIGINT);
    private static final Field<String> CLASS_NAME = field(name("c", "relname"), SQLDataType.VARCHAR);
    private static final Field<String> CLASS_KIND = field(name("c", "relkind"), SQLDataType.VARCHAR);
    private static final Field<Long> CLASS_OWNER = field(name("c", "relowner"), SQLDataType.BIGINT);
    private static final Field<Long> CLASS_NAMESPACE = field(name("c", "relnamespace"), SQLDataType.BIGINT);
    private static final Field<Long> CLASS_FILE = field(name("c", "relfilenode"), SQLDataType.BIGINT);
    private static final Field<Long> NAMESPACE_OID = field(name("n", "oid"), SQLDataType.BIGINT);
    private static final Field<String> NAMESPACE_NAME = field(name("n", "nspname"), SQLDataType.VARCHAR);
    private static final Field<Long> ATTRIBUTE_CLASS = field(name("a", "attrelid"), SQLDataType.BIGINT);
    private static final Field<String> ATTRIBUTE_NAME = field(name("a", "attname"), SQLDataType.VARCHAR);
    private static final Field<Short> ATTRIBUTE_NUMBER = field(name("a", "attnum"), SQLDataType.SMALLINT);
    private static final Field<Boolean> ATTRIBUTE_DROPPED = field(name("a", "attisdropped"), SQLDataType.BOOLEAN);
    private static final Field<Long> FUNCTION_OID = field(name("p", "oid"), SQLDataType.BIGINT);
    private static final Field<String> FUNCTION_NAME = field(name("p", "proname"), SQLDataType.VARCHAR);
    private static final Field<Long> FUNCTION_NAMESPACE = field(name("p", "pronamespace"), SQLDataType.BIGINT);
    private static final Field<Long> INDEX_OID = field(name("i", "indexrelid"), SQLDataType.BIGINT);
    private static final Field<Long> INDEX_TABLE = field(name("i", "indrelid"), SQLDataType.BIGINT);
    private static final Field<Long> ROLE_OID = field(name("r", "oid"), SQLDataType.BIGINT);
    private static final Field<Boolean> ROLE_SUPER = field(name("r", "rolsuper"), SQLDataType.BOOLEAN);
    private static final Field<String> LOCK_TYPE = field(name("l", "locktype"), SQLDataType.VARCHAR);
    private static final Field<Long> LOCK_RELATION = field(name("l", "relation"), SQLDataType.BIGINT);
    private static final Field<String> LOCK_MODE = field(name("l", "mode"), SQLDataType.VARCHAR);
    private static final Field<Boolean> LOCK_GRANTED = field(name("l", "granted"), SQLDataType.BOOLEAN);
    private static final Field<Integer> LOCK_PID = field(name("l", "pid"), SQLDataType.INTEGER);

    /** Tables, partitioned tables, foreign tables, views and materialized views. */
    private static final List<String> READABLE_KINDS = List.of("r", "p", "f", "v", "m");

    private static final String SEPARATOR = "\n";

    /** PostgreSQL's own tables have lower oids. */
    private static final long FIRST_OID = 16384;

    private static final String VERSION_SCHEMA = "public";
    private static final String VERSION_TABLE = "alembic_version";
    private static final Field<String> VERSION = field(name("version_num"), SQLDataType.VARCHAR);

    private final DSLContext dsl;

    SystemCatalog(DSLContext dsl) {
        this.dsl = dsl;
    }

    private static Table<Record> systemTable(String name, String alias) {
        return table(name("pg_catalog", name)).as(alias);
    }

    /** Looks up the required tables, the tables that identify an Indico database, and the Alembic tables. */
    DatabaseFacts facts(Requirements required) {
        Map<Relation, DatabaseFacts.TableFacts> tables = new HashMap<>();
        dsl.select(
                        NAMESPACE_NAME,
                        CLASS_NAME,
                        ATTRIBUTE_NAME,
                        and(
                                condition("has_schema_privilege", NAMESPACE_OID, inline("usage")),
                                condition("has_column_privilege", CLASS_OID, ATTRIBUTE_NUMBER, inline("select"))),
                        CLASS_KIND,
                        call("row_security_active", SQLDataType.BOOLEAN, CLASS_OID))
                .from(PG_CLASS)
                .join(PG_NAMESPACE)
                .on(NAMESPACE_OID.eq(CLASS_NAMESPACE))
                .join(PG_ATTRIBUTE)
                .on(ATTRIBUTE_CLASS.eq(CLASS_OID), ATTRIBUTE_NUMBER.gt((short) 0), ATTRIBUTE_DROPPED.isFalse())
                .where(CLASS_KIND.in(READABLE_KINDS))
                .and(isOneOf(required.allColumns().keySet())
                        .or(isOneOf(DatabaseFacts.INDICO_TABLES))
                        .or(isVersionTable()))
                .forEach(row -> tables.computeIfAbsent(
                                new Relation(row.value1(), row.value2()),
                                relation -> new DatabaseFacts.TableFacts(
                                        new HashMap<>(), row.value5(), isTrue(row.value6())))
                        .columns()
                        .put(row.value3(), isTrue(row.value4())));
        Set<String> callable = required.functions().isEmpty() ? Set.of() : callable();
        return new DatabaseFacts(tables, callable, revisions(tables));
    }

    /** Reads the names of the functions for derived rows that the login may call. */
    private Set<String> callable() {
        return dsl.select(FUNCTION_NAME)
                .from(PG_PROC)
                .join(PG_NAMESPACE)
                .on(NAMESPACE_OID.eq(FUNCTION_NAMESPACE))
                .where(
                        NAMESPACE_NAME.eq(inline(DerivedRows.SCHEMA)),
                        condition("has_schema_privilege", NAMESPACE_OID, inline("usage")),
                        condition("has_function_privilege", FUNCTION_OID, inline("execute")))
                .fetchSet(FUNCTION_NAME);
    }

    /** PostgreSQL returns NULL for the privileges of a table that was dropped since the snapshot. */
    private static boolean isTrue(@Nullable Boolean answer) {
        return Boolean.TRUE.equals(answer);
    }

    /** Reads the Alembic revisions. Several revisions of one component, as during an upgrade, are joined by commas. */
    private SortedMap<String, String> revisions(Map<Relation, DatabaseFacts.TableFacts> tables) {
        SortedMap<String, String> revisions = new TreeMap<>();
        versionsOf(tables)
                .forEach(row -> revisions.merge(
                        row.value1(), row.value2(), (a, b) -> a.compareTo(b) < 0 ? a + "," + b : b + "," + a));
        return revisions;
    }

    private static Condition isVersionTable() {
        return NAMESPACE_NAME.eq(VERSION_SCHEMA).and(CLASS_NAME.startsWith(VERSION_TABLE));
    }

    private Collection<Record2<String, String>> versionsOf(Map<Relation, DatabaseFacts.TableFacts> tables) {
        Select<Record2<String, String>> all = null;
        for (Map.Entry<Relation, DatabaseFacts.TableFacts> entry : new TreeMap<>(tables).entrySet()) {
            Relation relation = entry.getKey();
            if (relation.schema().equals(VERSION_SCHEMA)
                    && relation.table().startsWith(VERSION_TABLE)
                    && !entry.getValue().isRowSecurityActive()
                    && Boolean.TRUE.equals(entry.getValue().columns().get(VERSION.getName()))) {
                Select<Record2<String, String>> one = select(inline(relation.table()), VERSION)
                        .from(table(name(relation.schema(), relation.table())));
                all = all == null ? one : all.unionAll(one);
            }
        }
        return all == null ? List.of() : dsl.fetch(all);
    }

    /**
     * Lists privileges that a read-only login should not have, either itself or through a role that it is a member of.
     */
    List<String> loginWarnings() {
        boolean isSuperuser = dsl.select(inline(1))
                .from(PG_ROLES)
                .where(ROLE_SUPER.isTrue(), condition("pg_has_role", ROLE_OID, inline("member")))
                .fetch()
                .isNotEmpty();
        if (isSuperuser) {
            return List.of("the login is a superuser, or can become one");
        }
        Condition isOwner = condition("pg_has_role", CLASS_OWNER, inline("member"));
        Condition mayWrite = condition("has_any_column_privilege", CLASS_OID, inline("insert,update"))
                .or(condition("has_table_privilege", CLASS_OID, inline("delete,truncate")));
        Map<Boolean, List<String>> byOwner = new HashMap<>();
        dsl.select(NAMESPACE_NAME, CLASS_NAME, field(isOwner))
                .from(PG_CLASS)
                .join(PG_NAMESPACE)
                .on(NAMESPACE_OID.eq(CLASS_NAMESPACE))
                .where(CLASS_KIND.in(READABLE_KINDS), NAMESPACE_NAME.ne("information_schema"))
                .andNot(NAMESPACE_NAME.startsWith("pg_"))
                .and(isOwner.or(mayWrite))
                .orderBy(NAMESPACE_NAME, CLASS_NAME)
                .forEach(row -> byOwner.computeIfAbsent(isTrue(row.value3()), key -> new ArrayList<>())
                        .add(row.value1() + "." + row.value2()));
        List<String> warnings = new ArrayList<>();
        warn(warnings, "the login owns ", byOwner.getOrDefault(true, List.of()));
        warn(warnings, "the login may write to ", byOwner.getOrDefault(false, List.of()));
        return warnings;
    }

    private static void warn(List<String> warnings, String what, List<String> tables) {
        if (!tables.isEmpty()) {
            warnings.add(what + tables.get(0) + (tables.size() == 1 ? "" : " and " + (tables.size() - 1) + " more"));
        }
    }

    /**
     * The tables that this transaction has read so far. It finds them by their locks, so it includes partitions and the
     * tables behind views, which no query names. The Alembic tables are left out.
     */
    List<TableUse> uses() {
        // A lock on an index counts for its table.
        Field<Long> table = coalesce(INDEX_TABLE, LOCK_RELATION);
        Field<String> nameNow =
                call("format", SQLDataType.VARCHAR, inline("%s"), call("regclass", SQLDataType.OTHER, table));
        Field<Boolean> isCounting = field(call("current_setting", SQLDataType.VARCHAR, inline("track_counts"))
                .eq(inline("on")));
        return dsl.select(
                        nameNow,
                        boolOr(INDEX_OID.isNull().and(isChanged(nameNow))),
                        isCounting,
                        total("pg_stat_get_xact_tuples_returned"),
                        total("pg_stat_get_xact_blocks_fetched"))
                .from(PG_LOCKS)
                .leftJoin(PG_INDEX)
                .on(INDEX_OID.eq(LOCK_RELATION))
                .leftJoin(PG_CLASS)
                .on(CLASS_OID.eq(table))
                .leftJoin(PG_NAMESPACE)
                .on(NAMESPACE_OID.eq(CLASS_NAMESPACE))
                .where(LOCK_TYPE.eq("relation"), LOCK_MODE.eq("AccessShareLock"))
                .and(LOCK_PID.eq(call("pg_backend_pid", SQLDataType.INTEGER)))
                .and(LOCK_RELATION.ge(FIRST_OID))
                // Extensions may create tables in pg_catalog, too. PostgreSQL writes their names without the schema.
                .and(NAMESPACE_NAME.isDistinctFrom("pg_catalog"))
                .and(coalesce(field(isVersionTable()), inline(false)).isFalse())
                .groupBy(nameNow)
                .fetch(row -> new TableUse(
                        row.value1(), row.value2(), row.value3() ? new ReadCount(row.value4(), row.value5()) : null));
    }

    /** Whether a table's name or file differs from the snapshot, which does not contain a new table at all. */
    private static Condition isChanged(Field<String> nameNow) {
        Field<String> nameThen = concat(quoted(NAMESPACE_NAME), inline("."), quoted(CLASS_NAME));
        return nameNow.isDistinctFrom(nameThen)
                // A view has no file.
                .or(CLASS_FILE
                        .ne(0L)
                        .and(CLASS_FILE.isDistinctFrom(call("pg_relation_filenode", SQLDataType.BIGINT, CLASS_OID))));
    }

    private static Field<String> quoted(Field<String> name) {
        return call("quote_ident", SQLDataType.VARCHAR, name);
    }

    private static Field<Long> total(String counter) {
        return cast(sum(call(counter, SQLDataType.BIGINT, LOCK_RELATION)), SQLDataType.BIGINT);
    }

    /** Whether another session waits for a lock that the session with this process id holds. */
    boolean isBlocking(int backendPid) {
        Field<Integer[]> blockers = call("pg_blocking_pids", SQLDataType.INTEGER.array(), LOCK_PID);
        return !dsl.select(inline(1))
                .from(PG_LOCKS)
                .where(LOCK_GRANTED.isFalse())
                .and(val(backendPid).eq(any(blockers)))
                .fetch()
                .isEmpty();
    }

    /**
     * Passes the names as one value, because pg_stat_statements would keep a separate entry for each length of a list.
     */
    private static Condition isOneOf(Collection<Relation> relations) {
        String names = relations.stream().map(Relation::toString).collect(Collectors.joining(SEPARATOR));
        Field<String[]> array = call("string_to_array", SQLDataType.VARCHAR.array(), inline(names), inline(SEPARATOR));
        return concat(NAMESPACE_NAME, inline("."), CLASS_NAME).eq(any(array));
    }

    private static Condition condition(String function, @Nullable Field<?>... arguments) {
        return org.jooq.impl.DSL.condition(call(function, SQLDataType.BOOLEAN, arguments));
    }

    /** With its schema, because the search path of the login may lead to another function first. */
    static <T> Field<T> call(String function, DataType<T> type, Field<?>... arguments) {
        return function(name("pg_catalog", function), type, arguments);
    }
}
