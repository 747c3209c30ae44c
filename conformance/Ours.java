import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.apache.commons.dbcp2.BasicDataSource;

/**
 * Reads the gauges repeatedly over one connection. Each line of standard input has an instant, a zone and optionally
 * the word "states". The answer is a line for each series and an empty line. The program runs from its source, on the
 * exporter's jar.
 */
final class Ours {
    /** Beside the gauges of the plugin: what Indico computes itself. */
    private static final List<String> STATES = List.of(
            "indico_abstracts",
            "indico_papers",
            "indico_editables",
            "indico_calls_for_abstracts",
            "indico_calls_for_papers",
            "indico_surveys",
            "indico_registration_forms",
            "indico_room_worktime_*");

    /** In a field, because Java forgets the level of a logger that nothing refers to. */
    private static final Logger LOG = Logger.getLogger("io.getindico.metrics");

    private Ours() {}

    public static void main(String[] args) throws IOException {
        LOG.setLevel(Level.SEVERE);
        BasicDataSource database = new BasicDataSource();
        database.setUrl(args[0]);
        database.setMaxTotal(1);
        Map<List<String>, IndicoMetrics> bySettings = new HashMap<>();
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            List<String> question = List.of(line.split(" "));
            List<String> wanted = question.subList(1, question.size());
            IndicoMetrics metrics = bySettings.computeIfAbsent(wanted, settings -> IndicoMetrics.builder(database)
                    .discoverCollectors()
                    .profile(Profile.COMPATIBLE)
                    .extraFamilies(settings.contains("states") ? STATES : List.of())
                    .zone(ZoneId.of(settings.get(0)))
                    .build());
            answer(metrics.readOnce(Instant.parse(question.get(0))));
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
        System.out.println();
    }

    private static String labels(Labels labels) {
        return labels.isEmpty() ? "" : labels.toString();
    }
}
