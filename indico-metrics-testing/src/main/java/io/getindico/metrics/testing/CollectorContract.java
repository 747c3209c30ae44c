package io.getindico.metrics.testing;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyHistory.Exactness;
import io.getindico.metrics.api.FamilyHistory.IdRange;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.History;
import io.getindico.metrics.api.engine.HistoryOutcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.jooq.IndicoRelease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * The contract that every collector must fulfil, as inherited tests. The test class of a collector extends this one,
 * returns the collector, inserts rows that give it values, and adds tests for the meaning of the values:
 *
 * <pre>{@code
 * final class WebcastCollectorTest extends CollectorContract {
 *     @Override
 *     protected MetricCollector collector() {
 *         return new WebcastCollector();
 *     }
 *
 *     @Override
 *     protected void insertRows(IndicoRows rows) {
 *         rows.row(REQUESTS).with(REQUESTS.TYPE, "webcast").insert();
 *     }
 * }
 * }</pre>
 *
 * <p>It is an {@link IndicoTest}, so tests may have {@link IndicoDatabase} and {@link IndicoRows} parameters.
 *
 * @since 0.1.0
 */
@IndicoTest
public abstract class CollectorContract {
    /** A collector with more series than this copies the database instead of measuring it. */
    private static final long MAX_SERIES = 1000;

    /** Tests insert rows that are created after their present. By then, these are created too. */
    private static final Instant LATER = ExpositionText.NOW.plus(Duration.ofDays(3650));

    /** For subclasses. */
    protected CollectorContract() {}

    /**
     * The collector to test. Each test calls this.
     *
     * @return a new collector, or always the same one
     */
    protected abstract MetricCollector collector();

    /**
     * Inserts rows that give each family a series. This is needed if a family has labels; the rows should cover as many
     * label values as possible. Apart from these rows, the database is freshly prepared.
     *
     * @param rows inserts into the test's database
     */
    protected void insertRows(IndicoRows rows) {}

    /**
     * The names of families that no rows can give a series, for example because only a standby has them.
     *
     * @return empty unless overridden
     */
    protected Set<String> familiesWithoutSeries() {
        return Set.of();
    }

    @Test
    final void givesASeriesOfEachFamily(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        String text = ExpositionText.of(collector(), database);
        assertAll(collector().families().stream()
                .filter(family ->
                        !isIn(text, family) && !familiesWithoutSeries().contains(family.name()))
                .map(family -> failing("declares " + family + " but returned no series; insertRows() must insert rows"
                        + " for it, a query must have a value for it, and families() must return the same constants"
                        + " each time")));
    }

    @Test
    final void twoRunsOnUnchangedDataAgree(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertEquals(ExpositionText.of(collector(), database), ExpositionText.of(collector(), database));
    }

    @Test
    final void anEmptyDatabaseGivesValues(IndicoDatabase database, IndicoRows rows) {
        rows.deleteAll();
        assertGivesValues(database);
    }

    @Test
    final void aFreshlyPreparedDatabaseGivesValues(IndicoDatabase database) {
        assertGivesValues(database);
    }

    /** Over no rows, counts and sums are 0; minimums, maximums, instants and infos are absent. */
    private void assertGivesValues(IndicoDatabase database) {
        String text = ExpositionText.of(collector(), database);
        assertAll(queries().stream()
                .flatMap(query -> query.families().stream()
                        .filter(family -> query.value(family).isZeroWhereEmpty()))
                .filter(family -> family.labels().stream().allMatch(Label::isClosed))
                .filter(family -> !isIn(text, family))
                .map(family -> failing(family + " has no value where there are no rows")));
        assertFalse(text.contains("NaN") || text.contains("Inf"), "a value is not a number:\n" + text);
    }

    private static boolean isIn(String text, MetricFamily family) {
        return text.contains("# TYPE " + family + " ");
    }

    /** A query must declare what older releases lack; otherwise their operators are asked to fix a correct database. */
    @Test
    final void anOlderReleaseGivesValuesOrIsTooOldByDeclaration() {
        assertAll(Stream.of(IndicoRelease.values())
                .filter(release -> release != IndicoRelease.newest())
                .flatMap(release -> status(PostgresServer.shared().prepared(release)).queries().stream()
                        .map(query -> () -> assertSucceedsOrIsSkipped(release, query))));
    }

    private static void assertSucceedsOrIsSkipped(IndicoRelease release, CollectorStatus.Query query) {
        assertTrue(
                query.outcome() == Outcome.SUCCESS
                        || query.skipReason() == SkipReason.RELEASE
                        || query.skipReason() == SkipReason.PLUGIN_ABSENT,
                () -> "Indico " + release.version() + ": " + query.families() + ": " + query.detail()
                        + "; declare with since() which release added it");
    }

    /** A since() that is too late would hide values that a release has. */
    @Test
    final void aReleaseThatIsTooOldByDeclarationLacksSomething() {
        List<FamilyQuery> queries = queries();
        if (queries.stream().allMatch(query -> query.since().isEmpty())) {
            return;
        }
        for (IndicoRelease release : IndicoRelease.values()) {
            CollectorStatus ungated =
                    status(new Ungated(collector()), PostgresServer.shared().prepared(release));
            CollectorStatus gated = status(PostgresServer.shared().prepared(release));
            for (int i = 0; i < queries.size(); i++) {
                FamilyQuery query = queries.get(i);
                boolean isTooOld = gated.queries().get(i).skipReason() == SkipReason.RELEASE;
                boolean isComplete = ungated.queries().get(i).outcome() == Outcome.SUCCESS;
                assertFalse(
                        isTooOld && isComplete,
                        () -> query.families() + ": Indico " + release.version()
                                + " has everything that the query reads, but" + " since() says "
                                + query.since().orElse(""));
            }
        }
    }

    @Test
    final void runsOnTheReadOnlyConnectionOfTheEngine(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        CollectorStatus status = status(database);
        assertEquals(Outcome.SUCCESS, status.outcome(), () -> ExpositionText.failure(status));
    }

    /** The columns come from the query itself. This finds functions that read further tables. */
    @Test
    final void eachQueryRunsUnderJustItsRights(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        for (CollectorStatus.Query query : status(database).queries()) {
            try (LimitedLogin login = new LimitedLogin(database)) {
                login.grant(query.columns());
                CollectorStatus alone = read(
                                collector(),
                                login.dataSource(),
                                family -> query.families().contains(family))
                        .status()
                        .collectors()
                        .get(0);
                assertEquals(
                        Outcome.SUCCESS,
                        of(query, alone).outcome(),
                        () -> query.families() + ": " + of(query, alone).detail());
            }
        }
    }

    /** The login may call the functions of derived rows, and may not read the columns that only these read. */
    @Test
    final void givesTheSameUnderTheRoleOfGrants(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        String asOwner = ExpositionText.of(collector(), database);
        try (LimitedLogin login = new LimitedLogin(database)) {
            String script = grants(collector(), login.dataSource(), login.role());
            login.run(script);
            Reading underRole = read(collector(), login.dataSource(), family -> true);
            assertEquals(asOwner, ExpositionText.of(collector(), underRole), () -> "under the role of\n" + script);
        }
    }

    private static String grants(MetricCollector collector, DataSource dataSource, String role) {
        try (IndicoMetrics metrics = IndicoMetrics.builder(dataSource)
                .collectors(collector)
                .extraFamilies(List.of("*"))
                .build()) {
            return metrics.grants(role, true);
        }
    }

    @Test
    final void eachQueryIsSkippedWithoutOneOfItsTables(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        List<CollectorStatus.Query> queries = status(database).queries();
        Set<String> tables = queries.stream()
                .flatMap(query -> query.columns().keySet().stream())
                .filter(table -> !table.equals("events.events") && !table.equals("categories.categories"))
                .collect(toCollection(TreeSet::new));
        for (String table : tables) {
            String schema = table.substring(0, table.indexOf('.'));
            String name = table.substring(table.indexOf('.') + 1);
            database.dsl().execute("ALTER TABLE " + table + " RENAME TO " + name + "_gone");
            CollectorStatus without;
            try {
                without = status(database);
            } finally {
                database.dsl().execute("ALTER TABLE " + schema + "." + name + "_gone RENAME TO " + name);
            }
            queries.forEach(query -> assertEquals(
                    query.columns().containsKey(table) ? Outcome.SKIPPED : Outcome.SUCCESS,
                    of(query, without).outcome(),
                    () -> query.families() + " without " + table + ": "
                            + of(query, without).detail()));
        }
    }

    @Test
    final void aFamilyThatIsOffChangesNoOther(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        MetricCollector collector = collector();
        String whole = ExpositionText.of(collector, database);
        for (MetricFamily off : collector.families()) {
            if (collector.families().size() > 1) {
                String rest = ExpositionText.of(
                        collector, read(collector, database.dataSource(), family -> !family.equals(off)));
                assertEquals(ExpositionText.without(off, whole), rest, () -> "without " + off);
            }
        }
    }

    @Test
    final void whatDependsOnTheClockIsDeclaredTimeDependent() {
        RenderedQueries rendered = RenderedQueries.of(collector());
        List<Executable> flaws = new ArrayList<>();
        for (int i = 0; i < rendered.queries().size(); i++) {
            for (MetricFamily family : rendered.queries().get(i).families()) {
                if (rendered.isTimeDependent(i, family) && !family.isTimeDependent()) {
                    flaws.add(failing(family + " changes with the clock: declare it timeDependent()"));
                }
            }
        }
        assertAll(flaws);
    }

    @Test
    final void closedLabelsKeepToTheirDeclaredValues(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        String text = ExpositionText.of(collector(), database);
        assertAll(collector().families().stream()
                .flatMap(family -> family.labels().stream()
                        .filter(Label::isClosed)
                        .filter(label -> ExpositionText.hasSeries(text, family, label.name(), Label.UNKNOWN))
                        .map(label -> failing(family + " has a series whose label '" + label.name()
                                + "' is unknown: a row of insertRows() has an undeclared value"))));
    }

    /** The labels of an info describe one thing, so they do not multiply as those of a gauge do. */
    @Test
    final void openLabelsAreBounded(IndicoDatabase database) {
        long series = status(database).maxSeries();
        assertTrue(
                series <= MAX_SERIES,
                () -> "can give " + series + " series, expected at most " + MAX_SERIES
                        + "; an open label counts as 51 values: give the labels fewer values");
    }

    @Test
    final void namesUnitsAndHelpFollowTheConventions() {
        List<Executable> flaws = new ArrayList<>();
        for (MetricFamily family : collector().families()) {
            Conventions.flaws(family).forEach(flaw -> flaws.add(failing(family + ": " + flaw)));
        }
        assertAll(flaws);
    }

    @Test
    final void isFoundByTheServiceLoader() {
        Class<?> type = collector().getClass();
        boolean isFound =
                ServiceLoader.load(MetricCollector.class).stream().anyMatch(provider -> provider.type() == type);
        assertTrue(
                isFound,
                () -> "add the line " + type.getName() + " to src/main/resources/META-INF/services/"
                        + MetricCollector.class.getName());
    }

    /** The engine leaves out the histories of a collector that throws; here it is a failure. */
    @Test
    final void historiesAreOfOwnGaugesAndSayFromWhenOnARowCounts() {
        for (FamilyHistory history : RenderedQueries.histories(collector())) {
            var unused = DSL.using(SQLDialect.POSTGRES)
                    .render(history.plan(family -> true, ExpositionText.NOW, 1, IdRange.ALL)
                            .select());
            for (MetricFamily family : history.families()) {
                assertTrue(
                        collector().families().contains(family) && family.type() == MetricFamily.Type.GAUGE,
                        () -> family + " has a history, but is no gauge of the collector's families()");
            }
        }
    }

    /** The seam: an exact past ends with what a scrape reads. */
    @Test
    final void anExactPastEndsWithThePresent(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        try (IndicoMetrics metrics = IndicoMetrics.builder(database.dataSource())
                .collectors(collector())
                .extraFamilies(List.of("*"))
                .build()) {
            assertEquals(
                    Map.of(),
                    HistoryText.seam(metrics, LATER, Set.of(Exactness.EXACT)),
                    "series of exact histories, with the value of the past and that of a scrape");
        }
    }

    /** The past of an older release, of which something is missing, is skipped and does not fail. */
    @Test
    final void thePastOfAnOlderReleaseIsReadOrSkipped() {
        for (IndicoRelease release : IndicoRelease.values()) {
            IndicoDatabase database = PostgresServer.shared().prepared(release);
            try (IndicoMetrics metrics = IndicoMetrics.builder(database.dataSource())
                    .collectors(collector())
                    .extraFamilies(List.of("*"))
                    .build()) {
                for (History history : metrics.histories()) {
                    HistoryOutcome outcome = HistoryText.read(metrics, history, ExpositionText.NOW, 1, new TreeMap<>());
                    assertTrue(
                            outcome.outcome() == Outcome.SUCCESS
                                    || outcome.skipReason() == SkipReason.RELEASE
                                    || outcome.skipReason() == SkipReason.PLUGIN_ABSENT,
                            () -> "Indico " + release.version() + ": " + history + ": " + outcome.detail());
                }
            }
        }
    }

    private List<FamilyQuery> queries() {
        return RenderedQueries.of(collector()).queries();
    }

    private CollectorStatus status(IndicoDatabase database) {
        return status(collector(), database);
    }

    private static CollectorStatus status(MetricCollector collector, IndicoDatabase database) {
        return ExpositionText.read(collector, database, ExpositionText.NOW, UnaryOperator.identity())
                .status()
                .collectors()
                .get(0);
    }

    private static Reading read(MetricCollector collector, DataSource dataSource, Predicate<MetricFamily> isOn) {
        List<String> off = collector.families().stream()
                .filter(isOn.negate())
                .map(MetricFamily::name)
                .toList();
        try (IndicoMetrics metrics = IndicoMetrics.builder(dataSource)
                .collectors(collector)
                .extraFamilies(List.of("*"))
                .excludeFamilies(off)
                .build()) {
            return metrics.readOnce(ExpositionText.NOW);
        }
    }

    private static CollectorStatus.Query of(CollectorStatus.Query query, CollectorStatus status) {
        // Several queries may feed the same families.
        return status.queries().stream()
                .filter(other -> other.families().equals(query.families())
                        && other.columns().equals(query.columns()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no query feeds " + query.families() + " this time"));
    }

    private static Executable failing(String message) {
        return () -> fail(message);
    }

    /** A collector whose queries have no since(). */
    private record Ungated(MetricCollector collector) implements MetricCollector {
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
            List<FamilyQuery> queries = collector.queries(context);
            queries.forEach(query -> query.since("0.0"));
            return queries;
        }
    }
}
