import io.getindico.metrics.api.FamilyHistory.Exactness;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.History;
import io.getindico.metrics.api.engine.HistoryOutcome;
import io.getindico.metrics.api.engine.HistorySink;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.api.engine.SkipReason;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.apache.commons.dbcp2.BasicDataSource;

/**
 * Reads the metrics repeatedly. Each line of standard input has an instant, a zone and what to read.
 * The answer is a line for each series and an empty line. The program runs from its source, on the exporter's jar.
 */
final class Ours {
    /** What a question asks for. */
    private enum Wanted {
        /** The gauges of the plugin. */
        GAUGES,
        /** The gauges of the plugin, and what Indico computes itself. */
        STATES,
        /** The metrics whose past is exact, as a scrape reads them. */
        PRESENT,
        /** The metrics whose past is exact, as a backfill reads them. */
        PAST,
        /** The names of the metrics whose past is exact. Their values are 1. */
        EXACT
    }

    /** What Indico computes itself. */
    private static final List<String> STATES = List.of(
            "indico_abstracts",
            "indico_papers",
            "indico_editables",
            "indico_calls_for_abstracts",
            "indico_calls_for_papers",
            "indico_surveys",
            "indico_registration_forms",
            "indico_registration_retention_overdue",
            "indico_personal_tokens",
            "indico_oauth_tokens",
            "indico_room_worktime_*");

    /** In fields, because Java forgets the level of a logger that nothing refers to. */
    private static final Logger LOG = Logger.getLogger("io.getindico.metrics");

    private static final Logger JOOQ = Logger.getLogger("org.jooq");

    private Ours() {}

    public static void main(String[] args) throws IOException {
        LOG.setLevel(Level.SEVERE);
        JOOQ.setLevel(Level.WARNING);
        BasicDataSource database = new BasicDataSource();
        database.setUrl(args[0]);
        // One for the values. A read that takes over a second needs the other, to check for sessions that wait for it.
        database.setMaxTotal(2);
        Map<String, IndicoMetrics> bySettings = new HashMap<>();
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            String[] question = line.split(" ");
            Wanted wanted = Wanted.valueOf(question[2]);
            IndicoMetrics metrics = bySettings.computeIfAbsent(
                    question[1] + wanted, settings -> metrics(database, ZoneId.of(question[1]), wanted));
            Instant at = Instant.parse(question[0]);
            switch (wanted) {
                case GAUGES, STATES, PRESENT -> answer(metrics.readOnce(at));
                case PAST -> metrics.histories().forEach(history -> answer(metrics, history, at));
                case EXACT -> names(metrics).forEach(name -> System.out.println(name + " 1"));
            }
            System.out.println();
        }
    }

    private static IndicoMetrics metrics(BasicDataSource database, ZoneId zone, Wanted wanted) {
        IndicoMetricsBuilder builder =
                IndicoMetrics.builder(database).discoverCollectors().zone(zone);
        return switch (wanted) {
            case GAUGES -> builder.profile(Profile.COMPATIBLE).build();
            case STATES -> builder.profile(Profile.COMPATIBLE).extraFamilies(STATES).build();
            case PRESENT, PAST, EXACT -> builder.profile(Profile.FULL).families(namesOfExactPasts(builder)).build();
        };
    }

    /** A metric may have several pasts. */
    private static Set<String> namesOfExactPasts(IndicoMetricsBuilder builder) {
        Set<String> exact = new HashSet<>();
        Set<String> others = new HashSet<>();
        try (IndicoMetrics metrics = builder.build()) {
            for (History history : metrics.histories()) {
                for (MetricFamily family : history.families()) {
                    (history.exactness(family) == Exactness.EXACT ? exact : others).add(family.name());
                }
            }
        }
        exact.removeAll(others);
        return exact;
    }

    private static Set<String> names(IndicoMetrics metrics) {
        return metrics.histories().stream()
                .flatMap(history -> history.families().stream())
                .map(MetricFamily::name)
                .collect(Collectors.toSet());
    }

    /** An older Indico lacks what some pasts need. These have no values. */
    private static void answer(IndicoMetrics metrics, History history, Instant at) {
        HistoryOutcome outcome = metrics.readHistory(history, at, 1, new HistorySink() {
            @Override
            public void begin() {}

            @Override
            public void take(MetricFamily family, Instant instant, List<String> labelValues, double value) {
                Labels.Builder labels = Labels.builder();
                for (int i = 0; i < labelValues.size(); i++) {
                    labels.label(family.labels().get(i).name(), labelValues.get(i));
                }
                System.out.println(family.name() + labels(labels.build()) + " " + value);
            }
        });
        if (outcome.outcome() != Outcome.SUCCESS && outcome.skipReason() != SkipReason.RELEASE) {
            System.out.println("error " + history + ": " + outcome.detail());
        }
    }

    private static void answer(Reading reading) {
        if (reading.status().databaseError() != null) {
            System.out.println("error " + reading.status().databaseDetail());
        }
        for (CollectorStatus collector : reading.status().collectors()) {
            boolean isOfNewerIndico = collector.skipReasons().equals(Set.of(SkipReason.RELEASE));
            if (collector.outcome() != Outcome.SUCCESS && !isOfNewerIndico) {
                System.out.println("error " + collector.name() + ": " + collector.detail());
            }
        }
        Set<String> names = reading.status().collectors().stream()
                .flatMap(collector -> collector.families().stream())
                .map(MetricFamily::name)
                .collect(Collectors.toSet());
        for (MetricSnapshot metric : reading.metrics()) {
            String name = metric.getMetadata().getPrometheusName();
            if (names.contains(name) && metric instanceof GaugeSnapshot gauge) {
                gauge.getDataPoints().forEach(point -> System.out.println(name + labels(point.getLabels()) + " " + point.getValue()));
            }
        }
    }

    private static String labels(Labels labels) {
        return labels.isEmpty() ? "" : labels.toString();
    }
}
