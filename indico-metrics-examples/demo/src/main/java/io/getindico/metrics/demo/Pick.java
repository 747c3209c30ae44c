package io.getindico.metrics.demo;

import static org.jooq.impl.DSL.rand;

import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.TableField;

/** Picks rows at random. */
final class Pick {
    private Pick() {}

    /** Picks the key of a row for which all conditions hold, if there is one. */
    static Optional<Integer> one(DSLContext dsl, TableField<?, Integer> key, Condition... conditions) {
        return dsl.select(key)
                .from(key.getTable())
                .where(conditions)
                .orderBy(rand())
                .limit(1)
                .fetchOptional(key);
    }
}
