package io.getindico.metrics.exporter.dashboards;

import static io.getindico.metrics.api.Profile.DEFAULT;
import static io.getindico.metrics.api.Profile.FULL;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.exporter.promql.Catalogue;
import io.getindico.metrics.exporter.promql.Expression;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes a board in Grafana's classic model, with every option that it demands. */
final class BoardJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SOURCE = "$datasource";
    private static final int WIDTH = 24;
    private static final int SCHEMA_VERSION = 42;
    /** How far an axis from 0 reaches at least. */
    private static final Map<String, Double> SHORTEST_AXIS = Map.of(Unit.COUNT, 5.0, Unit.BYTES, 1000.0);

    private static final double SMALL = 0.01;

    /** What an expression's unrestricted selectors are restricted to in the list of values of a variable. */
    private static final String CHOSEN = "job=~\"$job\"";

    /** Labels that were not there five minutes earlier, unless everything was away then. */
    private static final String NEW_VERSIONS =
            "((indico_schema_info unless indico_schema_info offset 5m) or (indico_metrics_build_info unless"
                    + " indico_metrics_build_info offset 5m)) and on (job, instance) (indico_up offset 5m == 1)";

    private final Board board;
    private final Catalogue catalogue;
    private final ObjectNode json = MAPPER.createObjectNode();
    private int id;
    private int y;

    private BoardJson(Board board, Catalogue catalogue) {
        this.board = board;
        this.catalogue = catalogue;
    }

    /**
     * Checks and writes a board.
     *
     * @throws BadBoardException naming the board, the panel and the cause
     */
    static String of(Board board, Catalogue catalogue) {
        try {
            DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
            DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
            printer.indentObjectsWith(indenter);
            return MAPPER.writer(printer).writeValueAsString(new BoardJson(board, catalogue).write()) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        } catch (IllegalArgumentException e) {
            throw new BadBoardException(board.title() + ": " + e.getMessage());
        }
    }

    private ObjectNode write() {
        json.put("uid", board.uid()).put("title", board.title()).put("description", board.description());
        json.putArray("tags").add("indico").add("indico-metrics");
        json.put("schemaVersion", SCHEMA_VERSION)
                .put("version", 1)
                .put("editable", false)
                .put("graphTooltip", 1)
                .put("timezone", "browser")
                .put("fiscalYearStartMonth", 0)
                .put("liveNow", false)
                .put("weekStart", "")
                .put("refresh", board.refresh());
        json.putObject("time").put("from", board.from()).put("to", "now");
        json.putObject("timepicker")
                .put("hidden", false)
                .putArray("refresh_intervals")
                .add("30s")
                .add("1m")
                .add("5m");
        links();
        json.putObject("templating").set("list", variables());
        annotations();
        ArrayNode panels = json.putArray("panels");
        for (Row row : board.rows()) {
            row(panels, row);
        }
        return json;
    }

    private void links() {
        ObjectNode link = json.putArray("links").addObject();
        link.put("type", "dashboards")
                .put("title", "Indico")
                .put("asDropdown", true)
                .put("icon", "external link");
        link.put("includeVars", true)
                .put("keepTime", false)
                .put("targetBlank", false)
                .put("tooltip", "")
                .put("url", "");
        link.putArray("tags").add("indico-metrics");
    }

    private ArrayNode variables() {
        ArrayNode list = MAPPER.createArrayNode();
        list.addObject()
                .put("name", "datasource")
                .put("label", "Data source")
                .put("type", "datasource")
                .put("query", "prometheus")
                .put("regex", "")
                .put("refresh", 1)
                .put("hide", 0)
                .put("multi", false)
                .put("includeAll", false)
                .put("skipUrlSync", false)
                .put("description", "The Prometheus that scrapes the exporter.");
        String of = board.instances();
        variable(list, "job", "Job", of, "The job of the scrape configuration.");
        variable(
                list,
                "instance",
                "Instance",
                of + "{" + CHOSEN + "}",
                "The exporter, or one of the Indicos that it reads. Choose one, because several are added up.");
        variable(
                        list,
                        "instance_name",
                        "Indico",
                        of + "{" + CHOSEN + ",instance=~\"$instance\"}",
                        "The Indico, if a service reads several and gives each this label. Choose one.")
                .put("allValue", ".*")
                .put("includeAll", true);
        return list;
    }

    private static ObjectNode variable(ArrayNode list, String name, String label, String series, String description) {
        ObjectNode variable = list.addObject();
        String values = "label_values(" + series + ", " + name + ")";
        variable.put("name", name).put("label", label).put("type", "query").put("description", description);
        source(variable);
        variable.put("definition", values);
        variable.putObject("query").put("query", values).put("refId", "PrometheusVariableQueryEditor-VariableQuery");
        return variable.put("allValue", ".+")
                .put("includeAll", false)
                .put("multi", true)
                .put("allowCustomValue", true)
                .put("refresh", 2)
                .put("regex", "")
                .put("sort", 1)
                .put("hide", 0)
                .put("skipUrlSync", false);
    }

    private void annotations() {
        ObjectNode annotation = json.putObject("annotations").putArray("list").addObject();
        annotation.put("name", "Exporter or schema changed");
        source(annotation);
        annotation
                .put("enable", true)
                .put("hide", false)
                .put("iconColor", "purple")
                .put("expr", scoped(NEW_VERSIONS))
                .put("titleFormat", "{{component}} {{revision}} {{version}}");
    }

    private String scoped(String expression) {
        return Expression.of(expression, catalogue).scoped();
    }

    private static void source(ObjectNode owner) {
        owner.putObject("datasource").put("type", "prometheus").put("uid", SOURCE);
    }

    private void row(ArrayNode panels, Row row) {
        ObjectNode title = panels.addObject();
        title.put("id", ++id).put("type", "row").put("title", row.fullTitle()).put("collapsed", false);
        position(title, 0, WIDTH, 1);
        title.putArray("panels");
        y++;
        for (List<Panel> line : row.lines()) {
            int height = line.stream().mapToInt(panel -> panel.height).max().orElseThrow();
            for (int i = 0; i < line.size(); i++) {
                int x = WIDTH * i / line.size();
                ObjectNode node = panels.addObject();
                panel(node, line.get(i), row);
                position(node, x, WIDTH * (i + 1) / line.size() - x, height);
            }
            y += height;
        }
    }

    private void position(ObjectNode panel, int x, int width, int height) {
        panel.putObject("gridPos").put("x", x).put("y", y).put("w", width).put("h", height);
    }

    private void panel(ObjectNode node, Panel panel, Row row) {
        try {
            require(panel.title, "no title");
            require(panel.description, "no description");
            if (panel.targets.isEmpty()) {
                throw new BadBoardException("no expression");
            }
            node.put("id", ++id)
                    .put("type", panel.kind.type)
                    .put("title", panel.title)
                    .put("description", panel.description)
                    .put("transparent", false);
            source(node);
            if (!panel.interval.isEmpty() || !board.interval().isEmpty()) {
                node.put("interval", panel.interval.isEmpty() ? board.interval() : panel.interval);
            }
            targets(node.putArray("targets"), panel);
            fields(node.putObject("fieldConfig"), panel, row);
            node.set("options", options(panel));
            if (panel.kind == Panel.Kind.TABLE) {
                transform(node.putArray("transformations"), panel);
            }
        } catch (IllegalArgumentException e) {
            throw new BadBoardException('"' + panel.title + "\": " + e.getMessage());
        }
    }

    private static void require(String text, String cause) {
        if (text.isBlank()) {
            throw new BadBoardException(cause);
        }
    }

    private void targets(ArrayNode targets, Panel panel) {
        for (int i = 0; i < panel.targets.size(); i++) {
            Target target = panel.targets.get(i);
            ObjectNode node = targets.addObject();
            node.put("refId", refId(i));
            source(node);
            node.put("editorMode", "code")
                    .put("expr", target.check(catalogue).scoped())
                    .put("format", panel.kind == Panel.Kind.TABLE ? "table" : "time_series")
                    .put("instant", panel.kind.isInstant)
                    .put("range", !panel.kind.isInstant)
                    .put("legendFormat", target.legend());
        }
    }

    private static String refId(int target) {
        return String.valueOf((char) ('A' + target));
    }

    private void fields(ObjectNode fields, Panel panel, Row row) {
        ObjectNode defaults = fields.putObject("defaults");
        defaults.put("unit", Unit.check(panel.unit));
        defaults.put("noValue", nothing(panel, row));
        if (panel.kind == Panel.Kind.GAUGE) {
            defaults.put("min", 0).put("max", 1);
        } else if (panel.kind == Panel.Kind.BAR_GAUGE) {
            defaults.put("min", 0);
            if (panel.unit.equals(Unit.SHARE)) {
                defaults.put("max", 1);
            }
        }
        boolean isSeries = panel.kind.type.equals("timeseries");
        boolean isColoured = panel.warning != null || !panel.mappings.isEmpty();
        defaults.putObject("color").put("mode", isSeries ? "palette-classic" : isColoured ? "thresholds" : "fixed");
        if (!isSeries && !isColoured) {
            ((ObjectNode) defaults.get("color")).put("fixedColor", "blue");
        }
        thresholds(defaults.putObject("thresholds"), panel);
        mappings(defaults.putArray("mappings"), panel);
        if (isSeries) {
            defaults.set("custom", lines(panel));
        } else if (panel.kind == Panel.Kind.TABLE) {
            defaults.putObject("custom")
                    .put("align", "auto")
                    .put("inspect", false)
                    .put("filterable", false)
                    .putObject("cellOptions")
                    .put("type", "auto");
        }
        overrides(fields.putArray("overrides"), panel);
    }

    /** What a panel without data shows: why it can be empty, and what it needs. */
    private String nothing(Panel panel, Row row) {
        Set<String> needs = new LinkedHashSet<>();
        if (panel.needs != null) {
            needs.add(panel.needs);
        } else if (row.needs() != null) {
            needs.add(row.needs());
        } else if (board.interval().equals("1d") && !panel.kind.isInstant) {
            needs.add("a day of data");
        }
        if (panel.targets.stream().allMatch(target -> shows(target, FULL))) {
            needs.add("profile full");
        } else if (panel.targets.stream().allMatch(target -> shows(target, DEFAULT) || shows(target, FULL))) {
            needs.add("profile default");
        }
        if (needs.isEmpty()) {
            return panel.nothing == null ? "no data" : panel.nothing;
        }
        String needed = "needs " + String.join(" and ", needs);
        return panel.nothing == null ? needed : panel.nothing + ", or " + needed;
    }

    private boolean shows(Target target, Profile profile) {
        return target.check(catalogue).families().stream().anyMatch(catalogue.ofProfile(profile)::contains);
    }

    private static void thresholds(ObjectNode thresholds, Panel panel) {
        thresholds.put("mode", "absolute");
        ArrayNode steps = thresholds.putArray("steps");
        steps.addObject().putNull("value").put("color", panel.warning == null ? "text" : "green");
        if (panel.warning != null && panel.critical != null) {
            steps.addObject().put("value", panel.warning).put("color", "orange");
            steps.addObject().put("value", panel.critical).put("color", "red");
        }
    }

    private static void mappings(ArrayNode mappings, Panel panel) {
        if (panel.mappings.isEmpty()) {
            return;
        }
        ObjectNode values = mappings.addObject().put("type", "value").putObject("options");
        panel.mappings.forEach((value, mapping) -> values.putObject(value)
                .put("text", mapping.text())
                .put("color", mapping.colour())
                .put("index", values.size() - 1));
    }

    private static ObjectNode lines(Panel panel) {
        boolean isBars = panel.kind == Panel.Kind.BARS;
        boolean isStacked = panel.kind == Panel.Kind.STACKED;
        ObjectNode custom = MAPPER.createObjectNode();
        custom.put("drawStyle", isBars ? "bars" : "line")
                .put("lineInterpolation", "linear")
                .put("lineWidth", isStacked ? 1 : 2)
                .put("fillOpacity", isBars ? 80 : isStacked ? 40 : 0)
                .put("gradientMode", "none")
                .put("showPoints", "auto")
                .put("pointSize", 5)
                .put("spanNulls", false)
                .put("insertNulls", false)
                .put("axisPlacement", "auto")
                .put("axisLabel", "")
                .put("axisColorMode", "text")
                .put("axisBorderShow", false)
                .put("axisCenteredZero", false)
                .put("barAlignment", 0)
                .put("barWidthFactor", 0.9);
        if (panel.isFromZero) {
            // Without the maximum, the axis of a line at 0 would reach to 100.
            custom.put("axisSoftMin", 0).put("axisSoftMax", SHORTEST_AXIS.getOrDefault(panel.unit, SMALL));
        }
        custom.putObject("scaleDistribution").put("type", "linear");
        custom.putObject("stacking").put("mode", isStacked ? "normal" : "none").put("group", "A");
        custom.putObject("thresholdsStyle").put("mode", panel.warning == null ? "off" : "dashed");
        custom.putObject("hideFrom").put("tooltip", false).put("viz", false).put("legend", false);
        return custom;
    }

    private static void overrides(ArrayNode overrides, Panel panel) {
        for (int target : panel.dashed) {
            ObjectNode override = overrides.addObject();
            override.putObject("matcher").put("id", "byFrameRefID").put("options", refId(target));
            ArrayNode properties = override.putArray("properties");
            ObjectNode style =
                    properties.addObject().put("id", "custom.lineStyle").putObject("value");
            style.put("fill", "dash").putArray("dash").add(6).add(6);
            properties.addObject().put("id", "custom.lineWidth").put("value", 1);
            properties
                    .addObject()
                    .put("id", "color")
                    .putObject("value")
                    .put("mode", "fixed")
                    .put("fixedColor", "gray");
        }
        for (int i = 0; i < panel.columns.size(); i++) {
            ObjectNode override = overrides.addObject();
            override.putObject("matcher").put("id", "byName").put("options", value(panel, i));
            ArrayNode properties = override.putArray("properties");
            properties
                    .addObject()
                    .put("id", "displayName")
                    .put("value", panel.columns.get(i).heading());
            properties
                    .addObject()
                    .put("id", "unit")
                    .put("value", Unit.check(panel.columns.get(i).unit()));
        }
    }

    /** The name of a target's value among the columns of a table. */
    private static String value(Panel panel, int target) {
        return panel.targets.size() == 1 ? "Value" : "Value #" + refId(target);
    }

    private static void transform(ArrayNode transformations, Panel panel) {
        transformations.addObject().put("id", "merge").putObject("options");
        ObjectNode organize = transformations.addObject().put("id", "organize").putObject("options");
        ObjectNode excluded = organize.putObject("excludeByName");
        for (String name : List.of("Time", "__name__", "job", "instance", "instance_name")) {
            excluded.put(name, true);
        }
        panel.hidden.forEach(name -> excluded.put(name, true));
        organize.putObject("indexByName");
        organize.putObject("renameByName");
    }

    private static ObjectNode options(Panel panel) {
        ObjectNode options = MAPPER.createObjectNode();
        switch (panel.kind) {
            case STAT -> {
                boolean isColoured = panel.warning != null || !panel.mappings.isEmpty();
                options.put("colorMode", isColoured ? "background_solid" : "value")
                        .put("graphMode", "none")
                        .put("justifyMode", "center")
                        .put("orientation", "auto")
                        .put("percentChangeColorMode", "standard")
                        .put("showPercentChange", false)
                        .put("textMode", panel.isText ? "name" : panel.targets.size() > 1 ? "value_and_name" : "auto")
                        .put("wideLayout", true);
                reduce(options);
            }
            case GAUGE -> {
                options.put("orientation", "auto")
                        .put("showThresholdLabels", false)
                        .put("showThresholdMarkers", false)
                        .put("sizing", "auto")
                        .put("minVizWidth", 75)
                        .put("minVizHeight", 75);
                reduce(options);
            }
            case BAR_GAUGE -> {
                options.put("displayMode", "basic")
                        .put("orientation", "horizontal")
                        .put("namePlacement", "left")
                        .put("valueMode", "text")
                        .put("showUnfilled", true)
                        .put("sizing", "auto")
                        .put("minVizWidth", 8)
                        .put("minVizHeight", 16)
                        .put("maxVizHeight", 24);
                options.putObject("text").put("valueSize", 15);
                options.set("legend", legend(false));
                reduce(options);
            }
            case TABLE ->
                options.put("showHeader", true)
                        .put("cellHeight", "sm")
                        .put("frameIndex", 0)
                        .put("showTypeIcons", false);
            case LINES, STACKED, BARS -> {
                options.set("legend", legend(true));
                options.putObject("tooltip")
                        .put("mode", "multi")
                        .put("sort", "desc")
                        .put("hideZeros", false);
            }
        }
        return options;
    }

    private static ObjectNode legend(boolean isShown) {
        ObjectNode legend = MAPPER.createObjectNode();
        legend.put("showLegend", isShown).put("displayMode", "list").put("placement", "bottom");
        legend.putArray("calcs");
        return legend;
    }

    private static void reduce(ObjectNode options) {
        ObjectNode reduce = options.putObject("reduceOptions");
        reduce.putArray("calcs").add("lastNotNull");
        reduce.put("fields", "").put("values", false);
    }
}
