package io.getindico.metrics.exporter.page;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/**
 * Draws the course of a number as SVG. It has classes and no styles, so that the policy of the page allows it and its
 * colours follow the theme.
 */
final class Chart {
    private static final int WIDTH = 480;
    private static final int HEIGHT = 222;
    private static final int LEFT = 76;
    private static final int RIGHT = 450;
    private static final int TOP = 18;
    private static final int BOTTOM = 184;
    private static final int LABELS = HEIGHT - 6;
    private static final int MOST_LINES = 4;

    /** A week has 169 full hours, and each is drawn. */
    private static final int MOST_POINTS = 170;

    private final Course course;
    private final Instant from;
    private final Instant until;
    private final double step;
    private final double top;
    private final StringBuilder svg = new StringBuilder();

    private Chart(Course course) {
        this.course = course;
        this.from = course.first().at();
        this.until = course.last().at();
        double most = course.points().stream().mapToDouble(Point::value).max().orElse(0);
        this.step = step(most);
        this.top = Math.max(1, Math.ceil(most / step)) * step;
    }

    /**
     * Draws a course.
     *
     * @param id distinguishes the charts of a page
     */
    static String svg(Course course, int id) {
        return new Chart(course).draw(id);
    }

    /** A step of 1, 2 or 5 times a power of ten, and at least 1, so that no two labels are the same. */
    private static double step(double most) {
        double power = Math.pow(10, Math.max(0, Math.floor(Math.log10(Math.max(1, most / MOST_LINES)))));
        for (int factor : new int[] {1, 2, 5}) {
            if (most <= factor * power * MOST_LINES) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private String draw(int id) {
        svg.append("<svg viewBox=\"0 0 ")
                .append(WIDTH)
                .append(' ')
                .append(HEIGHT)
                .append("\" role=\"img\" aria-labelledby=\"t")
                .append(id)
                .append(" d")
                .append(id)
                .append("\">");
        svg.append("<title id=\"t")
                .append(id)
                .append("\">")
                .append(Html.text(course.title()))
                .append("</title>");
        svg.append("<desc id=\"d")
                .append(id)
                .append("\">From ")
                .append(course.unit().full(course.first().value()))
                .append(" to ")
                .append(course.unit().full(course.last().value()))
                .append("; the table below has the values.</desc>");
        TimeTicks ticks = TimeTicks.of(from, until);
        if (ticks.isOfDays()) {
            weekends();
        }
        for (double value = 0; value <= top; value += step) {
            line(LEFT, y(value), RIGHT, y(value));
            label(LEFT - 6, y(value) + 5, "end", course.unit().compact(value));
        }
        for (Instant mark : ticks.between(from, until)) {
            line(x(mark), BOTTOM, x(mark), BOTTOM + 5);
            if (!ticks.labelled(mark).isAfter(until)) {
                label(x(ticks.labelled(mark)), LABELS, "middle", ticks.label(mark));
            }
        }
        curve();
        return svg.append("</svg>").toString();
    }

    private void weekends() {
        ZonedDateTime day = from.atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS);
        for (; day.toInstant().isBefore(until); day = day.plusDays(1)) {
            if (day.getDayOfWeek() == DayOfWeek.SATURDAY || day.getDayOfWeek() == DayOfWeek.SUNDAY) {
                int begin = x(day.toInstant());
                int end = x(day.plusDays(1).toInstant());
                svg.append("<rect class=\"w\" x=\"")
                        .append(begin)
                        .append("\" y=\"")
                        .append(TOP)
                        .append("\" width=\"")
                        .append(end - begin)
                        .append("\" height=\"")
                        .append(BOTTOM - TOP)
                        .append("\"/>");
            }
        }
    }

    private void line(int x1, int y1, int x2, int y2) {
        svg.append("<path class=\"g\" d=\"M")
                .append(x1)
                .append(' ')
                .append(y1)
                .append('L')
                .append(x2)
                .append(' ')
                .append(y2)
                .append("\"/>");
    }

    private void label(int x, int y, String anchor, String text) {
        svg.append("<text x=\"")
                .append(x)
                .append("\" y=\"")
                .append(y)
                .append("\" text-anchor=\"")
                .append(anchor)
                .append("\">")
                .append(text)
                .append("</text>");
    }

    private void curve() {
        StringBuilder curve = new StringBuilder();
        int last = course.points().size() - 1;
        int every = last / MOST_POINTS + 1;
        for (int i = 0; i <= last; i++) {
            if (i == 0 || (last - i) % every == 0) {
                Point point = course.points().get(i);
                curve.append(curve.isEmpty() ? "M" : "L")
                        .append(x(point.at()))
                        .append(' ')
                        .append(y(point.value()));
            }
        }
        svg.append("<path class=\"a\" d=\"")
                .append(curve)
                .append('V')
                .append(BOTTOM)
                .append('H')
                .append(LEFT)
                .append("Z\"/><path class=\"l\" d=\"")
                .append(curve)
                .append("\"/>");
    }

    private int x(Instant at) {
        double share = (double) Duration.between(from, at).toSeconds()
                / Math.max(1, Duration.between(from, until).toSeconds());
        return LEFT + (int) Math.round((RIGHT - LEFT) * Math.min(1, Math.max(0, share)));
    }

    private int y(double value) {
        return BOTTOM - (int) Math.round((BOTTOM - TOP) * Math.min(1, Math.max(0, value / top)));
    }
}
