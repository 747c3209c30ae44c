package io.getindico.metrics.collectors;

import static io.getindico.metrics.jooq.attachments.tables.Attachments.ATTACHMENTS;
import static io.getindico.metrics.jooq.attachments.tables.Files.FILES;
import static io.getindico.metrics.jooq.attachments.tables.Folders.FOLDERS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.IdSet.Contents;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.IndicoTest;
import io.getindico.metrics.testing.LimitedLogin;
import java.time.ZoneId;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each column that a query is recorded to need is needed: a login that may not read it cannot run the query. That no
 * other column is needed is a test of {@link io.getindico.metrics.testing.CollectorContract}.
 */
@IndicoTest
class RequirementsTest {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final IndicoRows rows;
    private final LimitedLogin login;

    RequirementsTest(IndicoDatabase database, IndicoRows rows) {
        this.rows = rows;
        login = new LimitedLogin(database);
    }

    /** All collectors except the one that reads no table of Indico. */
    static Stream<Named<MetricCollector>> collectors() {
        return Gauges.collectors().stream()
                .filter(collector -> !collector.name().equals("database"))
                .map(collector -> Named.of(collector.name(), collector));
    }

    @AfterEach
    void nothingIsLeft() {
        login.close();
    }

    /** A file that two attachments share makes the collector of attachments send all of its statements. */
    @BeforeEach
    void attachmentsThatShareAFile() {
        int event = rows.row(EVENTS).insert();
        rows.row(FOLDERS)
                .with(FOLDERS.LINK_TYPE, LinkType.EVENT)
                .with(FOLDERS.LINKED_EVENT_ID, event)
                .insert();
        int first = rows.row(ATTACHMENTS).insert();
        int file = rows.row(FILES).with(FILES.ATTACHMENT_ID, first).insert();
        int second = rows.row(ATTACHMENTS).insert();
        rows.update(ATTACHMENTS, first, ATTACHMENTS.FILE_ID, file);
        rows.update(ATTACHMENTS, second, ATTACHMENTS.FILE_ID, file);
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("collectors")
    void eachRecordedColumnIsNeeded(MetricCollector original) {
        Remembering collector = new Remembering(original);
        try (IndicoMetrics metrics = metrics(collector)) {
            SortedMap<String, SortedSet<String>> columns = Gauges.columns(read(metrics));
            assertThat(columns).isNotEmpty();
            login.grant(columns);
            CollectorStatus whole = read(metrics);
            assertThat(whole.outcome()).as(whole.detail()).isEqualTo(Outcome.SUCCESS);
            sendDirectly(collector, whole.queries().size());
            columns.forEach((table, names) -> names.forEach(name -> {
                login.revoke(table, name);
                assertNeeded(collector, read(metrics), table, name);
                login.grant(table, name);
            }));
        }
    }

    private void assertNeeded(Remembering collector, CollectorStatus status, String table, String column) {
        for (int i = 0; i < status.queries().size(); i++) {
            CollectorStatus.Query query = status.queries().get(i);
            if (query.columns()
                    .getOrDefault(table, Collections.emptySortedSet())
                    .contains(column)) {
                assertSkipped(query, table, column);
                int index = i;
                assertThatThrownBy(() -> sendDirectly(collector, index, index + 1))
                        .as("%s without %s.%s", query.families(), table, column)
                        .isInstanceOfSatisfying(
                                DataAccessException.class,
                                e -> assertThat(e.sqlState()).isEqualTo(INSUFFICIENT_PRIVILEGE));
            } else {
                assertThat(query.outcome()).as(query.detail()).isEqualTo(Outcome.SUCCESS);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bookings", "ongoing_booking_occurrences"})
    void withoutAZoneTheRootCategorysIsNeeded(String name) {
        try (IndicoMetrics metrics = IndicoMetrics.builder(login.dataSource())
                .discoverCollectors()
                .extraFamilies(List.of("*"))
                .include(List.of(name))
                .build()) {
            SortedMap<String, SortedSet<String>> columns = Gauges.columns(read(metrics));
            assertThat(columns).containsKey("categories.categories");
            login.grant(columns);
            assertThat(read(metrics).outcome()).isEqualTo(Outcome.SUCCESS);
            login.revoke("categories.categories", "timezone");
            assertThat(read(metrics).queries())
                    .filteredOn(query -> query.columns().containsKey("categories.categories"))
                    .isNotEmpty()
                    .allSatisfy(query -> assertSkipped(query, "categories.categories", "timezone"));
        }
    }

    private IndicoMetrics metrics(MetricCollector collector) {
        return IndicoMetrics.builder(login.dataSource())
                .collectors(collector)
                .extraFamilies(List.of("*"))
                .zone(ZoneId.of("Asia/Kathmandu"))
                .build();
    }

    private static CollectorStatus read(IndicoMetrics metrics) {
        return metrics.readOnce(NOW).status().collectors().get(0);
    }

    private static void assertSkipped(CollectorStatus.Query query, String table, String column) {
        assertThat(query.outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(query.skipReason()).isEqualTo(SkipReason.PRIVILEGE_MISSING);
        if (query.missingFunctions().isEmpty()) {
            assertThat(query.detail()).isEqualTo("the login may not read column " + table + "." + column);
            assertThat(query.missingColumns()).isEqualTo(Map.of(table, Set.of(column)));
        } else {
            // The query may also read the column itself.
            assertThat(query.detail()).contains("call function indico_metrics.");
            assertThat(query.missingColumns()).isIn(Map.of(), Map.of(table, Set.of(column)));
        }
    }

    private void sendDirectly(Remembering collector, int number) {
        sendDirectly(collector, 0, number);
    }

    /** Past the engine, which would not send them. */
    private void sendDirectly(Remembering collector, int from, int to) {
        DSL.using(login.dataSource(), SQLDialect.POSTGRES).transaction(transaction -> {
            DSLContext dsl = transaction.dsl();
            Map<String, Contents> known = new HashMap<>();
            Function<IdSet, Contents> contents = set -> {
                if (!known.containsKey(set.name())) {
                    known.put(set.name(), IdSet.contents(dsl.fetchSingle(set.statement())));
                }
                return known.get(set.name());
            };
            dsl.configuration().data(IdSet.class, contents);
            collector
                    .queries
                    .subList(from, to)
                    .forEach(query -> dsl.fetch(query.plan(family -> true).select()));
        });
    }

    /** Remembers what the engine got of a collector. */
    private static final class Remembering implements MetricCollector {
        private final MetricCollector collector;
        private List<FamilyQuery> queries = List.of();

        Remembering(MetricCollector collector) {
            this.collector = collector;
        }

        @Override
        public String name() {
            return collector.name();
        }

        @Override
        public List<MetricFamily> families() {
            return collector.families();
        }

        @Override
        public List<CollectorSetting<?>> settings() {
            return collector.settings();
        }

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            queries = collector.queries(context);
            return queries;
        }
    }
}
