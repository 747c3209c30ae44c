package io.getindico.metrics.testing;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.jooq.IndicoRelease;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * What every collector must keep to, as tests to inherit. A collector's test class extends this one, names the collector,
 * puts in rows that make it give values, and adds tests of what the values mean:
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
 * <p>It is an {@link IndicoTest}: tests may have an {@link IndicoDatabase} and {@link IndicoRows} as parameters.
 *
 * @since 0.1.0
 */
@IndicoTest
public abstract class CollectorContract {
    /** More series than this from one collector are no longer a metric, but a copy of the database. */
    private static final long MAX_SERIES = 1000;

    /** For subclasses. */
    protected CollectorContract() {}

    /**
     * The collector to be tested. Asked for in each test.
     *
     * @return a new one, or always the same
     */
    protected abstract MetricCollector collector();

    /**
     * Puts in rows from which each family gets a series. Needed where a family has labels; the more values of its labels
     * occur, the better. The database is freshly prepared otherwise.
     *
     * @param rows of the test's database
     */
    protected void insertRows(IndicoRows rows) {}

    @Test
    final void givesSamplesOfEveryDeclaredFamilyAndOfNoOther(IndicoDatabase database, IndicoRows rows)
            throws SQLException {
        insertRows(rows);
        Set<MetricFamily> given =
                samples(database).stream().map(Sample::family).collect(toCollection(LinkedHashSet::new));
        List<MetricFamily> declared = collector().families();
        assertAll(Stream.concat(
                declared.stream()
                        .filter(family -> !given.contains(family))
                        .map(family -> failing("declares " + family + " and gave no sample of it; insertRows() must"
                                + " put in rows that make one, and families() give the same constants each time")),
                given.stream()
                        .filter(family -> !declared.contains(family))
                        .map(family -> failing("gave a sample of " + family + ", which is not in families()"))));
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

    private void assertGivesValues(IndicoDatabase database) {
        String text = ExpositionText.of(collector(), database);
        assertAll(collector().families().stream()
                .filter(family -> family.labels().stream().allMatch(Label::isClosed))
                .filter(family -> !text.contains("# TYPE " + family + " "))
                .map(family -> failing(family + " has no value where there are no rows; count 0")));
        assertFalse(text.contains("NaN") || text.contains("Inf"), "a value that is no number:\n" + text);
    }

    @Test
    final void anOlderReleaseGivesValuesOrLacksTablesOrColumns() {
        assertAll(Stream.of(IndicoRelease.values())
                .filter(release -> release != IndicoRelease.newest())
                .map(release -> () -> assertSucceedsOrIsSkipped(release)));
    }

    private void assertSucceedsOrIsSkipped(IndicoRelease release) {
        CollectorStatus status = status(PostgresServer.shared().prepared(release));
        boolean isSkipped = status.skipReason() == SkipReason.TABLE_MISSING
                || status.skipReason() == SkipReason.COLUMN_MISSING
                || status.skipReason() == SkipReason.PLUGIN_ABSENT;
        assertTrue(
                status.outcome() == Outcome.SUCCESS || isSkipped,
                () -> "Indico " + release.version() + ": " + ExpositionText.failure(status));
    }

    @Test
    final void nothingIsWritten(IndicoDatabase database, IndicoRows rows) throws SQLException {
        insertRows(rows);
        try (DirectRun run = DirectRun.on(database).collect(collector())) {
            assertFalse(run.hasWritten(), "it wrote, or locked rows for writing");
        }
    }

    @Test
    final void runsOnTheReadOnlyConnectionOfTheEngine(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        CollectorStatus status = status(database);
        assertEquals(Outcome.SUCCESS, status.outcome(), () -> ExpositionText.failure(status));
    }

    @Test
    final void sendsNoMoreStatementsThanDeclared(IndicoDatabase database, IndicoRows rows) throws SQLException {
        insertRows(rows);
        try (DirectRun run = DirectRun.on(database).collect(collector())) {
            int declared = collector().maxStatements();
            assertTrue(
                    run.statements() <= declared,
                    () -> "sent " + run.statements() + " statements, and maxStatements() is " + declared);
        }
    }

    @Test
    final void closedLabelsKeepToTheirDeclaredValues(IndicoDatabase database, IndicoRows rows) throws SQLException {
        insertRows(rows);
        assertAll(samples(database).stream()
                .filter(sample -> !isDeclared(sample))
                .map(sample -> failing(sample.family() + " has no series " + sample.labelValues()
                        + "; null stands for what this code does not know")));
    }

    private static boolean isDeclared(Sample sample) {
        MetricFamily family = sample.family();
        List<@Nullable String> values = sample.labelValues();
        if (values.contains(null)) {
            return true;
        }
        for (int i = 0; i < values.size(); i++) {
            Label label = family.labels().get(i);
            if (label.isClosed() && !label.values().contains(values.get(i))) {
                return false;
            }
        }
        return family.combinations().isEmpty() || family.combinations().contains(values);
    }

    @Test
    final void openLabelsAreBounded(IndicoDatabase database) {
        long series = status(database).maxSeries();
        assertTrue(
                series <= MAX_SERIES,
                () -> "can give " + series + " series, expected at most " + MAX_SERIES
                        + "; an open label counts as 51 values: have one of them, and fewer values beside it");
    }

    /** Which of them become {@code other} must not depend on how PostgreSQL goes about the query. */
    @Test
    final void openLabelsComeInAnOrderOfTheirOwn(IndicoDatabase database, IndicoRows rows) throws SQLException {
        insertRows(rows);
        Map<MetricFamily, List<List<@Nullable String>>> usual = openValues(database, "enable_sort");
        Map<MetricFamily, List<List<@Nullable String>>> other = openValues(database, "enable_hashagg");
        assertEquals(usual, other, "the order of an open label's values changes with the plan; order by id");
    }

    private Map<MetricFamily, List<List<@Nullable String>>> openValues(IndicoDatabase database, String switchedOff)
            throws SQLException {
        try (DirectRun run = DirectRun.on(database).set(switchedOff, "off").collect(collector())) {
            return run.samples().stream()
                    .filter(sample -> !sample.family().labels().stream().allMatch(Label::isClosed))
                    .collect(groupingBy(Sample::family, mapping(Sample::labelValues, toList())));
        }
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

    @Test
    final void endsWhenItsStatementIsCancelled(IndicoDatabase database, IndicoRows rows)
            throws SQLException, InterruptedException {
        insertRows(rows);
        assertNull(CancelledRun.flaw(collector(), database));
    }

    private List<Sample> samples(IndicoDatabase database) throws SQLException {
        try (DirectRun run = DirectRun.on(database).collect(collector())) {
            return run.samples();
        }
    }

    private CollectorStatus status(IndicoDatabase database) {
        return ExpositionText.read(collector(), database, ExpositionText.NOW)
                .status()
                .collectors()
                .get(0);
    }

    private static Executable failing(String message) {
        return () -> fail(message);
    }
}
