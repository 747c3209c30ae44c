package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IndicoMetricsBuilderTest {
    private static final String PREFIX = Providers.class.getName() + "$";
    private static final TestCollector EVENTS = TestCollector.named("events");
    private static final TestCollector ROOMS = TestCollector.named("rooms");
    private static final TestCollector USERS = TestCollector.named("users");

    @TempDir
    private Path folder;

    private final Fake<DataSource> dataSource = Fake.of(DataSource.class);
    private final IndicoMetricsBuilder builder = IndicoMetrics.builder(dataSource.self());

    private List<CollectorStatus> built() {
        try (IndicoMetrics metrics = builder.build()) {
            return metrics.status().collectors();
        }
    }

    private List<String> names() {
        return built().stream().map(CollectorStatus::name).toList();
    }

    @Test
    void allCollectorsGivenRunInTheOrderOfTheirNames() {
        builder.collectors(ROOMS, USERS).collectors(List.of(EVENTS));
        assertThat(names()).containsExactly("events", "rooms", "users");
    }

    @Test
    void readsNeitherTheDatabaseNorTheQueriesOfCollectors() {
        builder.collectors(EVENTS.asking(context -> {
                    throw new IllegalStateException("too early");
                }))
                .collectors(ROOMS.doing((context, samples) -> {
                    throw new IllegalStateException("too early");
                }));
        assertThat(built()).hasSize(2).allMatch(collector -> collector.queries().isEmpty());
        assertThat(dataSource.calls()).isEmpty();
    }

    @Test
    void runsOnlyIncludedCollectors() {
        builder.collectors(ROOMS, USERS, EVENTS).include(List.of("users", "events"));
        assertThat(names()).containsExactly("events", "users");
    }

    @Test
    void anExcludedCollectorDoesNotRunEvenIfItIsIncluded() {
        builder.collectors(ROOMS, USERS, EVENTS)
                .include(List.of("users", "events"))
                .exclude(List.of("users"));
        assertThat(names()).containsExactly("events");
    }

    @Test
    void includingNothingIncludesAll() {
        builder.collectors(ROOMS, USERS).include(List.of()).exclude(Set.of());
        assertThat(names()).containsExactly("rooms", "users");
    }

    @Test
    void anExcludedCollectorCannotClash() {
        TestCollector clash = TestCollector.named("other").declaring(TestCollector.gauge("indico_events"));
        builder.collectors(EVENTS, clash).exclude(List.of("other"));
        assertThat(names()).containsExactly("events");
    }

    @Test
    void aClashIsRefused() {
        builder.collectors(EVENTS, EVENTS);
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageStartingWith("two collectors are named 'events': ");
    }

    static Stream<BiFunction<IndicoMetricsBuilder, String, IndicoMetricsBuilder>> namings() {
        return Stream.of(
                (builder, name) -> builder.include(List.of(name)),
                (builder, name) -> builder.exclude(List.of(name)),
                (builder, name) -> builder.ttl(name, Duration.ofSeconds(1)),
                (builder, name) -> builder.setting(name, "age", "1h"));
    }

    @ParameterizedTest
    @MethodSource("namings")
    void aSettingForACollectorThatIsNotThereIsRefused(
            BiFunction<IndicoMetricsBuilder, String, IndicoMetricsBuilder> naming) {
        IndicoMetricsBuilder named = naming.apply(builder.collectors(ROOMS, EVENTS), "evnts");
        assertThatIllegalArgumentException()
                .isThrownBy(named::build)
                .withMessage("no collector is named [evnts]; there are [events, rooms]");
    }

    @Test
    void aTtlForACollectorThatIsLeftOutIsAccepted() {
        builder.collectors(ROOMS, EVENTS).exclude(List.of("rooms")).ttl("rooms", Duration.ofSeconds(1));
        assertThat(names()).containsExactly("events");
    }

    @Test
    void ttlsCanBeSetForAClassAndForOneCollector() {
        builder.collectors(EVENTS, ROOMS, USERS.of(RefreshClass.LIVE))
                .ttl(RefreshClass.STANDARD, Duration.ofSeconds(10))
                .ttl("rooms", Duration.ofSeconds(3));
        assertThat(built())
                .extracting(CollectorStatus::ttl)
                .containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofSeconds(55));
    }

    @Nested
    class FamiliesThatAreOff {
        private final MetricFamily on = TestCollector.gauge("indico_on");
        private final MetricFamily off = TestCollector.gauge("indico_off");

        @Test
        void belongToNoCollector() {
            builder.collectors(EVENTS.declaring(on, off)).excludeFamilies(List.of("indico_off"));
            assertThat(built())
                    .singleElement()
                    .satisfies(collector -> assertThat(collector.families()).containsExactly(on));
            try (IndicoMetrics metrics = builder.build()) {
                assertThat(metrics.families()).contains(on).doesNotContain(off);
            }
        }

        @Test
        void canBeAllOfACollectorWhichIsThenOff() {
            builder.collectors(EVENTS, ROOMS).excludeFamilies(List.of("indico_events"));
            assertThat(names()).containsExactly("rooms");
        }

        @Test
        void mustBeThere() {
            builder.collectors(EVENTS, ROOMS).excludeFamilies(List.of("indico_evnts"));
            assertThatIllegalArgumentException()
                    .isThrownBy(builder::build)
                    .withMessage("excluded families: no metric is named 'indico_evnts'; did you mean 'indico_events'?");
        }

        @Test
        void canBeThoseOfACollectorThatIsLeftOut() {
            builder.collectors(EVENTS, ROOMS).exclude(List.of("rooms")).excludeFamilies(List.of("indico_rooms"));
            assertThat(names()).containsExactly("events");
        }

        @Test
        void stillClash() {
            MetricFamily events = TestCollector.gauge("indico_events");
            TestCollector clash = TestCollector.named("clash").declaring(events, off);
            builder.collectors(EVENTS.declaring(TestCollector.gauge("indico_events"), on), clash)
                    .excludeFamilies(List.of("indico_events"));
            assertThatIllegalArgumentException()
                    .isThrownBy(builder::build)
                    .withMessageStartingWith("metric 'indico_events' is declared by ");
        }
    }

    @Nested
    class SettingsOfACollector {
        private final CollectorSetting<Duration> age = CollectorSetting.duration("age", Duration.ofDays(2));
        private final CollectorSetting<Integer> depth =
                CollectorSetting.of("depth", 3, Integer::valueOf, "a whole number");
        private final List<Object> told = new ArrayList<>();
        private final TestCollector collector = USERS.with(age, depth).asking(context -> {
            told.add(context.setting(age));
            told.add(context.setting(depth));
            return List.of(TestCollector.feeding(USERS.families().get(0)));
        });

        @Test
        void haveTheirDefaultsUnlessSet() {
            builder.collectors(collector).setting("users", "depth", "5");
            try (IndicoMetrics metrics = builder.build()) {
                metrics.readOnce(null);
            }
            assertThat(told).containsExactly(Duration.ofDays(2), 5);
        }

        @Test
        void takeTheLastOfTwoValues() {
            builder.collectors(collector).setting("users", "age", "1h").setting("users", "age", "2h");
            try (IndicoMetrics metrics = builder.build()) {
                metrics.readOnce(null);
            }
            assertThat(told).containsExactly(Duration.ofHours(2), 3);
        }

        @Test
        void withAWrongValueAreRefused() {
            builder.collectors(collector).setting("users", "age", "48");
            assertThatIllegalArgumentException()
                    .isThrownBy(builder::build)
                    .withMessage("setting 'age' of collector 'users': got '48', expected a duration of more than zero"
                            + " such as 90s, 5m, 48h or 2d");
        }

        @Test
        void thatItDoesNotHaveAreRefused() {
            builder.collectors(collector, ROOMS).setting("users", "agee", "48h");
            assertThatIllegalArgumentException()
                    .isThrownBy(builder::build)
                    .withMessage("no setting of collector 'users' is named [agee]; there are [age, depth]");
            IndicoMetricsBuilder other =
                    IndicoMetrics.builder(dataSource.self()).collectors(ROOMS).setting("rooms", "age", "48h");
            assertThatIllegalArgumentException()
                    .isThrownBy(other::build)
                    .withMessage("no setting of collector 'rooms' is named [age]; there are []");
        }

        @Test
        void canBeThoseOfACollectorThatIsLeftOut() {
            builder.collectors(collector, ROOMS).exclude(List.of("users")).setting("users", "age", "48h");
            assertThat(names()).containsExactly("rooms");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void allMetricsOfCollectorsAreDeclaredOnlyIfAskedFor(boolean all) {
        try (IndicoMetrics metrics =
                builder.collectors(EVENTS).allCollectorMetrics(all).build()) {
            assertThat(metrics.families().stream()
                            .map(MetricFamily::name)
                            .anyMatch("indico_collector_rows_read"::equals))
                    .isEqualTo(all);
        }
    }

    @Test
    void collectorsHaveFiveMetricsByDefault() {
        try (IndicoMetrics metrics = builder.collectors(EVENTS).build()) {
            assertThat(metrics.families())
                    .extracting(MetricFamily::name)
                    .contains("indico_collector_success")
                    .doesNotContain("indico_collector_core_ratio", "indico_collector_last_attempt_timestamp_seconds");
        }
    }

    static Stream<Arguments> durations() {
        return Stream.of(
                duration("TTL of heavy", (builder, value) -> builder.ttl(RefreshClass.HEAVY, value)),
                duration("TTL of rooms", (builder, value) -> builder.ttl("rooms", value)),
                duration("maximum age", IndicoMetricsBuilder::maxAge),
                duration("wait limit", IndicoMetricsBuilder::waitLimit));
    }

    static Stream<Arguments> timeouts() {
        return Stream.of(
                duration("query budget of live", (builder, value) -> builder.queryBudget(RefreshClass.LIVE, value)),
                duration("lock timeout", IndicoMetricsBuilder::lockTimeout));
    }

    @ParameterizedTest
    @MethodSource("timeouts")
    void refusesATimeoutBelowOneMillisecondOrAboveOneDay(
            String name, BiFunction<IndicoMetricsBuilder, Duration, IndicoMetricsBuilder> setting) {
        for (Duration refused : List.of(
                Duration.ZERO, Duration.ofNanos(999_999), Duration.ofDays(1).plusNanos(1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> setting.apply(builder, refused))
                    .withMessage(name + ": got " + refused + ", expected PT0.001S to PT24H");
        }
        for (Duration taken : List.of(Duration.ofMillis(1), Duration.ofDays(1))) {
            assertThat(setting.apply(builder, taken)).isSameAs(builder);
        }
    }

    private static Arguments duration(
            String name, BiFunction<IndicoMetricsBuilder, Duration, IndicoMetricsBuilder> setting) {
        return Arguments.of(name, setting);
    }

    @ParameterizedTest
    @MethodSource("durations")
    void aDurationThatIsNotPositiveOrLongerThanTenYearsIsRefused(
            String name, BiFunction<IndicoMetricsBuilder, Duration, IndicoMetricsBuilder> setting) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setting.apply(builder, Duration.ZERO))
                .withMessage(name + ": got PT0S, expected more than zero");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setting.apply(builder, Duration.ofNanos(-1)))
                .withMessage(name + ": got PT-0.000000001S, expected more than zero");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setting.apply(builder, Duration.ofDays(3650).plusNanos(1)))
                .withMessage(name + ": got PT87600H0.000000001S, expected at most PT87600H");
        for (Duration taken : List.of(Duration.ofNanos(1), Duration.ofDays(3650))) {
            assertThat(setting.apply(builder, taken)).isSameAs(builder);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.01, 1.01, Double.NaN})
    void refusesADatabaseShareOfZeroOrAboveOneCore(double share) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.databaseShare(share))
                .withMessage("database share: got " + share + ", expected more than 0 and at most 1, such as 0.01");
    }

    @Test
    void refusesANegativeNumberOfWorkers() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.workers(-1))
                .withMessage("workers: got -1, expected 0 or more");
        assertThat(builder.workers(0).workers(4)).isSameAs(builder);
    }

    @Test
    void everySeriesHasTheLabel() {
        dataSource.answering("getConnection", () -> {
            throw new SQLException("refused", "08001");
        });
        try (IndicoMetrics metrics = builder.collectors(ROOMS)
                .label("instance_name", "vienna")
                .label("instance_name", "geneva")
                .label("site", "1")
                .waitLimit(Duration.ofMinutes(1))
                .build()) {
            assertThat(Exposition.text(metrics.collect()).lines().filter(line -> !line.startsWith("#")))
                    .hasSizeGreaterThan(10)
                    .allMatch(line -> line.contains("instance_name=\"geneva\"") && line.contains("site=\"1\""));
        }
    }

    @Test
    void refusesALabelThatAMetricAlreadyHas() {
        builder.collectors(ROOMS).label("reason", "none");
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage("label 'reason': metric 'indico_collector_failing' already has a label with this"
                        + " name; choose another name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Instance", "__name__", "a-b", "1st"})
    void refusesAnInvalidNameOfALabel(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.label(name, "x"))
                .withMessage("label name '" + name + "': expected lower-case letters, digits and underscores");
    }

    @Test
    void aLabelWithoutAValueOrWithOneThatIsTooLongIsRefused() {
        for (String value : List.of("", "  ", "x".repeat(129))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.label("site", value))
                    .withMessage("label 'site': got a value of " + value.length()
                            + " characters, expected 1 to 128 and not only blanks");
        }
        assertThat(builder.label("site", "\ud83d\ude00".repeat(128))).isSameAs(builder);
    }

    @Test
    void discoversCollectorsIfTheHostAsksForIt() throws IOException {
        try (URLClassLoader loader = Providers.finding(folder, PREFIX + "Rooms", PREFIX + "Throwing")) {
            builder.collectors(USERS).discoverCollectors(loader);
            assertThat(names()).containsExactly("rooms", "users");
        }
    }

    @Test
    void discoversInTheContextClassLoaderByDefault() throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = Providers.finding(folder, PREFIX + "Rooms")) {
            thread.setContextClassLoader(loader);
            builder.discoverCollectors();
            thread.setContextClassLoader(before);
            assertThat(names()).containsExactly("rooms");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void discoversNothingByDefault(boolean given) {
        builder.collectors(given ? List.of(USERS) : List.of());
        assertThat(names()).hasSize(given ? 1 : 0);
    }

    @Test
    void anAddedCollectorReplacesADiscoveredOneOfItsClass() throws IOException {
        Providers.Rooms given = new Providers.Rooms("halls");
        try (URLClassLoader loader = Providers.finding(folder, PREFIX + "Rooms", PREFIX + "Events")) {
            builder.collectors(given).discoverCollectors(loader);
            assertThat(names()).containsExactly("events", "halls");
        }
    }

    @Test
    void aDiscoveredOneThatClashesIsRefused() throws IOException {
        try (URLClassLoader loader = Providers.finding(folder, PREFIX + "Rooms")) {
            builder.collectors(ROOMS).discoverCollectors(loader);
            assertThatIllegalArgumentException()
                    .isThrownBy(builder::build)
                    .withMessage("two collectors are named 'rooms': " + TestCollector.class.getName() + " and " + PREFIX
                            + "Rooms; rename or leave out one");
        }
    }
}
