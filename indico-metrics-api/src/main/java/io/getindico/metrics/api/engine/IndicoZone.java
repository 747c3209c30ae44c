package io.getindico.metrics.api.engine;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.Result;
import org.jooq.Select;
import org.jooq.TableField;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableImpl;

/** The zone of room booking's wall-clock times, and where it was found. */
record IndicoZone(ZoneId zone, String origin) {
    static IndicoZone configured(ZoneId zone) {
        return new IndicoZone(zone, "setting");
    }

    /** Reads the root category's zone; Indico sets it to the server's default zone when it prepares a database. */
    static IndicoZone of(Result<?> rows) {
        String name = rows.isEmpty() ? null : rows.get(0).get(0, String.class);
        if (name == null || name.isEmpty()) {
            return new IndicoZone(ZoneOffset.UTC, "default");
        }
        try {
            return new IndicoZone(ZoneId.of(name), "root category");
        } catch (DateTimeException e) {
            throw new CollectionException(
                    FailureReason.QUERY,
                    "the root category's time zone '" + name + "' is unknown to Java; set the zone instead");
        }
    }

    /** The query whose rows {@link #of} reads. */
    static Select<Record1<String>> query() {
        Categories categories = new Categories();
        return DSL.select(categories.timezone).from(categories).where(categories.id.eq(0));
    }

    /** The two columns needed here; this module does not depend on the generated classes. */
    private static final class Categories extends TableImpl<Record> {
        private static final long serialVersionUID = 1L;

        private final transient TableField<Record, Integer> id = createField(DSL.name("id"), SQLDataType.INTEGER);
        private final transient TableField<Record, String> timezone =
                createField(DSL.name("timezone"), SQLDataType.VARCHAR);

        Categories() {
            super(DSL.name("categories"), DSL.schema(DSL.name("categories")));
        }
    }
}
