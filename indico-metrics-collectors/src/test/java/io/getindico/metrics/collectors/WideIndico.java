package io.getindico.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.WideCase;
import io.getindico.metrics.testing.WideData;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jooq.DSLContext;

/** A database with the golden rows of the wider catalogue. */
public final class WideIndico implements AutoCloseable {
    private static final Set<String> KNOWN = WideData.families();

    private final IndicoDatabase database;
    private final List<WideCase> cases;

    public WideIndico(IndicoRelease release) {
        database = IndicoDatabase.create(release);
        WideData.of(release).loadInto(database);
        cases = WideData.cases(release);
    }

    public List<WideCase> cases() {
        return cases;
    }

    public DataSource dataSource() {
        return database.dataSource();
    }

    /** To change the tables. */
    public DSLContext dsl() {
        return database.dsl();
    }

    /** Whether the catalogue has the values of a family. */
    static boolean knows(MetricFamily family) {
        return KNOWN.contains(family.name());
    }

    /** Reads as of a case; a query may be missing only because this Indico is too old for it. */
    Reading read(WideCase wide, MetricCollector... collectors) {
        try (IndicoMetrics metrics = IndicoMetrics.builder(database.dataSource())
                .collectors(collectors)
                .extraFamilies(List.of("*"))
                .zone(wide.zone())
                .build()) {
            Reading reading = metrics.readOnce(wide.now());
            assertThat(new Gauges(reading).failures()).isEmpty();
            return reading;
        }
    }

    /** Describes in words where families differ from the catalogue in any case. */
    List<String> differences(MetricCollector... collectors) {
        return cases.stream()
                .flatMap(wide -> differences(wide, read(wide, collectors), Set.of(), collectors))
                .toList();
    }

    /**
     * The same in the first case, for all collectors, without the families that this Indico is too old for. What a
     * migration changes does not depend on the instant or the zone.
     */
    public List<String> differencesAfterMigration() {
        MetricCollector[] collectors = Gauges.collectors().toArray(MetricCollector[]::new);
        Reading reading = read(cases.get(0), collectors);
        return differences(cases.get(0), reading, tooNew(reading), collectors).toList();
    }

    private static Stream<String> differences(
            WideCase wide, Reading reading, Set<MetricFamily> leftOut, MetricCollector... collectors) {
        return Stream.of(collectors)
                .flatMap(collector -> collector.families().stream())
                .filter(family -> knows(family) && !leftOut.contains(family))
                .flatMap(family -> wide.differences(family, reading).stream());
    }

    private static Set<MetricFamily> tooNew(Reading reading) {
        return reading.status().collectors().stream()
                .flatMap(collector -> collector.queries().stream())
                .filter(query -> query.skipReason() == SkipReason.RELEASE)
                .flatMap(query -> query.families().stream())
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        database.close();
    }
}
