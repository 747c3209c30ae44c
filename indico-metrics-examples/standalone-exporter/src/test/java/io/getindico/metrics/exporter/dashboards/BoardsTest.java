package io.getindico.metrics.exporter.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
                        .doesNotContainPattern("/ (?!\\(.* > 0\\)|indico_collector_ttl_seconds|60$)");
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
        List<Expression> expressions = expressions(board).toList();
        for (int i = 0; i < expressions.size(); i++) {
            String expression = expressions.get(i).scoped().replace("$__rate_interval", "5m");
            rules.append("  - record: expression_%d%n    expr: '%s'%n".formatted(i, expression));
        }
        Path file = Files.writeString(folder.resolve("rules.yaml"), rules);
        assertThat(Promtool.run(folder, "check", "rules", file))
                .contains("SUCCESS: " + expressions.size() + " rules found");
    }
}
