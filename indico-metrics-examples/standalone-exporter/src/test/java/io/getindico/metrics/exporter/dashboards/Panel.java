package io.getindico.metrics.exporter.dashboards;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A panel of a board. A board's class describes it with the methods below, and nothing changes it later. */
final class Panel {
    /** How a panel is drawn. */
    enum Kind {
        STAT("stat", 4, true),
        GAUGE("gauge", 6, true),
        BAR_GAUGE("bargauge", 8, true),
        TABLE("table", 9, true),
        LINES("timeseries", 8, false),
        STACKED("timeseries", 8, false),
        BARS("timeseries", 8, false);

        /** The name that Grafana gives it. */
        final String type;

        /** Its height, in the rows of Grafana's grid. */
        final int height;

        /** Whether it shows the last value only, not a range. */
        final boolean isInstant;

        Kind(String type, int height, boolean isInstant) {
            this.type = type;
            this.height = height;
            this.isInstant = isInstant;
        }
    }

    /**
     * A column of a table.
     *
     * @param heading its heading
     * @param unit the unit of its values
     */
    record Column(String heading, String unit) {}

    /** A text and a colour in place of a value. */
    record Mapping(String text, String colour) {}

    final Kind kind;
    final String title;
    final String description;
    final String unit;
    final List<Target> targets = new ArrayList<>();
    final List<Column> columns = new ArrayList<>();
    final List<String> hidden = new ArrayList<>();
    final Map<String, Mapping> mappings = new LinkedHashMap<>();

    /** The targets that are drawn as dashed grey lines. */
    final List<Integer> dashed = new ArrayList<>();

    /** The values from which the panel is orange and red; a panel without them is never coloured. */
    @Nullable
    Double warning;

    @Nullable
    Double critical;

    /** Why the panel has no data although it has what it needs, such as an empty queue. */
    @Nullable
    String nothing;

    /** What the panel needs, if it is not what its row needs. */
    @Nullable
    String needs;

    boolean isFromZero;

    /** Whether a stat shows the names of its series instead of their values. */
    boolean isText;

    /** The height, in the rows of Grafana's grid; all panels of a line have the largest. */
    int height;

    /** The smallest distance between two points, if it is not the board's. */
    String interval = "";

    private Panel(Kind kind, String title, String description, String unit) {
        this.kind = kind;
        this.title = title;
        this.description = description;
        this.unit = unit;
        this.height = kind.height;
        this.isFromZero = kind == Kind.STACKED || kind == Kind.BARS;
    }

    static Panel stat(String title, String unit, String description) {
        return new Panel(Kind.STAT, title, description, unit);
    }

    /** A stat that shows what a family has in its labels. */
    static Panel text(String title, String description) {
        Panel panel = stat(title, Unit.NONE, description);
        panel.isText = true;
        return panel;
    }

    /** A share, between 0 and 1. */
    static Panel gauge(String title, String description) {
        return new Panel(Kind.GAUGE, title, description, Unit.SHARE);
    }

    static Panel barGauge(String title, String unit, String description) {
        return new Panel(Kind.BAR_GAUGE, title, description, unit);
    }

    static Panel table(String title, String description) {
        return new Panel(Kind.TABLE, title, description, Unit.NONE);
    }

    static Panel lines(String title, String unit, String description) {
        return new Panel(Kind.LINES, title, description, unit);
    }

    static Panel stacked(String title, String unit, String description) {
        return new Panel(Kind.STACKED, title, description, unit);
    }

    static Panel bars(String title, String unit, String description) {
        return new Panel(Kind.BARS, title, description, unit);
    }

    Panel show(String legend, String expression) {
        targets.add(new Target(expression, legend));
        return this;
    }

    /** Shows another time for comparison, as a dashed line. */
    Panel compare(String legend, String expression) {
        dashed.add(targets.size());
        return show(legend, expression);
    }

    /** Adds a column to a table, or hides the value if the labels say it all. */
    Panel column(String heading, String columnUnit, String expression) {
        columns.add(new Column(heading, columnUnit));
        return show(heading, expression);
    }

    Panel hide(String... names) {
        hidden.addAll(List.of(names));
        return this;
    }

    Panel map(String value, String text, String colour) {
        mappings.put(value, new Mapping(text, colour));
        return this;
    }

    /** Colours the panel from these values on. */
    Panel limits(double orange, double red) {
        warning = orange;
        critical = red;
        return this;
    }

    Panel nothing(String text) {
        nothing = text;
        return this;
    }

    Panel needs(String what) {
        needs = what;
        return this;
    }

    Panel fromZero() {
        isFromZero = true;
        return this;
    }

    Panel height(int rows) {
        height = rows;
        return this;
    }

    Panel every(String distance) {
        interval = distance;
        return this;
    }
}
