package io.getindico.metrics.collectors;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.HistoryText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.SyntheticIndico;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The past is what a scrape read then: the test takes back what happened since, and scrapes. */
class RewindTest {
    private static final Instant NOW = Instant.parse("2026-06-01T10:00:00Z");

    /**
     * A quarter, half and three quarters of the twenty years ago, when rows were made in many tables. Each is reached by
     * going back from the one before.
     */
    private static final List<Instant> INSTANTS = Stream.of(1, 2, 3)
            .map(quarters -> NOW.minusSeconds(157_500_000L * quarters))
            .toList();

    /** Series whose past rightly differs, and why. */
    private static final Map<String, String> DIFFERENT = Map.of(
            "indico_accessible_events{access=\"unlisted\"}", "events that were deleted for some time count throughout",
            "indico_survey_submissions{state=\"draft\"}", "a draft has no date");

    @Test
    void thePastIsWhatAScrapeReadThen() throws IOException, SQLException {
        try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest());
                IndicoMetrics metrics = IndicoMetrics.builder(database.dataSource())
                        .discoverCollectors()
                        .extraFamilies(List.of("*"))
                        .build()) {
            database.prepare();
            SyntheticIndico.of(0.001).now(NOW).fill(database.dataSource());
            execute("changes.sql", NOW, database);
            Map<Instant, SortedMap<String, Double>> pasts =
                    INSTANTS.stream().collect(toMap(instant -> instant, instant -> past(metrics, instant)));
            Set<String> families = metrics.histories().stream()
                    .flatMap(history -> history.families().stream())
                    .map(MetricFamily::name)
                    .collect(toSet());
            SortedMap<String, String> differences = new TreeMap<>();
            for (Instant instant : INSTANTS) {
                execute("rewind.sql", instant, database);
                SortedMap<String, Double> present = present(metrics, instant);
                requireNonNull(pasts.get(instant))
                        .forEach((series, value) -> present.merge(series, -value, Double::sum));
                present.forEach((series, difference) -> {
                    if (families.contains(series.replaceFirst("\\{.*", "")) && Math.abs(difference) > 1e-3) {
                        differences.put(series, difference + " at " + instant);
                    }
                });
            }
            assertThat(differences).containsOnlyKeys(DIFFERENT.keySet());
        }
    }

    private static SortedMap<String, Double> past(IndicoMetrics metrics, Instant instant) {
        SortedMap<String, Double> values = new TreeMap<>();
        HistoryText.of(metrics, instant, 1)
                .forEach((series, past) -> values.put(series, requireNonNull(past.get(instant))));
        return values;
    }

    private static SortedMap<String, Double> present(IndicoMetrics metrics, Instant instant) {
        return ExpositionText.values(ExpositionText.of(metrics.readOnce(instant).metrics()));
    }

    private static void execute(String script, Instant instant, IndicoDatabase database)
            throws IOException, SQLException {
        try (InputStream in = requireNonNull(RewindTest.class.getResourceAsStream("rewind/" + script));
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            String sql = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            String literal = "timestamp '" + instant.toString().replace("Z", "") + "'";
            statement.execute(sql.replace(":instant", literal));
        }
    }
}
