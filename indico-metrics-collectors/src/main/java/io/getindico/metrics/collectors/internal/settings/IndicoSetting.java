package io.getindico.metrics.collectors.internal.settings;

import static io.getindico.metrics.jooq.indico.tables.Settings.SETTINGS;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.jsonbGetElementAsText;
import static org.jooq.impl.DSL.name;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.impl.SQLDataType;

/**
 * Expressions for a row of {@code indico.settings}, which keeps each value as JSON. Each pair of module and name occurs
 * at most once.
 *
 * @since 0.1.0
 */
public final class IndicoSetting {
    private IndicoSetting() {}

    /**
     * Whether the value is {@code true} and not a text or a number.
     *
     * @return true or false
     */
    public static Condition isTrue() {
        return SETTINGS.VALUE.eq(inline(JSONB.valueOf("true")));
    }

    /**
     * Whether the value is a text.
     *
     * @return true or false
     */
    public static Condition isText() {
        return function(name("jsonb_typeof"), SQLDataType.VARCHAR, SETTINGS.VALUE)
                .eq(inline("string"));
    }

    /**
     * The value without the quotes of JSON. PostgreSQL has an operator for elements, not for whole values.
     *
     * @return a text; NULL for JSON null
     */
    public static Field<String> text() {
        return jsonbGetElementAsText(function(name("jsonb_build_array"), SQLDataType.JSONB, SETTINGS.VALUE), inline(0));
    }
}
