package io.getindico.metrics.exporter.dashboards;

import static java.util.function.Function.identity;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.exporter.Promtool;
import io.getindico.metrics.exporter.promql.Catalogue;
import io.getindico.metrics.exporter.promql.Expression;
import io.getindico.metrics.exporter.rules.Rule;
import io.getindico.metrics.testing.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The boards in the folder {@code dashboards}. */
final class BoardsTest {
    private static final Path REPOSITORY = Path.of("../..");
    private static final Catalogue CATALOGUE = Catalogue.declared();
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern NAME = Pattern.compile("indico_\\w+");

    @TempDir
    Path folder;

    static List<Board> boards() {
        return Boards.all();
    }

    private static Stream<Expression> expressions(Board board) {
        return board.panels().stream().flatMap(panel -> panel.targets.stream()).map(target -> target.check(CATALOGUE));
    }

    @ParameterizedTest
    @MethodSource("boards")
    void theFileMatchesTheClass(Board board) throws IOException {
        GoldenFile.verify(REPOSITORY.resolve("dashboards/" + board.uid() + ".json"), BoardJson.of(board, CATALOGUE));
    }

    @ParameterizedTest
    @MethodSource("boards")
    void theLinterFindsNothing(Board board) throws IOException {
        assertThat(BoardLint.check(MAPPER.readTree(BoardJson.of(board, CATALOGUE))))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("boards")
    void theLinterReportsEachMissingOption(Board board) throws IOException {
        JsonNode json = MAPPER.readTree(BoardJson.of(board, CATALOGUE));
        for (JsonNode panel : json.path("panels")) {
            ObjectNode options = (ObjectNode) panel.get("options");
            if (options == null) {
                continue;
            }
            for (String option : List.copyOf(names(options))) {
                JsonNode taken = options.remove(option);
                assertThat(BoardLint.check(json))
                        .contains("%s: \"%s\": no option %s"
                                .formatted(board.title(), panel.get("title").asText(), option));
                options.set(option, taken);
            }
        }
    }

    /** A panel's JSON is at /panels/1; the value takes the place of what is at the pointer, or removes it if it is empty. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/uid | | no uid",
                "/uid | \"indico-0123456789-0123456789-0123456789-01\" | uid is too long",
                "/schemaVersion | 41 | schemaVersion is not 42",
                "/editable | true | editable is not false",
                "/graphTooltip | 0 | the crosshair is not shared",
                "/links/0/includeVars | false | no link that keeps the variables",
                "/templating/list/0/type | \"query\" | no variable datasource",
                "/templating/list/0/query | \"loki\" | the variable datasource is not for Prometheus",
                "/templating/list/1/type | \"custom\" | variable job: not a query",
                "/templating/list/1/datasource/uid | \"prometheus\" | variable job: another data source",
                "/templating/list/1/label | \"job\" | variable job: the label is not Job",
                "/templating/list/2/multi | false | variable instance: not multi",
                "/templating/list/2/allValue | \".*\" | variable instance: allValue is not .+",
                "/templating/list/2/refresh | 1 | variable instance: not refreshed with the time range",
                "/panels/1/id | 1 | two panels have the same id",
                "/panels/1/gridPos/w | 25 | \"Panel\": reaches beyond the board's width",
                "/panels/1/title | \"\" | \"\": no title",
                "/panels/1/type | \"graph\" | \"Panel\": unknown type of panel",
                "/panels/1/description | \" \" | \"Panel\": no description",
                "/panels/1/datasource/uid | \"prometheus\" | \"Panel\": another data source",
                "/panels/1/fieldConfig/defaults/unit | \"shrot\" | \"Panel\": no unit, or an unknown one",
                "/panels/1/fieldConfig/defaults/unit | | \"Panel\": no unit, or an unknown one",
                "/panels/1/fieldConfig/defaults/noValue | | \"Panel\": no noValue",
                "/panels/1/fieldConfig/defaults/custom/axisSoftMin | | \"Panel\": bars do not start at 0",
                "/panels/1/targets | [] | \"Panel\": no expression",
                "/panels/1/targets/0/expr | \" \" | \"Panel\": no expression",
                "/panels/1/targets/0/datasource/uid | \"prometheus\" | \"Panel\": another data source",
                "/panels/1/targets/0/refId | | \"Panel\": no refId",
                "/panels/1/targets/0/expr | \"up{job=\\\"$job\\\"}\" | \"Panel\": a selector without job and instance in up{job=\"$job\"}",
                "/panels/1/targets/0/expr | \"rate(x[5m])\" | \"Panel\": not $__rate_interval in rate(x[5m])",
            })
    void theLinterReportsEachSpoiltPlace(String pointer, @Nullable String value, String finding) throws IOException {
        Panel panel = Panel.bars("Panel", Unit.COUNT, "A panel.")
                .show("refused", "sum(increase(indico_exporter_rejected_requests_total[$__rate_interval]))");
        ObjectNode json = (ObjectNode) MAPPER.readTree(BoardJson.of(
                new Board("Test", "A test.", "now-1h", "", "", "indico_up")
                        .row(Row.of("Row").line(panel)),
                CATALOGUE));
        assertThat(BoardLint.check(json)).isEmpty();
        JsonPointer place = JsonPointer.compile(pointer);
        ObjectNode spoilt = (ObjectNode) json.at(place.head());
        String name = place.last().getMatchingProperty();
        if (value == null) {
            spoilt.remove(name);
        } else {
            spoilt.set(name, MAPPER.readTree(value));
        }
        assertThat(BoardLint.check(json)).containsExactly("Indico / Test: " + finding);
    }

    private static Set<String> names(ObjectNode node) {
        return node.properties().stream().map(java.util.Map.Entry::getKey).collect(Collectors.toSet());
    }

    @Test
    void theOverviewServesThePluginToo() {
        Set<String> allowed = CATALOGUE.ofProfile(Profile.COMPATIBLE);
        assertThat(allowed).hasSize(22);
        allowed.add("indico_up");
        Set<String> shown = expressions(OverviewBoard.board())
                .flatMap(expression -> expression.families().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(shown).isEqualTo(allowed);
    }

    @Test
    void everyFamilyOfTheDefaultProfileStandsOnABoardOrInAnAlert() throws IOException {
        Set<String> used = boards().stream()
                .flatMap(BoardsTest::expressions)
                .flatMap(expression -> expression.families().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        used.addAll(namedInRules());
        Set<String> expected = CATALOGUE.ofProfile(Profile.DEFAULT);
        expected.addAll(CATALOGUE.ofProfile(Profile.COMPATIBLE));
        assertThat(expected).hasSizeGreaterThan(110);
        expected.removeAll(used);
        assertThat(expected).as("on no board and in no rule").isEmpty();
    }

    private static Set<String> namedInRules() throws IOException {
        return Rule.all().stream()
                .flatMap(rule -> NAME.matcher(rule.expression()).results())
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void aFamilyOfAnAlertNeedsNoBoard() throws IOException {
        assertThat(namedInRules()).contains("indico_event_emails_1d", "indico_size_livesync_queues");
    }

    /** Counters are shown as increases, infos as texts: neither says anything as a number. */
    @ParameterizedTest
    @MethodSource("boards")
    void noPanelShowsARawCounter(Board board) {
        expressions(board)
                .filter(expression -> expression.families().stream()
                        .map(CATALOGUE::family)
                        .anyMatch(family -> family.type() == MetricFamily.Type.COUNTER))
                .forEach(expression -> assertThat(expression.scoped()).contains("increase("));
    }

    /** A time stamp is an age on a board, and 0 / 0 is "NaN". */
    @ParameterizedTest
    @MethodSource("boards")
    void everyDivisorIsGuarded(Board board) {
        for (Panel panel : board.panels()) {
            for (Target target : panel.targets) {
                assertThat(target.expression())
                        .as(panel.title)
                        .doesNotContainPattern("/ (?!\\(.* > 0\\)|indico_collector_ttl_seconds|60$|3600\\)$)");
                if (target.expression().contains("_timestamp_seconds")) {
                    assertThat(target.expression()).as(panel.title).contains("time()");
                    assertThat(panel.unit).as(panel.title).isIn(Unit.SECONDS, Unit.MINUTES, Unit.SHARE, Unit.NONE);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("boards")
    void promtoolParsesEveryExpression(Board board) throws Exception {
        StringBuilder rules = new StringBuilder("groups:\n- name: boards\n  rules:\n");
        Surroundings surroundings = Surroundings.of(board, CATALOGUE);
        assertThat(surroundings.annotations()).hasSize(1);
        assertThat(surroundings.variables())
                .extracting(Surroundings.Variable::label)
                .containsExactly("job", "instance", "instance_name");
        List<String> expressions = Stream.of(
                        expressions(board).map(Expression::scoped),
                        surroundings.annotations().stream(),
                        surroundings.variables().stream().map(Surroundings.Variable::series))
                .flatMap(identity())
                .toList();
        for (int i = 0; i < expressions.size(); i++) {
            String expression = expressions.get(i).replace("$__rate_interval", "5m");
            rules.append("  - record: expression_%d%n    expr: '%s'%n".formatted(i, expression));
        }
        Path file = Files.writeString(folder.resolve("rules.yaml"), rules);
        assertThat(Promtool.run(folder, "check", "rules", file))
                .contains("SUCCESS: " + expressions.size() + " rules found");
    }
}
