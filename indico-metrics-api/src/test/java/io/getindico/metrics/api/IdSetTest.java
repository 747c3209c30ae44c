package io.getindico.metrics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;

import io.getindico.metrics.api.IdSet.Contents;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The SQL of sets. The test of the same name in the testing module runs it on PostgreSQL. */
class IdSetTest {
    private static final Table<?> EVENTS = table(name("events", "events"));
    private static final Field<Integer> ID = field(name("id"), SQLDataType.INTEGER);
    private static final Field<Boolean> DELETED = field(name("is_deleted"), SQLDataType.BOOLEAN);
    private static final Contents BITS = new Contents(128, 70, true);

    private final IdSet live = IdSet.of("live", ID, EVENTS, DELETED.isFalse());
    private final IdSet counted = IdSet.counted("counted", ID, EVENTS, DELETED.isFalse());

    /** The names of the sets that were asked for. */
    private final List<String> asked = new ArrayList<>();

    /** Removes the quotes, which all names have. */
    private String sent(Select<?> statement, Contents contents) {
        DefaultConfiguration configuration = new DefaultConfiguration();
        configuration.set(SQLDialect.POSTGRES);
        Function<IdSet, Contents> contentsOf = set -> {
            asked.add(set.name());
            return contents;
        };
        configuration.data(IdSet.class, contentsOf);
        return DSL.using(configuration).renderInlined(statement).replace("\"", "");
    }

    @Nested
    class Definition {
        @ParameterizedTest
        @ValueSource(strings = {"", "Live", "live-events", "1st", "_live", "live events", "live'"})
        void refusesANameThatIsNotSnakeCase(String name) {
            String message = "set name '" + name + "': expected lower-case letters, digits and underscores";
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> IdSet.of(name, ID, EVENTS, noCondition()))
                    .withMessage(message);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> IdSet.counted(name, ID, EVENTS, noCondition()))
                    .withMessage(message);
        }

        @Test
        void storesTheSetInASettingOfTheTransaction() {
            assertThat(live.name()).isEqualTo("live");
            assertThat(sent(live.statement(), BITS))
                    .contains("set_config(")
                    .contains("'indico_metrics.live'")
                    .contains("from events.events where is_deleted = false");
            assertThat(asked).isEmpty();
        }

        @Test
        void asksForTheSetsThatItUsesWhenItIsSent() {
            IdSet notes = IdSet.of(
                    "notes", ID, table(name("notes")), live.contains(field(name("event_id"), SQLDataType.INTEGER)));
            assertThat(asked).isEmpty();
            sent(notes.statement(), BITS);
            assertThat(asked).isNotEmpty().containsOnly("live");
        }

        @Test
        void checksForDistinctIdsOnlyIfTheSetIsCounted() {
            assertThat(sent(counted.statement(), BITS)).contains("bool_and(");
            assertThat(sent(live.statement(), BITS)).doesNotContain("bool_and(");
        }

        @Test
        void readsTheContentsFromARow() {
            DSLContext create = DSL.using(SQLDialect.POSTGRES);
            var row = create.newRecord(
                            field(name("length"), SQLDataType.INTEGER),
                            field(name("bits"), SQLDataType.INTEGER),
                            field(name("rows"), SQLDataType.BIGINT),
                            field(name("is_distinct"), SQLDataType.BOOLEAN))
                    .values(33, 128, 70L, false);
            assertThat(IdSet.contents(row)).isEqualTo(new Contents(128, 70, false));
        }
    }

    @Nested
    class Conditions {
        @Test
        void askForTheSetWhenTheyAreSent() {
            var condition = live.contains(ID);
            assertThat(asked).isEmpty();
            sent(select(ID).where(condition), BITS);
            assertThat(asked).containsExactly("live");
        }

        @Test
        void testABitOfTheSet() {
            assertThat(sent(select(ID).where(live.contains(ID)), BITS))
                    .isEqualTo("select id where case when oid(id) < 128 then"
                            + " get_bit((select varbit(current_setting('indico_metrics.live'))), id) end = 1");
        }

        @Test
        void treatIdsBeyondTheSetAndNullAsNoMembers() {
            assertThat(sent(select(ID).where(live.doesNotContain(ID)), BITS))
                    .isEqualTo("select id where case when oid(id) < 128 then"
                            + " get_bit((select varbit(current_setting('indico_metrics.live'))), id) end"
                            + " is distinct from 1");
        }

        @Test
        void searchAListIfTheIdsDoNotFitIntoBits() {
            assertThat(sent(select(ID).where(live.contains(ID)), new Contents(-1, 70, true)))
                    .contains("width_bucket(id, (select cast(current_setting('indico_metrics.live') as int[])))")
                    .doesNotContain("get_bit");
        }

        @Test
        void matchNothingOutsideTheEngine() {
            assertThat(live.contains(ID).toString()).contains("< 0");
        }
    }

    @Nested
    class Counts {
        @Test
        void areBoundWhenTheQueryIsSent() {
            var statement = select(counted.rows()).where(counted.isDistinct());
            assertThat(asked).isEmpty();
            assertThat(sent(statement, new Contents(128, 70, true))).isEqualTo("select 70 where true");
            assertThat(sent(statement, new Contents(128, 71, false))).isEqualTo("select 71 where false");
            assertThat(asked).containsOnly("counted");
        }

        @Test
        void areRefusedIfTheSetIsNotCounted() {
            String message = "the set 'live' is not counted: define it with counted()";
            assertThatIllegalStateException().isThrownBy(live::rows).withMessage(message);
            assertThatIllegalStateException().isThrownBy(live::isDistinct).withMessage(message);
        }

        @Test
        void areZeroAndDistinctForASetWithoutRows() {
            assertThat(Contents.EMPTY).isEqualTo(new Contents(0, 0, true));
        }
    }
}
