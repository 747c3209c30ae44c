package io.getindico.metrics.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.testing.ExpositionText;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a scrape gets, as Prometheus reads it. */
public final class Exposition {
    private final String text;
    private final Map<String, Double> series = new LinkedHashMap<>();

    private Exposition(String text) {
        this.text = text;
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int space = line.lastIndexOf(' ');
            series.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        });
    }

    public static Exposition of(MetricSnapshots snapshots) {
        return new Exposition(ExpositionText.of(snapshots));
    }

    public String text() {
        return text;
    }

    /** The value of a series as it is written, with its labels; null for none. */
    public @Nullable Double value(String name) {
        return series.get(name);
    }

    /** The series of one family. */
    public Map<String, Double> family(String name) {
        Map<String, Double> of = new LinkedHashMap<>(series);
        of.keySet().removeIf(key -> !key.equals(name) && !key.startsWith(name + "{"));
        return of;
    }

    /** The labels' inside of a family of one series. */
    public String labels(String family) {
        Map<String, Double> of = family(family);
        assertThat(of).hasSize(1);
        String only = of.keySet().iterator().next();
        return only.substring(only.indexOf('{') + 1, only.length() - 1);
    }

    public boolean isUp() {
        return Double.valueOf(1).equals(value("indico_up"));
    }

    public @Nullable Double success(String collector) {
        return value("indico_collector_success{collector=\"" + collector + "\"}");
    }

    /** How many attempts of the collector's queries failed. */
    public @Nullable Double failures(String collector) {
        return value("indico_collector_failures_total{collector=\"" + collector + "\"}");
    }

    /** How many attempts failed, where the last one of a query failed for this reason; otherwise 0. */
    public double failures(String collector, String reason) {
        Double count = failures(collector);
        return count == null || !isFailing(collector, reason) ? 0 : count;
    }

    public boolean isFailing(String collector, String reason) {
        return Double.valueOf(1)
                .equals(value("indico_collector_failing{collector=\"" + collector + "\",reason=\"" + reason + "\"}"));
    }

    public @Nullable Double skipped(String collector, String reason) {
        return value("indico_collector_skipped{collector=\"" + collector + "\",reason=\"" + reason + "\"}");
    }

    /** The reasons why the database gives nothing. */
    public String databaseErrors() {
        StringBuilder reasons = new StringBuilder();
        family("indico_database_error").forEach((key, value) -> {
            if (value == 1) {
                reasons.append(key, key.indexOf('"') + 1, key.lastIndexOf('"'));
            }
        });
        return reasons.toString();
    }

    @Override
    public String toString() {
        return text;
    }
}
