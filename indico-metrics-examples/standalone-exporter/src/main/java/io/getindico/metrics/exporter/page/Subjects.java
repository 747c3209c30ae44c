package io.getindico.metrics.exporter.page;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.exporter.page.Figures.Figure;
import io.prometheus.metrics.model.snapshots.Label;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The figures of today: the few that everybody looks for, and all of them by subject. */
@SuppressWarnings("InlineFormatString") // HTML reads better in one piece.
final class Subjects {
    /** In characters of HTML, for all subjects together. */
    private static final int LONGEST = 30_000;

    private static final int MOST_SERIES = 12;

    private static final Map<String, String> TILES = new LinkedHashMap<>();

    static {
        TILES.put("indico_num_events", "Events");
        TILES.put("indico_num_users", "Users");
        TILES.put("indico_size_attachment_files", "Stored attachments");
        TILES.put("indico_num_active_events", "Events now");
        TILES.put("indico_num_active_users", "Active users");
        TILES.put("indico_num_ongoing_booking_occurrences", "Rooms booked now");
        TILES.put("indico_num_pending_bookings", "Bookings to approve");
        TILES.put("indico_size_livesync_queues", "Search queue");
    }

    private static final String SUBJECT = """
            <details class="card">
            <summary>%s <span class="soft">%s</span></summary>
            <table><tbody>
            %s</tbody></table>
            </details>
            """;

    private final Figures figures;
    private final Map<String, Set<MetricFamily>> bySubject = new TreeMap<>();
    private final Map<String, MetricFamily> byName = new LinkedHashMap<>();

    /**
     * Sorts the families.
     *
     * @param subjects the subject of each collector
     */
    Subjects(Figures figures, List<CollectorStatus> collectors, Map<String, String> subjects) {
        this.figures = figures;
        for (CollectorStatus collector : collectors) {
            String subject = subjects.getOrDefault(collector.name(), "others");
            for (MetricFamily family : collector.families()) {
                byName.put(family.name(), family);
                if (!figures.of(family.name()).isEmpty()) {
                    bySubject
                            .computeIfAbsent(subject, key -> new LinkedHashSet<>())
                            .add(family);
                }
            }
        }
    }

    String tiles() {
        StringBuilder html = new StringBuilder();
        TILES.forEach((name, title) -> {
            OptionalDouble sum = figures.sum(name);
            MetricFamily family = byName.get(name);
            if (sum.isPresent() && family != null) {
                html.append("<div class=\"tile\"><dt>")
                        .append(title)
                        .append("</dt><dd>")
                        .append(Unit.of(family).full(sum.getAsDouble()))
                        .append("</dd></div>\n");
            }
        });
        return html.isEmpty()
                ? "<p>No figures yet. They appear here some seconds after the database is first reached.</p>\n"
                : "<dl class=\"tiles\">\n" + html + "</dl>\n";
    }

    String all() {
        StringBuilder html = new StringBuilder();
        int left = LONGEST;
        int leftOut = 0;
        for (Map.Entry<String, Set<MetricFamily>> subject : bySubject.entrySet()) {
            Rows rows = new Rows(left);
            subject.getValue().forEach(family -> rows(family, rows));
            left -= rows.html().length();
            leftOut += rows.leftOut();
            html.append(SUBJECT.formatted(
                    title(subject.getKey()), count(subject.getValue().size()), rows.html()));
        }
        return html.isEmpty()
                ? ""
                : "<section>\n<h2>All figures</h2>\n<p class=\"soft\">Several values of one metric carry the values of its"
                        + " labels."
                        + (leftOut == 0 ? "" : " " + leftOut + " rows are only in <a href=\"metrics\">/metrics</a>.")
                        + "</p>\n<div class=\"subjects\">\n" + html + "</div>\n</section>\n";
    }

    private static String count(int metrics) {
        return metrics == 1 ? "1 metric" : metrics + " metrics";
    }

    private static String title(String subject) {
        return Html.text(subject.substring(0, 1).toUpperCase(Locale.ROOT) + subject.substring(1));
    }

    private void rows(MetricFamily family, Rows rows) {
        List<Figure> series = figures.of(family.name());
        String name = Html.text(words(family.name()));
        series.stream()
                .limit(MOST_SERIES)
                .forEach(figure -> rows.add("<tr><th scope=\"row\">" + name + labels(figure) + "</th><td class=\"n\">"
                        + value(family, figure.value()) + "</td></tr>\n"));
        if (series.size() > MOST_SERIES) {
            rows.add("<tr><th scope=\"row\">" + name + "</th><td class=\"n\">" + (series.size() - MOST_SERIES)
                    + " more</td></tr>\n");
        }
    }

    /** The name of a metric without what all have in common. */
    private static String words(String name) {
        return name.replaceFirst("^indico_(num_|size_)?", "")
                .replaceFirst("_timestamp_seconds$|_seconds$|_bytes$|_total$|_ratio$", "")
                .replace('_', ' ');
    }

    private static String labels(Figure figure) {
        return figure.labels().isEmpty()
                ? ""
                : " <i>"
                        + Html.text(
                                figure.labels().stream().map(Label::getValue).collect(Collectors.joining(", ")))
                        + "</i>";
    }

    private static String value(MetricFamily family, double value) {
        if (family.name().endsWith("_timestamp_seconds")) {
            return value == 0 ? "never" : Times.minute(value);
        }
        return "seconds".equals(family.unit())
                ? Times.coarse(Duration.ofSeconds((long) value))
                : Unit.of(family).full(value);
    }
}
