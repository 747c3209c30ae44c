package io.getindico.metrics.testing;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;

import java.util.Objects;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.jooq.TableField;

/** A number that none of Indico's enums knows, as a release of the future may bring. */
public final class UnknownCode {
    private UnknownCode() {}

    /** Gives a column of a row such a number, after taking away the check that refuses it. */
    public static void set(IndicoDatabase database, TableField<?, ?> column, int id) {
        DSLContext dsl = database.dsl();
        Table<?> table = Objects.requireNonNull(column.getTable());
        dsl.fetch(
                        "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = CAST(? AS regclass)"
                                + " AND pg_get_constraintdef(oid) LIKE '%' || ? || '%'",
                        dsl.render(table), column.getName())
                .forEach(check -> dsl.alterTable(table)
                        .dropConstraint(name(check.get(0, String.class)))
                        .execute());
        dsl.update(table)
                .set(field(name(column.getName()), Integer.class), inline(99))
                .where(field(name("id"), Integer.class).eq(id))
                .execute();
    }
}
