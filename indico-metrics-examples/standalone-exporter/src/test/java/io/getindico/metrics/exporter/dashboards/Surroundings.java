package io.getindico.metrics.exporter.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.getindico.metrics.exporter.promql.Catalogue;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What a board asks Prometheus besides the expressions of its panels.
 *
 * @param annotations the expressions that mark moments
 * @param variables the queries that list the values of variables
 */
record Surroundings(List<String> annotations, List<Variable> variables) {
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), (\\w+)\\)");

    /**
     * The values of a label.
     *
     * @param series the series that have it, as PromQL
     * @param label its name
     */
    record Variable(String series, String label) {
        private static Variable of(String query) {
            Matcher matcher = LABEL_VALUES.matcher(query);
            if (!matcher.matches()) {
                throw new BadBoardException("the query " + query + " is not label_values(SERIES, LABEL)");
            }
            return new Variable(matcher.group(1), matcher.group(2));
        }
    }

    static Surroundings of(Board board, Catalogue catalogue) throws IOException {
        JsonNode json = new ObjectMapper().readTree(BoardJson.of(board, catalogue));
        return new Surroundings(
                elements(json.at("/annotations/list"))
                        .map(annotation -> annotation.path("expr").textValue())
                        .toList(),
                elements(json.at("/templating/list"))
                        .filter(variable -> variable.path("type").asText().equals("query"))
                        .map(variable -> Variable.of(variable.at("/query/query").textValue()))
                        .toList());
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
