package io.getindico.metrics.collectors.internal.flags;

import static org.jooq.impl.DSL.inline;

import org.jooq.Field;
import org.jooq.impl.DSL;

/**
 * Label values that depend on flags. No flag of Indico is NULL today. If a migration permits NULL, nobody knows what it
 * means, so the row counts as {@code unknown}.
 *
 * @since 0.1.0
 */
public final class Flags {
    private Flags() {}

    /**
     * One of two values.
     *
     * @param flag a column or a condition
     * @param whenTrue the value if the flag is true
     * @param whenFalse the value if the flag is false
     * @return NULL if the flag is NULL, which a label shows as {@code unknown}
     */
    public static Field<String> choose(Field<Boolean> flag, String whenTrue, String whenFalse) {
        return choose(flag, whenTrue, inline(whenFalse));
    }

    /**
     * A value, or what other columns say.
     *
     * @param flag a column or a condition
     * @param whenTrue the value if the flag is true
     * @param whenFalse the value if the flag is false
     * @return NULL if the flag is NULL, which a label shows as {@code unknown}
     */
    public static Field<String> choose(Field<Boolean> flag, String whenTrue, Field<String> whenFalse) {
        return DSL.choose(flag).when(inline(true), inline(whenTrue)).when(inline(false), whenFalse);
    }
}
