package io.getindico.metrics.testing;

import org.jooq.DSLContext;

/** The sequences behind the serial columns. */
final class Sequences {
    private Sequences() {}

    /** Moves each sequence beyond the ids in its table, which were inserted without it. No sequence moves backwards. */
    static void advance(DSLContext dsl) {
        dsl.execute("""
            DO $$
            DECLARE serial record;
            BEGIN
              FOR serial IN
                SELECT d.objid::regclass AS sequence, d.refobjid::regclass AS relation, a.attname AS name
                FROM pg_depend d
                JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
                JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'a' AND pg_relation_size(d.refobjid) > 0
              LOOP
                EXECUTE format(
                  'SELECT setval(%L, max(%I)) FROM %s HAVING max(%2$I) >= (SELECT last_value FROM %1$s)',
                  serial.sequence, serial.name, serial.relation);
              END LOOP;
            END $$\
            """);
    }

    /** Starts each sequence at a different number, so that a join by the wrong ids finds no rows. */
    static void spread(DSLContext dsl) {
        dsl.execute("""
            SELECT setval(
              format('%I.%I', schemaname, sequencename)::regclass,
              1000 * row_number() OVER (ORDER BY schemaname, sequencename))
            FROM pg_sequences\
            """);
    }
}
