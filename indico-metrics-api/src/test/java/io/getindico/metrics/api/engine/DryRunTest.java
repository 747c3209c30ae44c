package io.getindico.metrics.api.engine;

import static io.getindico.metrics.api.RowCounts.countRows;
import static io.getindico.metrics.api.RowCounts.countRowsWhere;
import static io.getindico.metrics.api.engine.TestTables.Events.EVENTS;
import static io.getindico.metrics.api.engine.TestTables.Notes.NOTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.jooq.impl.DSL.arrayAgg;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectCount;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.engine.TestTables.Events;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DryRunTest {
    /** The columns a collector needs that does this, by table. */
    private static Map<String, List<String>> required(Consumer<CollectionContext> work) {
        return required(new TestSettings().build(), work);
    }

    private static Map<String, List<String>> required(Settings settings, Consumer<CollectionContext> work) {
        TestCollector collector = TestCollector.named("x").sending(3).doing((context, samples) -> work.accept(context));
        Map<String, List<String>> columns = new TreeMap<>();
        new DryRun(settings)
                .requirements(collector)
                .columns()
                .forEach((relation, names) -> columns.put(relation.toString(), List.copyOf(names)));
        return columns;
    }

    @Nested
    class Records {
        @Test
        void theColumnsSelectedAndCompared() {
            assertThat(required(context -> context.dsl()
                            .select(EVENTS.title)
                            .from(EVENTS)
                            .where(EVENTS.deleted.isFalse())
                            .fetch()))
                    .isEqualTo(Map.of("events.events", List.of("is_deleted", "title")));
        }

        @Test
        void severalTablesWithoutGeneratedClasses() {
            assertThat(required(context -> context.dsl()
                            .select(countRows())
                            .from(DSL.table(name("plugin_a", "one")))
                            .crossJoin(DSL.table(name("plugin_a", "two")).as("t"))
                            .crossJoin(DSL.table(name("plugin_b", "one")))
                            .fetch()))
                    .isEqualTo(Map.of("plugin_a.one", List.of(), "plugin_a.two", List.of(), "plugin_b.one", List.of()));
        }

        @Test
        void aTableOfWhichNoColumnIsNamed() {
            assertThat(required(context ->
                            context.dsl().select(countRows()).from(EVENTS).fetch()))
                    .isEqualTo(Map.of("events.events", List.of()));
        }

        @Test
        void anAliasAsTheTableItStandsFor() {
            Events e = EVENTS.as("e");
            assertThat(required(context -> context.dsl().select(e.id).from(e).fetch()))
                    .isEqualTo(Map.of("events.events", List.of("id")));
        }

        @Test
        void twoAliasesOfOneTable() {
            Events parent = EVENTS.as("parent");
            Events child = EVENTS.as("child");
            assertThat(required(context -> context.dsl()
                            .select(parent.id)
                            .from(parent)
                            .join(child)
                            .on(child.title.eq(parent.title))
                            .fetch()))
                    .isEqualTo(Map.of("events.events", List.of("id", "title")));
        }

        @Test
        void bothSidesOfAJoin() {
            Events e = EVENTS.as("e");
            assertThat(required(context -> context.dsl()
                            .select(countRows())
                            .from(NOTES)
                            .leftJoin(e)
                            .on(e.id.eq(NOTES.eventId))
                            .fetch()))
                    .isEqualTo(Map.of("attachments.notes", List.of("event_id"), "events.events", List.of("id")));
        }

        @Test
        void commonTableExpressionsAndNotTheirOwnNames() {
            var live =
                    name("live").as(select(EVENTS.id.as("event")).from(EVENTS).where(EVENTS.deleted.isFalse()));
            assertThat(required(context -> context.dsl()
                            .with(live)
                            .select(countRows())
                            .from(live)
                            .fetch()))
                    .isEqualTo(Map.of("events.events", List.of("id", "is_deleted")));
        }

        @Test
        void subqueriesInEveryClause() {
            Table<Record1<Integer>> derived = select(NOTES.id).from(NOTES).asTable("n");
            Field<String> scalar = DSL.field(select(max(EVENTS.title)).from(EVENTS));
            assertThat(required(context -> context.dsl()
                            .select(scalar)
                            .from(derived)
                            .where(DSL.field(selectCount().from(EVENTS).where(EVENTS.deleted.isTrue()))
                                    .gt(0))
                            .fetch()))
                    .isEqualTo(Map.of(
                            "attachments.notes", List.of("id"), "events.events", List.of("is_deleted", "title")));
        }

        @Test
        void aggregateFiltersGroupsAndOrders() {
            assertThat(required(context -> context.dsl()
                            .select(countRowsWhere(EVENTS.deleted.isTrue()))
                            .from(EVENTS)
                            .groupBy(EVENTS.title)
                            .orderBy(EVENTS.id)
                            .fetch()))
                    .isEqualTo(Map.of("events.events", List.of("id", "is_deleted", "title")));
        }

        @Test
        void everyStatement() {
            assertThat(required(context -> {
                        context.dsl().select(EVENTS.id).from(EVENTS).fetch();
                        context.dsl().select(EVENTS.title).from(EVENTS).fetch();
                        context.dsl().select(NOTES.id).from(NOTES).fetch();
                    }))
                    .isEqualTo(Map.of("attachments.notes", List.of("id"), "events.events", List.of("id", "title")));
        }

        @Test
        void whatSharedReads() {
            assertThat(required(context -> context.shared(
                            Integer.class,
                            dsl -> dsl.fetchCount(select(NOTES.eventId).from(NOTES)))))
                    .isEqualTo(Map.of("attachments.notes", List.of("event_id")));
        }

        @Test
        void theRootCategoryWhereLocalTimeIsAskedForAndNoZoneIsSet() {
            assertThat(required(CollectionContext::localNow))
                    .isEqualTo(Map.of("categories.categories", List.of("id", "timezone")));
            Settings withZone =
                    new TestSettings().zone(ZoneId.of("Europe/Zurich")).build();
            assertThat(required(withZone, CollectionContext::localNow)).isEmpty();
        }

        @Test
        void whatWasAskedBeforeTheCollectorThrew() {
            for (Throwable thrown :
                    List.of(new IllegalStateException(), new NoSuchMethodError(), new AssertionError("not expected"))) {
                assertThat(required(context -> {
                            context.dsl().select(EVENTS.id).from(EVENTS).fetch();
                            sneak(thrown);
                        }))
                        .isEqualTo(Map.of("events.events", List.of("id")));
            }
        }

        // As Kotlin and Groovy do with checked exceptions.
        @SuppressWarnings("unchecked")
        private <T extends Throwable> void sneak(Throwable thrown) throws T {
            throw (T) thrown;
        }
    }

    @Nested
    class Answers {
        private final List<Object> answers = new ArrayList<>();

        private void ask(Consumer<CollectionContext> work) {
            required(work);
        }

        @Test
        void oneRowOfZerosAndEmptyValues() {
            ask(context -> answers.addAll(context.dsl()
                    .select(
                            countRows(),
                            EVENTS.title,
                            EVENTS.deleted,
                            DSL.field(name("at"), SQLDataType.INSTANT),
                            DSL.field(name("local"), SQLDataType.LOCALDATETIME),
                            arrayAgg(EVENTS.id))
                    .from(EVENTS)
                    .fetchSingle()
                    .intoList()));
            assertThat(answers)
                    .containsExactly(
                            0L, "", false, Instant.EPOCH, LocalDateTime.parse("1970-01-01T00:00:00"), new Integer[0]);
        }

        @Test
        void nullForWhatHasNoZero() {
            ask(context -> answers.add(context.dsl()
                            .select(DSL.field(name("id"), SQLDataType.UUID))
                            .from(EVENTS)
                            .fetchSingle()
                            .value1()
                    == null));
            assertThat(answers).containsExactly(true);
        }

        @Test
        void theEpochAsNowAndTheSettings() {
            ask(context -> {
                answers.add(context.now());
                answers.add(context.activeUserAge());
            });
            assertThat(answers).containsExactly(Instant.EPOCH, Duration.ofDays(2));
        }

        @Test
        @Timeout(20)
        void asManyStatementsAsDeclaredSoThatReadingToTheEndEnds() {
            ask(context -> {
                while (!context.dsl().select(EVENTS.id).from(EVENTS).fetch().isEmpty()) {
                    answers.add("one more");
                }
            });
            assertThat(answers).containsExactly("one more", "one more", "one more");
        }
    }

    @Test
    void samplesAreTaken() {
        TestCollector collector = TestCollector.named("x");
        assertThatCode(() -> new DryRun(new TestSettings().build())
                        .requirements(collector.doing((context, samples) ->
                                samples.set(collector.families().get(0), 0))))
                .doesNotThrowAnyException();
    }
}
