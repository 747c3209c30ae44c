package io.getindico.metrics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;

import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.tools.jdbc.MockConnection;
import org.jooq.tools.jdbc.MockResult;
import org.junit.jupiter.api.Test;

class RowCountsTest {
    private static final Field<Boolean> DELETED = field(name("is_deleted"), SQLDataType.BOOLEAN);

    @Test
    void rowsAreCounted() {
        assertThat(rendered(RowCounts.countRows())).isEqualTo("select count(*) from \"events\"");
    }

    @Test
    void rowsThatMeetAConditionAreCountedInTheSamePass() {
        assertThat(rendered(RowCounts.countRowsWhere(DELETED.isFalse())))
                .isEqualTo("select count(*) filter (where \"is_deleted\" = false) from \"events\"");
    }

    @Test
    void distinctValuesAreCounted() {
        assertThat(rendered(RowCounts.countDistinctValues(DELETED)))
                .isEqualTo("select count(distinct \"is_deleted\") from \"events\"");
    }

    @Test
    void aCountBeyondTheIntegersIsRead() {
        long many = Integer.MAX_VALUE + 1L;
        assertThat(read(RowCounts.countRows(), many)).isEqualTo(many);
        assertThat(read(RowCounts.countRowsWhere(DELETED.isTrue()), many)).isEqualTo(many);
        assertThat(read(RowCounts.countDistinctValues(DELETED), many)).isEqualTo(many);
    }

    private static String rendered(Field<Long> count) {
        return DSL.using(SQLDialect.POSTGRES).render(select(count).from(table(name("events"))));
    }

    /** What jOOQ makes of a server's answer, which says bigint. */
    private static Long read(Field<Long> count, long answer) {
        DSLContext create = DSL.using(SQLDialect.POSTGRES);
        Field<Long> bigint = field(name("count"), SQLDataType.BIGINT);
        var rows = create.newResult(bigint);
        rows.add(create.newRecord(bigint).values(answer));
        MockConnection server = new MockConnection(context -> new MockResult[] {new MockResult(1, rows)});
        return DSL.using(server, SQLDialect.POSTGRES)
                .select(count)
                .from(table(name("events")))
                .fetchSingle(count);
    }
}
