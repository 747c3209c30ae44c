package io.getindico.metrics.api.engine;

import static io.getindico.metrics.api.engine.TestTables.Events.EVENTS;
import static io.getindico.metrics.api.engine.TestTables.Notes.NOTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectCount;
import static org.jooq.impl.DSL.with;

import io.getindico.metrics.api.DerivedRows;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.engine.Requirements.ReadFunction;
import io.getindico.metrics.api.engine.Requirements.Relation;
import io.getindico.metrics.api.engine.TestTables.Events;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class QueryRecorderTest {
    private final QueryRecorder recorder = new QueryRecorder(null);

    /** The columns that these statements need, by table. */
    private Map<String, List<String>> required(Select<?>... statements) {
        return required(recorder, statements);
    }

    private static Map<String, List<String>> required(QueryRecorder recorder, Select<?>... statements) {
        for (Select<?> statement : statements) {
            recorder.record(statement);
        }
        Map<String, List<String>> columns = new TreeMap<>();
        recorder.requirements()
                .columns()
                .forEach((relation, names) -> columns.put(relation.toString(), List.copyOf(names)));
        return columns;
    }

    @Test
    void theTextIsThatOfTheStatementWithItsValues() {
        assertThat(recorder.record(select(EVENTS.id).from(EVENTS).where(EVENTS.title.eq("x"))))
                .isEqualTo("select \"events\".\"events\".\"id\" from \"events\".\"events\""
                        + " where \"events\".\"events\".\"title\" = 'x'");
    }

    @Test
    void columnsThatAFunctionReadsAreKeptSeparately() {
        DerivedRows rows =
                DerivedRows.of("titles", select(EVENTS.id).from(EVENTS).where(EVENTS.title.eq("x")));
        assertThat(required(select(NOTES.eventId)
                        .from(NOTES.join(rows.table()).on(rows.field(EVENTS.id).eq(NOTES.eventId)))))
                .isEqualTo(Map.of("attachments.notes", List.of("event_id")));
        assertThat(recorder.requirements().functions().values())
                .extracting(ReadFunction::columns)
                .containsExactly(
                        new TreeMap<>(Map.of(new Relation("events", "events"), new TreeSet<>(Set.of("id", "title")))));
        assertThat(recorder.requirements().allColumns().keySet())
                .containsExactly(new Relation("attachments", "notes"), new Relation("events", "events"));
    }

    @Nested
    class Records {
        @Test
        void theColumnsSelectedAndCompared() {
            assertThat(required(select(EVENTS.title).from(EVENTS).where(EVENTS.deleted.isFalse())))
                    .isEqualTo(Map.of("events.events", List.of("is_deleted", "title")));
        }

        @Test
        void severalTablesWithoutGeneratedClasses() {
            assertThat(required(select(count())
                            .from(DSL.table(name("plugin_a", "one")))
                            .crossJoin(DSL.table(name("plugin_a", "two")).as("t"))
                            .crossJoin(DSL.table(name("plugin_b", "one")))))
                    .isEqualTo(Map.of("plugin_a.one", List.of(), "plugin_a.two", List.of(), "plugin_b.one", List.of()));
        }

        @Test
        void aTableOfWhichNoColumnIsNamed() {
            assertThat(required(select(count()).from(EVENTS))).isEqualTo(Map.of("events.events", List.of()));
        }

        @Test
        void anAliasAsItsTable() {
            Events e = EVENTS.as("e");
            assertThat(required(select(e.id).from(e))).isEqualTo(Map.of("events.events", List.of("id")));
        }

        @Test
        void twoAliasesOfOneTable() {
            Events parent = EVENTS.as("parent");
            Events child = EVENTS.as("child");
            assertThat(required(select(parent.id).from(parent).join(child).on(child.title.eq(parent.title))))
                    .isEqualTo(Map.of("events.events", List.of("id", "title")));
        }

        @Test
        void bothSidesOfAJoin() {
            Events e = EVENTS.as("e");
            assertThat(required(select(count()).from(NOTES).leftJoin(e).on(e.id.eq(NOTES.eventId))))
                    .isEqualTo(Map.of("attachments.notes", List.of("event_id"), "events.events", List.of("id")));
        }

        @Test
        void commonTableExpressionsAndNotTheirOwnNames() {
            var live =
                    name("live").as(select(EVENTS.id.as("event")).from(EVENTS).where(EVENTS.deleted.isFalse()));
            assertThat(required(with(live).select(count()).from(live)))
                    .isEqualTo(Map.of("events.events", List.of("id", "is_deleted")));
        }

        @Test
        void subqueriesInEveryClause() {
            Table<Record1<Integer>> derived = select(NOTES.id).from(NOTES).asTable("n");
            Field<String> scalar = DSL.field(select(max(EVENTS.title)).from(EVENTS));
            assertThat(required(select(scalar)
                            .from(derived)
                            .where(DSL.field(selectCount().from(EVENTS).where(EVENTS.deleted.isTrue()))
                                    .gt(0))))
                    .isEqualTo(Map.of(
                            "attachments.notes", List.of("id"), "events.events", List.of("is_deleted", "title")));
        }

        @Test
        void aggregateFiltersGroupsAndOrders() {
            assertThat(required(select(count().filterWhere(EVENTS.deleted.isTrue()))
                            .from(EVENTS)
                            .groupBy(EVENTS.title)
                            .orderBy(EVENTS.id)))
                    .isEqualTo(Map.of("events.events", List.of("id", "is_deleted", "title")));
        }

        @Test
        void everyStatement() {
            assertThat(required(
                            select(EVENTS.id).from(EVENTS),
                            select(EVENTS.title).from(EVENTS),
                            select(NOTES.id).from(NOTES)))
                    .isEqualTo(Map.of("attachments.notes", List.of("id"), "events.events", List.of("id", "title")));
        }

        @Test
        void nothingForAStatementThatReadsNoTable() {
            assertThat(required(select(DSL.inline(1)))).isEmpty();
        }
    }

    @Nested
    class Sets {
        private final IdSet live = IdSet.of("live", EVENTS.id, EVENTS, EVENTS.deleted.isFalse());
        private final IdSet noted = IdSet.counted("noted", NOTES.id, NOTES, live.contains(NOTES.eventId));

        @Test
        void areRecordedIfAConditionAsksThem() {
            assertThat(required(select(count()).from(NOTES).where(live.contains(NOTES.eventId))))
                    .isEqualTo(Map.of(
                            "attachments.notes", List.of("event_id"), "events.events", List.of("id", "is_deleted")));
            assertThat(recorder.sets()).containsOnlyKeys("live");
        }

        @Test
        void areRecordedIfOnlyTheirRowsAreAsked() {
            assertThat(required(select(noted.rows())))
                    .isEqualTo(Map.of(
                            "attachments.notes", List.of("event_id", "id"),
                            "events.events", List.of("id", "is_deleted")));
        }

        @Test
        void areRecordedWithTheSetsThatTheyAsk() {
            required(select(count()).from(EVENTS).where(noted.doesNotContain(EVENTS.id)));
            assertThat(recorder.sets()).containsOnlyKeys("live", "noted");
        }

        @Test
        void areRecordedByTheirStatement() {
            required(select(count()).from(NOTES).where(live.contains(NOTES.eventId)));
            assertThat(recorder.sets().get("live"))
                    .singleElement()
                    .asString()
                    .startsWith("with \"words\"")
                    .contains("from \"events\".\"events\"", "'indico_metrics.live'");
        }

        @Test
        void areNotRecordedIfNothingAsksThem() {
            assertThat(required(select(EVENTS.id).from(EVENTS))).hasSize(1);
            assertThat(recorder.sets()).isEmpty();
        }
    }

    @Nested
    class Zone {
        private final QueryContext context = new QueryContext(Instant.EPOCH, Map.of());

        @Test
        void isReadFromTheRootCategoryIfTheHostHasSetNone() {
            Map<String, List<String>> rootCategory = Map.of("categories.categories", List.of("id", "timezone"));
            assertThat(required(select(context.localNow()))).isEqualTo(rootCategory);
            assertThat(required(new QueryRecorder(null), select(context.zone())))
                    .isEqualTo(rootCategory);
        }

        @Test
        void isNotReadIfTheHostHasSetIt() {
            QueryRecorder withZone = new QueryRecorder(ZoneId.of("Europe/Zurich"));
            assertThat(withZone.record(select(context.zone()))).isEqualTo("select 'Europe/Zurich'");
            assertThat(required(withZone, select(context.localNow(), context.zone())))
                    .isEmpty();
        }

        @Test
        void isNotReadIfNothingAsksForIt() {
            assertThat(required(select(DSL.val(context.now())))).isEmpty();
        }
    }
}
