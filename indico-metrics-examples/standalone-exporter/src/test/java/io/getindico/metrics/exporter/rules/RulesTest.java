package io.getindico.metrics.exporter.rules;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.exporter.Promtool;
import io.getindico.metrics.exporter.promql.Catalogue;
import io.getindico.metrics.exporter.promql.Expression;
import io.getindico.metrics.testing.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules use only declared metrics, and the page of alerts explains each alert. */
final class RulesTest {
    private static final Pattern SECTION = Pattern.compile("(?m)^### (\\w+)\n`(\\w+)` after (\\w+)\\.$");
    private static final String MARK = "<!-- written by -Dgolden.update=true -->\n";

    @Test
    void promtoolUnderstandsTheRules(@TempDir Path folder) throws Exception {
        assertThat(Promtool.run(folder, "check", "rules", Rule.FILE.path()))
                .contains("SUCCESS: " + Rule.all().size() + " rules found");
    }

    /** Each metric must be in the default profile, or be recorded by an earlier rule. */
    @Test
    void eachExpressionReadsOnlyDeclaredMetrics() throws IOException {
        Catalogue catalogue = Catalogue.declared();
        Set<String> recorded = new HashSet<>();
        for (Rule rule : Rule.all()) {
            assertThat(Expression.of(rule.expression(), catalogue.recording(recorded))
                            .families())
                    .as(rule.name())
                    .isNotNull()
                    .doesNotContainAnyElementsOf(catalogue.ofProfile(Profile.FULL))
                    .doesNotContainAnyElementsOf(catalogue.ofProfile(Profile.OPT_IN));
            if (!rule.isAlert()) {
                assertThat(rule.name()).startsWith("indico:");
                recorded.add(rule.name());
            }
        }
    }

    @Test
    void anExpressionMayReadOnlyWhatAnEarlierRuleRecorded() {
        Catalogue catalogue = Catalogue.declared().recording(Set.of("indico:up"));
        assertThat(Expression.of("indico:up and indico_up", catalogue).families())
                .containsExactly("indico_up");
        assertThatThrownBy(() -> Expression.of("indico:nothing", catalogue))
                .hasMessage("unknown family indico:nothing");
    }

    @Test
    void theReasonsOfSkippedCollectorsExist() throws IOException {
        Set<String> reasons =
                Arrays.stream(SkipReason.values()).map(SkipReason::label).collect(Collectors.toSet());
        List<MatchResult> matchers = Pattern.compile("indico_collector_skipped\\{reason!?[=~]+\"([^\"]+)\"}")
                .matcher(Rule.FILE.text())
                .results()
                .toList();
        assertThat(matchers).hasSize(2);
        matchers.forEach(matcher -> assertThat(matcher.group(1).split("\\|")).isSubsetOf(reasons));
    }

    /** A user whose job has another name changes one line. */
    @Test
    void theJobIsNamedOnceAndExactly() throws IOException {
        assertThat(Rule.FILE.text()).containsOnlyOnce("job=\"").contains("up{job=\"indico\",");
        assertThat(Rule.all().get(0).expression()).contains("job=\"indico\"");
        assertThat(Rule.FILE.text()).containsOnlyOnce("environment=");
    }

    /** Without this limit, an alert would fire for a copy of Indico, or while the database is away. */
    @Test
    void eachAlertUsesOneOfTheFirstTwoRules() throws IOException {
        for (Rule alert : Rule.alerts()) {
            assertThat(alert.expression())
                    .as(alert.name())
                    .containsPattern(
                            alert.name().matches("IndicoExporter.*|IndicoDatabaseUnreachable")
                                    ? "indico:up"
                                    : "and on \\(job, instance, instance_name\\) indico:settled\n$");
        }
    }

    /** Otherwise one Indico would silence the alerts of another, or take part in them. */
    @Test
    void eachJoinKeepsTheIndicosApart() throws IOException {
        Pattern join = Pattern.compile("\\bon \\(([^)]*)\\) (\\S+)");
        for (Rule rule : Rule.all()) {
            join.matcher(rule.expression())
                    .results()
                    .forEach(found -> assertThat(found.group(1))
                            .as(rule.name() + ": " + found.group())
                            .startsWith(
                                    found.group(2).startsWith("indico:up")
                                            ? "job, instance"
                                            : "job, instance, instance_name"));
        }
    }

    @Test
    void theFirstTwoRulesSelectTheTargetsThatAlert() throws IOException {
        assertThat(Rule.all().get(0).name()).isEqualTo("indico:up");
        assertThat(Rule.all().get(1).name()).isEqualTo("indico:settled");
        assertThat(Rule.all().get(1).expression()).endsWith("and on (job, instance) indico:up\n");
    }

    /** Boards do not read the rules, so a recorded series that no alert reads is of no use. */
    @Test
    void eachRecordingRuleServesAnAlert() throws IOException {
        for (Rule recording : Rule.all()) {
            if (!recording.isAlert()) {
                Pattern name = Pattern.compile(Pattern.quote(recording.name()) + "(?![\\w:])");
                assertThat(Rule.alerts())
                        .as(recording.name())
                        .anyMatch(alert -> name.matcher(alert.expression()).find());
            }
        }
    }

    @Test
    void eachAlertSaysWhatIsWrongAndWhereToRead() throws IOException {
        for (Rule alert : Rule.alerts()) {
            assertThat(alert.severity()).as(alert.name()).isIn("critical", "warning", "info");
            assertThat(alert.hold()).as(alert.name()).isNotEmpty();
            assertThat(alert.annotations().get("summary")).as(alert.name()).matches("(?s).*\\.(\\{\\{ end }})?");
            assertThat(alert.annotations()).containsEntry("runbook_url", Runbook.url(alert.name()));
        }
    }

    @Test
    void eachAlertHasASectionAndEachSectionAnAlert() throws IOException {
        List<String> sections = SECTION.matcher(Files.readString(Runbook.PAGE))
                .results()
                .map(section -> section.group(1) + ' ' + section.group(2) + ' ' + section.group(3))
                .toList();
        assertThat(sections)
                .containsExactlyInAnyOrderElementsOf(Rule.alerts().stream()
                        .map(alert -> alert.name() + ' ' + alert.severity() + ' ' + alert.hold())
                        .toList());
    }

    @Test
    void eachSectionSaysWhatItMeansWhatToLookAtAndWhatToDo() throws IOException {
        List<String> sections = Arrays.asList(Files.readString(Runbook.PAGE).split("(?m)^### "));
        for (String section : sections.subList(1, sections.size())) {
            assertThat(section).containsSubsequence("\n\n**Means.** ", "\n\n**Look at.** ", "\n\n**Do.** ");
        }
    }

    @Test
    void eachAlertHasAFault() throws Exception {
        assertThat(Fault.all().stream().map(Fault::alert).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Rule.alerts().stream().map(Rule::name).toList());
    }

    /** {@link FaultsTest} proves the table. */
    @Test
    void thePageListsTheFaults() throws IOException {
        Map<String, Rule> alerts = Rule.alerts().stream().collect(Collectors.toMap(Rule::name, Function.identity()));
        String table = Fault.all().stream()
                .map(fault -> "| %s | %s | [%s](#%s) | %s |\n"
                        .formatted(
                                fault.name(),
                                Objects.requireNonNull(alerts.get(fault.alert()))
                                        .severity(),
                                fault.alert(),
                                Runbook.url(fault.alert()).replaceFirst(".*#", ""),
                                fault.time()))
                .collect(joining("", MARK + "| fault | severity | alert | after |\n|---|---|---|---|\n", "\n"));
        String page = Files.readString(Runbook.PAGE);
        GoldenFile.verify(
                Runbook.PAGE, page.replaceFirst(Pattern.quote(MARK) + "(\\|.*\n)*\n", Matcher.quoteReplacement(table)));
    }
}
