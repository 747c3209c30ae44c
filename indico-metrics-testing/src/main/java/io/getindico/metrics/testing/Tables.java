package io.getindico.metrics.testing;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;

import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;

/** The tables of a database, without PostgreSQL's own. */
final class Tables {
    private static final Field<String> SCHEMA = field(name("schemaname"), String.class);
    private static final Field<String> TABLE = field(name("tablename"), String.class);

    private Tables() {}

    /** Returns their names, each with its schema. */
    static List<String> names(DSLContext dsl) {
        return dsl.select(SCHEMA.concat(".").concat(TABLE))
                .from(name("pg_catalog", "pg_tables"))
                .where(SCHEMA.notIn("pg_catalog", "information_schema"))
                .orderBy(SCHEMA, TABLE)
                .fetchInto(String.class);
    }
}
