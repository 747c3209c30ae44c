package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.DerivedRows;
import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import io.getindico.metrics.api.engine.Requirements.ReadFunction;
import io.getindico.metrics.api.engine.Requirements.Relation;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DatabaseFactsTest {
    private static final Relation ROOMS = new Relation("roombooking", "rooms");
    private static final Relation BLOCKINGS = new Relation("roombooking", "blockings");
    private static final Relation QUEUE = new Relation("plugin_livesync", "queues");
    private static final Relation AGENTS = new Relation("plugin_livesync", "agents");
    private static final String HEAD_OF_3_3_5 = "379ba72f4096";

    /** Why a query that reads some columns cannot run. */
    private static @Nullable Skip skip(TestFacts facts, Map<Relation, List<String>> columns) {
        return skip(facts, null, columns);
    }

    private static @Nullable Skip skip(TestFacts facts, @Nullable String since, Map<Relation, List<String>> columns) {
        return skip(facts, since, new Requirements(sorted(columns), Collections.emptySortedMap()));
    }

    private static @Nullable Skip skip(TestFacts facts, @Nullable String since, Requirements required) {
        RegisteredCollector collector = TestCollector.named("x").registered();
        RegisteredQuery query = new RegisteredQuery(collector, 0, Map.of(), required, Set.of(), since, null, false);
        return facts.build().skip(query);
    }

    private static SortedMap<Relation, SortedSet<String>> sorted(Map<Relation, List<String>> columns) {
        SortedMap<Relation, SortedSet<String>> sorted = new TreeMap<>();
        columns.forEach((relation, names) -> sorted.put(relation, new TreeSet<>(names)));
        return sorted;
    }

    private static Skip expected(SkipReason reason, String detail, Map<Relation, List<String>> columns) {
        return new Skip(reason, detail, sorted(columns));
    }

    @Nested
    class AQuery {
        @Test
        void runsIfItsColumnsCanBeRead() {
            TestFacts facts = TestFacts.ofIndico().with(ROOMS, Map.of("id", true, "secret", false));
            assertThat(skip(facts, Map.of(ROOMS, List.of("id")))).isNull();
        }

        @Test
        void runsIfItReadsNothing() {
            assertThat(skip(TestFacts.ofIndico(), Map.of())).isNull();
        }

        @Test
        void needsAnyReadableColumnIfItOnlyCountsRows() {
            Map<Relation, List<String>> rows = Map.of(ROOMS, List.of());
            assertThat(skip(TestFacts.ofIndico().with(ROOMS, Map.of("id", false, "name", true)), rows))
                    .isNull();
            assertThat(skip(TestFacts.ofIndico().with(ROOMS, Map.of("id", false)), rows))
                    .isEqualTo(expected(
                            SkipReason.PRIVILEGE_MISSING, "the login may not read table roombooking.rooms", rows));
        }
    }

    /** A function reads the settings of rooms. */
    @Nested
    class AQueryWithAFunction {
        private final Requirements required = new Requirements(
                sorted(Map.of(BLOCKINGS, List.of("id"))),
                new TreeMap<>(Map.of(
                        "states",
                        new ReadFunction(
                                DerivedRows.of(
                                        "states", DSL.select(DSL.inline(1).as("state"))),
                                sorted(Map.of(ROOMS, List.of("settings")))))));
        private final TestFacts facts = TestFacts.ofIndico().with(BLOCKINGS, Map.of("id", true));

        @Test
        void runsIfTheLoginMayCallIt() {
            facts.with(ROOMS, Map.of("settings", false)).withFunction("states");
            assertThat(skip(facts, null, required)).isNull();
        }

        @Test
        void runsIfTheLoginMayReadTheColumns() {
            assertThat(skip(facts.with(ROOMS, Map.of("settings", true)), null, required))
                    .isNull();
        }

        @Test
        void isSkippedIfTheLoginMayDoNeither() {
            facts.with(ROOMS, Map.of("settings", false)).withFunction("others");
            assertThat(skip(facts, null, required))
                    .isEqualTo(new Skip(
                            SkipReason.PRIVILEGE_MISSING,
                            "the login may not call function indico_metrics.states",
                            Collections.emptySortedMap(),
                            new TreeSet<>(Set.of("states"))));
        }

        @Test
        void alsoSaysWhichOwnColumnsTheLoginMayNotRead() {
            facts.with(ROOMS, Map.of("settings", false)).with(BLOCKINGS, Map.of("id", false, "name", true));
            assertThat(skip(facts, null, required))
                    .isEqualTo(new Skip(
                            SkipReason.PRIVILEGE_MISSING,
                            "the login may not read column roombooking.blockings.id and may not call function"
                                    + " indico_metrics.states",
                            sorted(Map.of(BLOCKINGS, List.of("id"))),
                            new TreeSet<>(Set.of("states"))));
        }

        @Test
        void isSkippedIfAColumnOfTheFunctionIsMissing() {
            facts.with(ROOMS, Map.of("id", true)).withFunction("states");
            assertThat(skip(facts, null, required))
                    .isEqualTo(expected(
                            SkipReason.COLUMN_MISSING,
                            "column roombooking.rooms.settings is missing",
                            Map.of(ROOMS, List.of("settings"))));
        }
    }

    @Nested
    class ATable {
        @Test
        void isMissingIfIndicoShouldHaveIt() {
            assertThat(skip(TestFacts.ofIndico(), Map.of(ROOMS, List.of("id"))))
                    .isEqualTo(expected(
                            SkipReason.TABLE_MISSING, "table roombooking.rooms is missing", Map.of(ROOMS, List.of())));
        }

        @Test
        void meansThatThePluginIsAbsentIfThePluginShouldHaveIt() {
            assertThat(skip(TestFacts.ofIndico(), Map.of(QUEUE, List.of())))
                    .isEqualTo(expected(
                            SkipReason.PLUGIN_ABSENT,
                            "table plugin_livesync.queues does not exist",
                            Map.of(QUEUE, List.of())));
        }

        @Test
        void isReportedWithAllOthersThatAreMissing() {
            assertThat(skip(TestFacts.ofIndico(), Map.of(ROOMS, List.of("id"), BLOCKINGS, List.of("id"))))
                    .isEqualTo(expected(
                            SkipReason.TABLE_MISSING,
                            "tables roombooking.blockings, roombooking.rooms are missing",
                            Map.of(BLOCKINGS, List.of(), ROOMS, List.of())));
            assertThat(skip(TestFacts.ofIndico(), Map.of(QUEUE, List.of(), AGENTS, List.of("id"))))
                    .isEqualTo(expected(
                            SkipReason.PLUGIN_ABSENT,
                            "tables plugin_livesync.agents, plugin_livesync.queues do not exist",
                            Map.of(AGENTS, List.of(), QUEUE, List.of())));
        }

        @Test
        void isMissingEvenIfThePluginIsAbsentToo() {
            assertThat(skip(TestFacts.ofIndico(), Map.of(ROOMS, List.of("id"), QUEUE, List.of("id"))))
                    .isEqualTo(expected(
                            SkipReason.TABLE_MISSING,
                            "tables plugin_livesync.queues, roombooking.rooms are missing",
                            Map.of(QUEUE, List.of(), ROOMS, List.of())));
        }

        @Test
        void isCheckedForItsColumnsIfItBelongsToAPlugin() {
            TestFacts facts = TestFacts.ofIndico().with(QUEUE, Map.of("id", true));
            assertThat(skip(facts, Map.of(QUEUE, List.of("agent"))))
                    .isEqualTo(expected(
                            SkipReason.COLUMN_MISSING,
                            "column plugin_livesync.queues.agent is missing",
                            Map.of(QUEUE, List.of("agent"))));
        }
    }

    @Nested
    class Columns {
        @Test
        void areAllReportedIfTheyAreMissing() {
            TestFacts facts =
                    TestFacts.ofIndico().with(ROOMS, Map.of("id", true)).with(BLOCKINGS, Map.of("id", true));
            assertThat(skip(facts, Map.of(ROOMS, List.of("name", "id", "capacity"), BLOCKINGS, List.of("reason"))))
                    .isEqualTo(expected(
                            SkipReason.COLUMN_MISSING,
                            "columns roombooking.blockings.reason, roombooking.rooms.capacity,"
                                    + " roombooking.rooms.name are missing",
                            Map.of(BLOCKINGS, List.of("reason"), ROOMS, List.of("capacity", "name"))));
        }

        @Test
        void areCountedIfSeveralOfOneTableAreMissing() {
            assertThat(skip(TestFacts.ofIndico().with(ROOMS, Map.of("id", true)), Map.of(ROOMS, List.of("a", "b"))))
                    .isEqualTo(expected(
                            SkipReason.COLUMN_MISSING,
                            "columns roombooking.rooms.a, roombooking.rooms.b are missing",
                            Map.of(ROOMS, List.of("a", "b"))));
        }

        @Test
        void areAllReportedIfTheLoginMayNotReadThem() {
            TestFacts facts = TestFacts.ofIndico()
                    .with(ROOMS, Map.of("id", true, "name", false, "capacity", false))
                    .with(BLOCKINGS, Map.of("id", false));
            assertThat(skip(facts, Map.of(ROOMS, List.of("name", "id", "capacity"), BLOCKINGS, List.of())))
                    .isEqualTo(expected(
                            SkipReason.PRIVILEGE_MISSING,
                            "the login may not read table roombooking.blockings and"
                                    + " columns roombooking.rooms.capacity, roombooking.rooms.name",
                            Map.of(BLOCKINGS, List.of(), ROOMS, List.of("capacity", "name"))));
        }

        @Test
        void areNamedIfTheLoginMayNotReadThem() {
            TestFacts facts = TestFacts.ofIndico().with(ROOMS, Map.of("id", true, "name", false));
            assertThat(skip(facts, Map.of(ROOMS, List.of("id", "name"))))
                    .isEqualTo(expected(
                            SkipReason.PRIVILEGE_MISSING,
                            "the login may not read column roombooking.rooms.name",
                            Map.of(ROOMS, List.of("name"))));
        }
    }

    /** Each lack hides those that follow. */
    @Nested
    class Precedence {
        private final TestFacts facts = TestFacts.ofIndico()
                .withHead(HEAD_OF_3_3_5)
                .with(ROOMS, Map.of("id", false))
                .with(BLOCKINGS, Map.of("id", true));

        private @Nullable SkipReason reason(@Nullable String since, Map<Relation, List<String>> columns) {
            Skip skip = skip(facts, since, columns);
            return skip == null ? null : skip.reason();
        }

        @Test
        void putsTheReleaseFirst() {
            assertThat(skip(facts, "3.3.6", Map.of(QUEUE, List.of("id"), ROOMS, List.of("id", "name"))))
                    .isEqualTo(expected(SkipReason.RELEASE, "needs Indico 3.3.6, but this is 3.3.5", Map.of()));
        }

        @Test
        void putsATableBeforeAColumn() {
            assertThat(reason("3.3.5", Map.of(QUEUE, List.of("id"), ROOMS, List.of("id", "name"))))
                    .isEqualTo(SkipReason.PLUGIN_ABSENT);
        }

        @Test
        void putsAColumnBeforeAPrivilege() {
            assertThat(skip(facts, Map.of(ROOMS, List.of("id", "name"))))
                    .isEqualTo(expected(
                            SkipReason.COLUMN_MISSING,
                            "column roombooking.rooms.name is missing",
                            Map.of(ROOMS, List.of("name"))));
        }

        @Test
        void putsAPrivilegeLast() {
            assertThat(reason(null, Map.of(ROOMS, List.of("id")))).isEqualTo(SkipReason.PRIVILEGE_MISSING);
        }

        @Test
        void reportsNothingIfNothingIsMissing() {
            assertThat(reason("3.3.5", Map.of(BLOCKINGS, List.of("id")))).isNull();
        }
    }

    @Test
    void onAnUnknownSchemaOnlyTheColumnsDecide() {
        TestFacts facts = TestFacts.ofIndico().withHead("cafe");
        assertThat(skip(facts, "3.3.6", Map.of())).isNull();
        assertThat(skip(facts, "3.3.6", Map.of(ROOMS, List.of("id"))))
                .isNotNull()
                .returns(SkipReason.TABLE_MISSING, Skip::reason);
    }

    @Test
    void aDatabaseWithoutOneOfIndicosTablesIsNotIndicos() {
        assertThat(TestFacts.ofIndico().build().isIndico()).isTrue();
        DatabaseFacts facts =
                TestFacts.ofIndico().without(new Relation("events", "events")).build();
        assertThat(facts.isIndico()).isFalse();
        assertThat(facts.whyNotIndico())
                .isEqualTo("looked for the tables public.alembic_version, categories.categories, events.events"
                        + " and did not find events.events");
    }
}
