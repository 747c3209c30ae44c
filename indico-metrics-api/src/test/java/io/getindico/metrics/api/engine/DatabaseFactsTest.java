package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import io.getindico.metrics.api.engine.Requirements.Relation;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DatabaseFactsTest {
    private static final Relation ROOMS = new Relation("roombooking", "rooms");
    private static final Relation QUEUE = new Relation("plugin_livesync", "queues");

    private static @Nullable Skip skip(TestFacts facts, Relation relation, String... columns) {
        return facts.build().skip(new Requirements(new TreeMap<>(Map.of(relation, new TreeSet<>(Set.of(columns))))));
    }

    @Test
    void aCollectorRunsWhereItsColumnsCanBeRead() {
        TestFacts facts = TestFacts.ofIndico().with(ROOMS, Map.of("id", true, "secret", false));
        assertThat(skip(facts, ROOMS, "id")).isNull();
    }

    @Test
    void aTableOfIndicoThatIsNotThereIsMissing() {
        assertThat(skip(TestFacts.ofIndico(), ROOMS, "id"))
                .isEqualTo(new Skip(SkipReason.TABLE_MISSING, "table roombooking.rooms is missing"));
    }

    @Test
    void aTableOfAPluginThatIsNotThereMeansThePluginIsAbsent() {
        assertThat(skip(TestFacts.ofIndico(), QUEUE))
                .isEqualTo(new Skip(SkipReason.PLUGIN_ABSENT, "table plugin_livesync.queues is not there"));
    }

    @Test
    void aColumnThatIsNotThereIsToldBeforeOneThatMayNotBeRead() {
        TestFacts facts = TestFacts.ofIndico().with(ROOMS, Map.of("id", false));
        assertThat(skip(facts, ROOMS, "id", "name"))
                .isEqualTo(new Skip(SkipReason.COLUMN_MISSING, "column roombooking.rooms.name is missing"));
    }

    @Test
    void aColumnThatMayNotBeReadIsAMissingPrivilege() {
        TestFacts facts = TestFacts.ofIndico().with(ROOMS, Map.of("id", true, "name", false));
        assertThat(skip(facts, ROOMS, "id", "name"))
                .isEqualTo(
                        new Skip(SkipReason.PRIVILEGE_MISSING, "the login may not read column roombooking.rooms.name"));
    }

    @Test
    void aTableOfWhichOnlyRowsAreCountedNeedsOneReadableColumn() {
        assertThat(skip(TestFacts.ofIndico().with(ROOMS, Map.of("id", false, "name", true)), ROOMS))
                .isNull();
        assertThat(skip(TestFacts.ofIndico().with(ROOMS, Map.of("id", false)), ROOMS))
                .isEqualTo(new Skip(SkipReason.PRIVILEGE_MISSING, "the login may not read table roombooking.rooms"));
    }

    @Test
    void aDatabaseWithoutOneOfTheMarksIsNotIndicos() {
        assertThat(TestFacts.ofIndico().build().isIndico()).isTrue();
        DatabaseFacts facts =
                TestFacts.ofIndico().without(new Relation("events", "events")).build();
        assertThat(facts.isIndico()).isFalse();
        assertThat(facts.missingMarks())
                .isEqualTo("looked for the tables public.alembic_version, categories.categories, events.events"
                        + " and did not find events.events");
    }
}
