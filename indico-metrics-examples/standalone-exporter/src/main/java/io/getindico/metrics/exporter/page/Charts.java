package io.getindico.metrics.exporter.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The charts of the page, each with a table of its values. */
@SuppressWarnings("InlineFormatString") // HTML reads better in one piece.
final class Charts {
    private static final String FIGURE = """
            <figure class="card">
            <figcaption><b>%s</b> <span class="value">%s</span><span class="soft caption">%s</span></figcaption>
            %s
            <details><summary>Table<span class="hidden"> of %s</span></summary>
            <table><thead><tr><th scope="col">%s (UTC)</th><th scope="col" class="n">%s</th></tr></thead><tbody>
            %s</tbody></table></details>
            </figure>
            """;

    /** How a table shortens a course: one row for each year, day, hour or minute. */
    private enum Span {
        YEAR("Year", "At the end", "yyyy", Duration.ofDays(1000)),
        MONTH("Month", "At the end", "MMM yyyy", Duration.ofDays(60)),
        DAY("Day", "At most", "EEE d MMM", Duration.ofDays(2)),
        HOUR("Hour", "At most", "EEE HH:00", Duration.ofHours(1)),
        MINUTE("Minute", "At most", "HH:mm", Duration.ZERO);

        private final String column;
        private final String what;
        private final DateTimeFormatter format;
        private final Duration shortest;

        Span(String column, String what, String pattern, Duration shortest) {
            this.column = column;
            this.what = what;
            this.format = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
            this.shortest = shortest;
        }

        static Span of(Course course) {
            Duration length =
                    Duration.between(course.first().at(), course.last().at());
            for (Span span : values()) {
                if (length.compareTo(span.shortest) >= 0) {
                    return span;
                }
            }
            return MINUTE;
        }

        double merge(double before, double now) {
            return this == YEAR || this == MONTH ? now : Math.max(before, now);
        }

        String label(Instant at) {
            return format.format(at);
        }
    }

    private Charts() {}

    /**
     * Draws the courses.
     *
     * @param firstId the first of the ids of the charts, which are unique on the page
     */
    static String html(List<Course> courses, int firstId) {
        StringBuilder html = new StringBuilder();
        int id = firstId;
        for (Course course : courses) {
            if (course.isWorthDrawing()) {
                String title = Html.text(course.title());
                Span span = Span.of(course);
                html.append(FIGURE.formatted(
                        title,
                        course.unit().full(course.last().value()),
                        course.caption(),
                        Chart.svg(course, id++),
                        title,
                        span.column,
                        span.what,
                        table(course, span)));
            }
        }
        return html.toString();
    }

    private static String table(Course course, Span span) {
        Map<String, Double> rows = new LinkedHashMap<>();
        course.points().forEach(point -> rows.merge(span.label(point.at()), point.value(), span::merge));
        StringBuilder html = new StringBuilder();
        rows.forEach((label, value) -> html.append("<tr><th scope=\"row\">")
                .append(label)
                .append("</th><td class=\"n\">")
                .append(course.unit().full(value))
                .append("</td></tr>\n"));
        return html.toString();
    }
}
