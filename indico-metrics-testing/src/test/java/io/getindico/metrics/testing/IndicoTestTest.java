package io.getindico.metrics.testing;

import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.getindico.metrics.jooq.IndicoRelease;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs classes of tests as an author's build does. */
class IndicoTestTest {
    private static final List<String> SEEN = new ArrayList<>();

    @Test
    void eachTestFindsAPreparedDatabaseAndItsClassKeepsOne() {
        assertThat(namesSeenBy(Newest.class, 3)).hasSize(1);
        assertThat(PostgresServer.shared().openDatabases()).isEmpty();
    }

    @Test
    void twoClassesHaveTheirOwn() {
        assertThat(namesSeenBy(Newest.class, 3)).doesNotContainAnyElementsOf(namesSeenBy(Old.class, 2));
    }

    @Test
    void aNestedClassHasThatOfTheClassAroundIt() {
        assertThat(namesSeenBy(Old.class, 2)).hasSize(1);
        assertThat(PostgresServer.shared().openDatabases()).isEmpty();
    }

    private static List<String> namesSeenBy(Class<?> tests, int number) {
        SEEN.clear();
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .execute()
                .testEvents()
                .assertStatistics(statistics -> statistics.started(number).succeeded(number));
        return SEEN.stream().distinct().toList();
    }

    @IndicoTest
    static final class Newest {
        @BeforeAll
        static void isGoneBeforeTheFirstTest(IndicoRows rows) {
            rows.row(EVENTS).insert();
        }

        @RepeatedTest(3)
        void rowsStayWithTheirTest(IndicoDatabase database, IndicoRows rows) {
            SEEN.add(database.name());
            assertThat(database.release()).isEqualTo(IndicoRelease.newest());
            assertThat(database.dsl().fetchCount(EVENTS)).isZero();
            assertThat(database.dsl().fetchCount(USERS)).isOne();
            assertThat(rows.row(EVENTS).insert())
                    .as("ids of two tables are far from each other")
                    .isNotCloseTo(rows.row(USERS).insert(), within(900));
        }
    }

    @IndicoTest(release = IndicoRelease.V3_2_9)
    static final class Old {
        private final IndicoDatabase database;

        Old(IndicoDatabase database) {
            this.database = database;
        }

        @Test
        void hasItsRelease() {
            SEEN.add(database.name());
            assertThat(database.release()).isEqualTo(IndicoRelease.V3_2_9);
        }

        @Nested
        class Inner {
            @Test
            void sharesIt(IndicoDatabase injected) {
                SEEN.add(injected.name());
                assertThat(injected).isSameAs(database);
            }
        }
    }
}
