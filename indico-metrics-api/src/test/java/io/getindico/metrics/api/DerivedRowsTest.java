package io.getindico.metrics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.val;

import java.util.function.Predicate;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.Test;

class DerivedRowsTest {
    private static final Field<Integer> ID = field(name("logs", "logs", "id"), SQLDataType.INTEGER);
    private static final Field<String> DATA = field(name("logs", "logs", "data"), SQLDataType.CLOB);
    private static final Field<Boolean> IS_SENT = DSL.field(DATA.eq("sent")).as("is_sent");

    private final DerivedRows rows = DerivedRows.of(
            "emails",
            val(7),
            after -> select(ID, IS_SENT).from(table(name("logs", "logs"))).where(ID.gt(after)));

    private String text(boolean isCalled) {
        DSLContext dsl = DSL.using(SQLDialect.POSTGRES);
        Predicate<DerivedRows> predicate = asked -> asked.equals(rows) && isCalled;
        dsl.configuration().data(DerivedRows.class, predicate);
        return dsl.renderInlined(select(rows.field(ID))
                .from(rows.table())
                .where(rows.field(IS_SENT).isTrue()));
    }

    @Test
    void callsTheFunctionIfTheLoginMay() {
        assertThat(text(true))
                .isEqualTo("select \"emails\".\"id\" from \"indico_metrics\".\"emails\"(7) as \"emails\""
                        + " where \"emails\".\"is_sent\" = true");
    }

    @Test
    void readsTheColumnsIfTheLoginMayNotCallTheFunction() {
        assertThat(text(false))
                .isEqualTo("select \"emails\".\"id\" from (select \"logs\".\"logs\".\"id\","
                        + " (\"logs\".\"logs\".\"data\" = 'sent') as \"is_sent\" from \"logs\".\"logs\""
                        + " where \"logs\".\"logs\".\"id\" > 7) as \"emails\" where \"emails\".\"is_sent\" = true");
    }

    @Test
    void theFunctionHasTheSameStatementWithItsArgument() {
        assertThat(rows.definition()).isEqualTo("""
                CREATE OR REPLACE FUNCTION indico_metrics.emails(int)
                RETURNS TABLE ("id" int, "is_sent" boolean)
                LANGUAGE sql STABLE SECURITY DEFINER
                SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
                AS $$
                select
                  "logs"."logs"."id",
                  ("logs"."logs"."data" = 'sent') as "is_sent"
                from "logs"."logs"
                where "logs"."logs"."id" > $1
                $$;
                """);
        assertThat(rows.signature()).isEqualTo("indico_metrics.emails(int)");
    }

    @Test
    void aFunctionWithoutAnArgumentHasNoParameter() {
        assertThat(DerivedRows.of("all_emails", select(ID)).signature()).isEqualTo("indico_metrics.all_emails()");
    }

    @Test
    void aNameThatPostgresWouldHaveToQuoteIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DerivedRows.of("Emails", select(ID)))
                .withMessage("function name 'Emails': expected lower-case letters, digits and underscores");
    }
}
