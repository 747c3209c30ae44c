package io.getindico.metrics.exporter.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The rules of Grafana's dashboard linter and the options that Grafana's model requires, checked on a board's JSON. Each
 * finding names the board, the panel and the cause.
 */
final class BoardLint {
    private static final String SOURCE = "$datasource";
    private static final int WIDTH = 24;
    private static final int LONGEST_UID = 40;
    private static final Pattern RANGE = Pattern.compile("(?:rate|increase)\\([^\\[]*\\[([^\\]]*)]");
    private static final Pattern SELECTOR = Pattern.compile("\\{[^}]*}");

    private static final List<String> BOARD_FIELDS =
            List.of("uid", "title", "description", "tags", "time", "templating", "annotations", "panels", "refresh");
    private static final List<String> REDUCTION_OPTIONS = List.of("calcs", "values");
    private static final Map<String, List<String>> OPTIONS = Map.of(
            "stat",
            List.of(
                    "colorMode",
                    "graphMode",
                    "justifyMode",
                    "orientation",
                    "percentChangeColorMode",
                    "reduceOptions",
                    "showPercentChange",
                    "textMode",
                    "wideLayout"),
            "gauge",
            List.of(
                    "minVizHeight",
                    "minVizWidth",
                    "orientation",
                    "reduceOptions",
                    "showThresholdLabels",
                    "showThresholdMarkers",
                    "sizing"),
            "bargauge",
            List.of(
                    "displayMode",
                    "legend",
                    "maxVizHeight",
                    "minVizHeight",
                    "minVizWidth",
                    "namePlacement",
                    "orientation",
                    "reduceOptions",
                    "showUnfilled",
                    "sizing",
                    "text",
                    "valueMode"),
            "table",
            List.of("cellHeight", "frameIndex", "showHeader", "showTypeIcons"),
            "timeseries",
            List.of("legend", "tooltip"));

    private final JsonNode board;
    private final List<String> findings = new ArrayList<>();

    private BoardLint(JsonNode board) {
        this.board = board;
    }

    static List<String> check(JsonNode board) {
        BoardLint lint = new BoardLint(board);
        lint.board();
        board.path("panels").forEach(lint::panel);
        return lint.findings;
    }

    private void expect(boolean isCorrect, String place, String cause) {
        if (!isCorrect) {
            findings.add(board.path("title").asText() + ": " + place + cause);
        }
    }

    private void board() {
        BOARD_FIELDS.forEach(field -> expect(board.hasNonNull(field), "", "no " + field));
        expect(board.path("schemaVersion").asInt() == 42, "", "schemaVersion is not 42");
        expect(!board.path("editable").asBoolean(true), "", "editable is not false");
        expect(board.path("graphTooltip").asInt() == 1, "", "the crosshair is not shared");
        expect(board.path("uid").asText().length() <= LONGEST_UID, "", "uid is too long");
        expect(board.path("links").path(0).path("includeVars").asBoolean(), "", "no link that keeps the variables");
        JsonNode source = variable("datasource");
        expect(source.path("type").asText().equals("datasource"), "", "no variable datasource");
        expect(source.path("query").asText().equals("prometheus"), "", "the variable datasource is not for Prometheus");
        checkVariable("job", "Job");
        checkVariable("instance", "Instance");
        Set<Integer> ids = new HashSet<>();
        board.path("panels")
                .forEach(panel -> expect(ids.add(panel.path("id").asInt()), "", "two panels have the same id"));
    }

    private void checkVariable(String name, String label) {
        JsonNode variable = variable(name);
        String place = "variable " + name + ": ";
        expect(variable.path("type").asText().equals("query"), place, "not a query");
        expect(variable.path("datasource").path("uid").asText().equals(SOURCE), place, "another data source");
        expect(variable.path("label").asText().equals(label), place, "the label is not " + label);
        expect(variable.path("multi").asBoolean(), place, "not multi");
        expect(variable.path("allValue").asText().equals(".+"), place, "allValue is not .+");
        expect(variable.path("refresh").asInt() == 2, place, "not refreshed with the time range");
    }

    private JsonNode variable(String name) {
        return StreamSupport.stream(board.path("templating").path("list").spliterator(), false)
                .filter(variable -> variable.path("name").asText().equals(name))
                .findFirst()
                .orElseGet(MissingNode::getInstance);
    }

    private void panel(JsonNode panel) {
        String place = '"' + panel.path("title").asText() + "\": ";
        JsonNode position = panel.path("gridPos");
        expect(
                position.path("x").asInt() + position.path("w").asInt() <= WIDTH,
                place,
                "reaches beyond the board's width");
        String type = panel.path("type").asText();
        expect(!panel.path("title").asText().isBlank(), place, "no title");
        if (type.equals("row")) {
            return;
        }
        expect(!panel.path("description").asText().isBlank(), place, "no description");
        expect(panel.path("datasource").path("uid").asText().equals(SOURCE), place, "another data source");
        JsonNode defaults = panel.path("fieldConfig").path("defaults");
        expect(isKnownUnit(defaults.path("unit").asText()), place, "no unit, or an unknown one");
        for (String field : List.of("noValue", "thresholds", "color", "mappings")) {
            expect(defaults.has(field), place, "no " + field);
        }
        options(place, OPTIONS.get(type), panel.path("options"));
        expect(panel.path("targets").size() > 0, place, "no expression");
        panel.path("targets").forEach(target -> target(place, target));
        if (defaults.path("custom").path("drawStyle").asText().equals("bars")) {
            expect(defaults.path("custom").path("axisSoftMin").asInt(-1) == 0, place, "bars do not start at 0");
        }
    }

    private void options(String place, @Nullable List<String> required, JsonNode options) {
        if (required == null) {
            expect(false, place, "unknown type of panel");
            return;
        }
        required.forEach(option -> expect(options.has(option), place, "no option " + option));
        if (required.contains("reduceOptions")) {
            REDUCTION_OPTIONS.forEach(option ->
                    expect(options.path("reduceOptions").has(option), place, "no option reduceOptions." + option));
        }
    }

    private static boolean isKnownUnit(String unit) {
        try {
            return unit.equals(Unit.check(unit));
        } catch (BadBoardException e) {
            return false;
        }
    }

    private void target(String place, JsonNode target) {
        String expression = target.path("expr").asText();
        expect(target.path("datasource").path("uid").asText().equals(SOURCE), place, "another data source");
        expect(!target.path("refId").asText().isEmpty(), place, "no refId");
        expect(!expression.isBlank(), place, "no expression");
        SELECTOR.matcher(expression)
                .results()
                .forEach(selector -> expect(
                        selector.group().contains("job=~\"$job\",instance=~\"$instance\""),
                        place,
                        "a selector without job and instance in " + expression));
        RANGE.matcher(expression)
                .results()
                .forEach(range -> expect(
                        range.group(1).equals("$__rate_interval"), place, "not $__rate_interval in " + expression));
    }
}
