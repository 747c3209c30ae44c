package io.getindico.metrics.collectors.database;

import static io.getindico.metrics.api.Value.one;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.api.Value.sum;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import java.time.OffsetDateTime;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Tells which PostgreSQL the metrics are read from, how large Indico's database is, and on a standby how old the data is.
 *
 * <p>Reads no table of Indico: functions of PostgreSQL need no right to one. The sizes of the schemas wait for a lock on
 * each table in turn.
 *
 * <pre>
 * # TYPE indico_database_info gauge
 * indico_database_info{role="standby",server_version="15.8"} 1
 * # TYPE indico_database_size_bytes gauge
 * indico_database_size_bytes 2.5E10
 * # TYPE indico_database_replay_timestamp_seconds gauge
 * indico_database_replay_timestamp_seconds 1.7707143E9
 * # TYPE indico_schema_size_bytes gauge
 * indico_schema_size_bytes{schema="events"} 1.2E10
 * </pre>
 *
 * @since 0.1.0
 */
public final class DatabaseCollector implements MetricCollector {
    private static final Label SERVER_VERSION = Label.open("server_version");
    private static final Label ROLE = Label.closed("role", "primary", "standby");
    private static final Label SCHEMA = Label.open("schema");

    private static final MetricFamily INFO = MetricFamily.info("indico_database_info")
            .help("PostgreSQL server version and whether the metrics are read from a primary or a standby.")
            .labels(SERVER_VERSION, ROLE)
            .purpose("For upgrades: Indico 3.3.12 requires PostgreSQL 14. It also shows that a failover took place.")
            .build();
    private static final MetricFamily SIZE = MetricFamily.gauge("indico_database_size_bytes")
            .help("Total size of the Indico database on disk in bytes.")
            .unit("bytes")
            .purpose("Shows how much a dump, a restore or a replica must hold. Put it beside the stored files on a"
                    + " dashboard.")
            .build();
    private static final MetricFamily REPLAY = MetricFamily.gauge("indico_database_replay_timestamp_seconds")
            .help("Unix time at which the last transaction replayed by this standby was committed on the primary.")
            .unit("seconds")
            .purpose("Administrators who read from a replica must know how old all other values are. The heartbeat"
                    + " writes every 30 minutes, so a longer time means lag. Absent on a primary.")
            .build();
    private static final MetricFamily SCHEMA_SIZE = MetricFamily.gauge("indico_schema_size_bytes")
            .help("Total size of the tables in the schema in bytes, including indexes and TOAST data.")
            .unit("bytes")
            .labels(SCHEMA)
            .profile(Profile.FULL)
            .purpose("Shows whether logs, registrations or attachments grow. postgres_exporter has the size of each"
                    + " table.")
            .build();

    @Override
    public String name() {
        return "database";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(INFO, SIZE, REPLAY, SCHEMA_SIZE);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(info(), state(), schemas());
    }

    private static FamilyQuery info() {
        Field<String> setting = function(DSL.name("current_setting"), SQLDataType.VARCHAR, inline("server_version"));
        // Distributions append their own version.
        Field<String> version = function(DSL.name("split_part"), SQLDataType.VARCHAR, setting, inline(" "), inline(1));
        return FamilyQuery.withoutFrom()
                .by(SERVER_VERSION, version, inline(1))
                .by(ROLE, isStandby(), "standby", "primary")
                .value(INFO, one());
    }

    private static FamilyQuery state() {
        Field<String> database = function(DSL.name("current_database"), SQLDataType.VARCHAR);
        Field<Long> size = function(DSL.name("pg_database_size"), SQLDataType.BIGINT, database);
        // A primary that was once a standby still knows its last replay.
        Field<OffsetDateTime> replayed = when(
                isStandby(), function(DSL.name("pg_last_xact_replay_timestamp"), SQLDataType.TIMESTAMPWITHTIMEZONE));
        return FamilyQuery.withoutFrom().value(SIZE, scalar(size)).value(REPLAY, scalar(replayed));
    }

    private static Condition isStandby() {
        return condition(function(DSL.name("pg_is_in_recovery"), SQLDataType.BOOLEAN));
    }

    private static FamilyQuery schemas() {
        Table<?> relations = table(DSL.name("pg_class"));
        Table<?> schemas = table(DSL.name("pg_namespace"));
        Field<Long> schemaId = field(DSL.name("pg_namespace", "oid"), SQLDataType.BIGINT);
        Field<String> schema = field(DSL.name("pg_namespace", "nspname"), SQLDataType.VARCHAR);
        Field<Long> schemaOfRelation = field(DSL.name("pg_class", "relnamespace"), SQLDataType.BIGINT);
        Field<String> kind = field(DSL.name("pg_class", "relkind"), SQLDataType.VARCHAR);
        Field<Long> size = function(
                DSL.name("pg_total_relation_size"),
                SQLDataType.BIGINT,
                field(DSL.name("pg_class", "oid"), SQLDataType.BIGINT));
        return FamilyQuery.from(relations.join(schemas).on(schemaId.eq(schemaOfRelation)))
                .where(kind.eq(inline("r")), schema.notLikeRegex(inline("^(pg_|information_schema$)")))
                .by(SCHEMA, schema.cast(SQLDataType.VARCHAR), schemaId)
                .value(SCHEMA_SIZE, sum(size));
    }
}
