package io.getindico.metrics.collectors;

import static io.getindico.metrics.collectors.Indico.LOCAL_NOW;
import static io.getindico.metrics.collectors.Indico.NOW;
import static io.getindico.metrics.collectors.Indico.ZONE;
import static io.getindico.metrics.jooq.attachments.tables.Attachments.ATTACHMENTS;
import static io.getindico.metrics.jooq.attachments.tables.Files.FILES;
import static io.getindico.metrics.jooq.attachments.tables.Folders.FOLDERS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Samples;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.jooq.enums.LinkType;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.ExecuteListener;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.exception.SQLStateClass;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each collector with a login that may read the columns it is recorded to need, and nothing else. */
class RequirementsTest {
    @RegisterExtension
    private static final Indico INDICO = new Indico();

    private String role = "";

    static Stream<Named<MetricCollector>> collectors() {
        return ServiceLoader.load(MetricCollector.class).stream()
                .map(ServiceLoader.Provider::get)
                .map(collector -> Named.of(collector.name(), collector));
    }

    @BeforeEach
    void aLoginThatMayReadNothing() {
        role = INDICO.database().name() + "_reader";
        INDICO.dsl().execute("CREATE ROLE " + role);
        INDICO.dsl().execute("""
                DO $$
                DECLARE name text;
                BEGIN
                  FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' LOOP
                    EXECUTE format('GRANT USAGE ON SCHEMA %%I TO %s', name);
                  END LOOP;
                END $$""".formatted(role));
    }

    @AfterEach
    void nothingIsLeft() {
        INDICO.dsl().execute("DROP OWNED BY " + role);
        INDICO.dsl().execute("DROP ROLE " + role);
    }

    /** A file that two attachments share makes the collector of attachments send all of its statements. */
    @BeforeEach
    void rows() {
        int event = INDICO.rows().row(EVENTS).insert();
        INDICO.rows()
                .row(FOLDERS)
                .with(FOLDERS.LINK_TYPE, LinkType.EVENT)
                .with(FOLDERS.LINKED_EVENT_ID, event)
                .insert();
        int first = INDICO.rows().row(ATTACHMENTS).insert();
        int file = INDICO.rows().row(FILES).with(FILES.ATTACHMENT_ID, first).insert();
        INDICO.rows().row(ATTACHMENTS).insert();
        INDICO.dsl().update(ATTACHMENTS).set(ATTACHMENTS.FILE_ID, file).execute();
    }

    @ParameterizedTest
    @MethodSource("collectors")
    void theRecordedColumnsAreEnoughAndEachIsNeeded(MetricCollector collector) {
        try (IndicoMetrics metrics = metrics(collector)) {
            SortedMap<String, SortedSet<String>> columns = status(metrics).columns();
            columns.forEach((table, names) -> names.forEach(name -> grant(table, name)));
            assertThat(read(metrics).outcome()).as(read(metrics).detail()).isEqualTo(Outcome.SUCCESS);
            collectDirectly(collector);
            columns.forEach((table, names) -> names.forEach(name -> {
                revoke(table, name);
                assertSkipped(read(metrics), "the login may not read column " + table + "." + name);
                assertThatThrownBy(() -> collectDirectly(collector))
                        .as("%s.%s", table, name)
                        .isInstanceOfSatisfying(
                                DataAccessException.class,
                                e -> assertThat(e.sqlStateClass())
                                        .isEqualTo(SQLStateClass.C42_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION));
                grant(table, name);
            }));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bookings", "ongoing_booking_occurrences"})
    void withoutAZoneTheRootCategorysIsNeeded(String name) {
        try (IndicoMetrics metrics = IndicoMetrics.builder(asReader())
                .discoverCollectors()
                .include(List.of(name))
                .build()) {
            SortedMap<String, SortedSet<String>> columns = status(metrics).columns();
            assertThat(columns).containsKey("categories.categories");
            columns.forEach((table, names) -> names.forEach(column -> grant(table, column)));
            assertThat(read(metrics).outcome()).isEqualTo(Outcome.SUCCESS);
            revoke("categories.categories", "timezone");
            assertSkipped(read(metrics), "the login may not read column categories.categories.timezone");
        }
    }

    @ParameterizedTest
    @MethodSource("collectors")
    void atMostAsManyStatementsAreSentAsDeclared(MetricCollector collector) {
        INDICO.dsl().transaction(transaction -> {
            DirectContext context = new DirectContext(transaction.dsl());
            collector.collect(context, new NoSamples());
            assertThat(context.statements()).isEqualTo(collector.maxStatements());
        });
    }

    private IndicoMetrics metrics(MetricCollector collector) {
        return IndicoMetrics.builder(asReader())
                .collectors(collector)
                .zone(ZONE)
                .build();
    }

    private static CollectorStatus status(IndicoMetrics metrics) {
        return metrics.status().collectors().get(0);
    }

    private static CollectorStatus read(IndicoMetrics metrics) {
        return metrics.readOnce(NOW).status().collectors().get(0);
    }

    private static void assertSkipped(CollectorStatus status, String detail) {
        assertThat(status.outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(status.skipReason()).isEqualTo(SkipReason.PRIVILEGE_MISSING);
        assertThat(status.detail()).isEqualTo(detail);
    }

    /** Past the engine, which would not let it run. */
    private void collectDirectly(MetricCollector collector) {
        DSL.using(asReader(), SQLDialect.POSTGRES)
                .transaction(transaction -> collector.collect(new DirectContext(transaction.dsl()), new NoSamples()));
    }

    private void grant(String table, String column) {
        INDICO.dsl().execute("GRANT SELECT (%s) ON %s TO %s".formatted(column, table, role));
    }

    private void revoke(String table, String column) {
        INDICO.dsl().execute("REVOKE SELECT (%s) ON %s FROM %s".formatted(column, table, role));
    }

    private DataSource asReader() {
        DataSource dataSource = INDICO.database().dataSource();
        return (DataSource) Proxy.newProxyInstance(
                RequirementsTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                    Object result = method.invoke(dataSource, arguments);
                    if (result instanceof Connection connection) {
                        try (Statement statement = connection.createStatement()) {
                            statement.execute("SET SESSION AUTHORIZATION " + role);
                        }
                    }
                    return result;
                });
    }

    /** A transaction as a context, which counts the statements that are the collector's own. */
    private static final class DirectContext implements CollectionContext {
        private final DSLContext dsl;
        private final Map<Class<?>, Object> shared = new HashMap<>();
        private boolean isShared;
        private int statements;

        DirectContext(DSLContext transaction) {
            dsl = DSL.using(transaction.configuration().derive(ExecuteListener.onStart(statement -> count())));
        }

        private void count() {
            if (!isShared) {
                statements++;
            }
        }

        int statements() {
            return statements;
        }

        @Override
        public DSLContext dsl() {
            return dsl;
        }

        @Override
        public Instant now() {
            return NOW;
        }

        @Override
        public LocalDateTime localNow() {
            return LOCAL_NOW;
        }

        @Override
        public Duration activeUserAge() {
            return Duration.ofDays(2);
        }

        @Override
        public <T> T shared(Class<T> type, Function<? super DSLContext, ? extends T> query) {
            isShared = true;
            Object result = shared.computeIfAbsent(type, key -> query.apply(dsl));
            isShared = false;
            return type.cast(result);
        }
    }

    private static final class NoSamples implements Samples {
        @Override
        public void set(MetricFamily family, Number value, @Nullable Object... labelValues) {}

        @Override
        public void add(MetricFamily family, Number value, @Nullable Object... labelValues) {}
    }
}
