package io.getindico.metrics.collectors.internal.history;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.when;

import java.time.Instant;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * The two times of an object that waits for a decision: before it and after it.
 *
 * @param created when the object began to wait
 * @param isOpen whether it still waits
 * @param decided when the decision was made; NULL if Indico does not know, and then the object never waited
 * @since 0.1.0
 */
public record Decision(Field<Instant> created, Condition isOpen, Field<Instant> decided) {
    private static final Condition IS_MADE =
            field(name("decision", "is_made"), SQLDataType.BOOLEAN).isTrue();

    /** {@return a table to cross join: two rows for each object} */
    public Table<?> table() {
        return DSL.values(row(inline(false)), row(inline(true))).as("decision", "is_made");
    }

    /** {@return whether the object has this time} */
    public Condition exists() {
        return IS_MADE.not().or(isOpen.not());
    }

    /**
     * The state of the object.
     *
     * @param open its state before the decision
     * @param present its present state
     * @param <T> the type of the states
     * @return an expression for the query that joins {@link #table}
     */
    public <T> Field<T> state(T open, Field<T> present) {
        return state(inline(open, present), present);
    }

    /**
     * The state of the object, if objects wait in different states.
     *
     * @param open its state before the decision
     * @param present its present state
     * @param <T> the type of the states
     * @return an expression for the query that joins {@link #table}
     */
    public <T> Field<T> state(Field<T> open, Field<T> present) {
        return when(IS_MADE, present).otherwise(open);
    }

    /** {@return when the time begins} */
    public Field<Instant> begin() {
        return when(IS_MADE, end()).otherwise(created);
    }

    /** {@return when the object no longer waits; NULL if it still does} */
    public Field<Instant> end() {
        return when(isOpen.not(), greatest(created, decided));
    }

    /** {@return when the time ends; NULL if it has not ended} */
    public Field<Instant> until() {
        return when(IS_MADE.not(), end());
    }
}
