package io.getindico.metrics.exporter.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.getindico.metrics.exporter.promql.Catalogue;
import io.getindico.metrics.exporter.promql.Expression;
import io.getindico.metrics.exporter.rules.RuleCases.Case;
import io.getindico.metrics.exporter.rules.RuleCases.Expected;
import io.getindico.metrics.exporter.rules.Scenario.Site;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weeks in which nothing is wrong, or only for minutes: no alert pages or warns. */
@Tag("slow")
final class SilenceTest {
    private static final int HOUR = 60;
    private static final int DAY = 24 * HOUR;
    private static final Set<LocalDate> CHRISTMAS = Set.of(
            LocalDate.parse("2026-12-24"),
            LocalDate.parse("2026-12-25"),
            LocalDate.parse("2026-12-28"),
            LocalDate.parse("2026-12-29"),
            LocalDate.parse("2026-12-30"),
            LocalDate.parse("2026-12-31"),
            LocalDate.parse("2027-01-01"));
    private static final Site DEPARTMENT = new Site(3, 0.01, true, false, -1, Site.TARGET, "", CHRISTMAS);
    private static final Site CENTRE = Fault.BUSY.at("metrics.example.org:443", "production");
    private static final Catalogue CATALOGUE = Catalogue.declared();
    private static final String TUESDAY = "2026-06-16T09:00+02:00[Europe/Zurich]";

    @TempDir
    Path folder;

    /** In America, the purge of personal data runs long after midnight in UTC. */
    private static List<Scenario> scenarios() {
        return List.of(
                days(
                        "A department when summer time begins",
                        DEPARTMENT,
                        "2026-03-05T00:00-08:00[America/Los_Angeles]",
                        8),
                days(
                        "A department when summer time ends",
                        DEPARTMENT,
                        "2026-10-29T00:00-07:00[America/Los_Angeles]",
                        8),
                days("A department at Christmas", DEPARTMENT, "2026-12-21T00:00+01:00[Europe/Zurich]", 13),
                days("A centre when summer time begins", CENTRE, "2026-03-26T00:00+01:00[Europe/Zurich]", 8),
                days("A centre when summer time ends", CENTRE, "2026-10-22T00:00+02:00[Europe/Zurich]", 8),
                days("Restarts of PostgreSQL, of the exporter and of Celery", CENTRE, TUESDAY, 7)
                        .with(Trouble.DATABASE_DOWN, 2 * HOUR, 2 * HOUR + 2)
                        .with(Trouble.DATABASE_DOWN, 5 * HOUR + 29, 5 * HOUR + 32)
                        .with(Trouble.DATABASE_DOWN, 20 * HOUR, 20 * HOUR + 4)
                        .with(Trouble.EXPORTER_DOWN, 2 * DAY + 2 * HOUR, 2 * DAY + 2 * HOUR + 1)
                        .with(Trouble.EXPORTER_DOWN, 2 * DAY + 5 * HOUR, 2 * DAY + 5 * HOUR + 4)
                        .with(Trouble.EXPORTER_DOWN, 3 * DAY + 2 * HOUR + 29, 3 * DAY + 2 * HOUR + 31)
                        .with(Trouble.CELERY_DOWN, 4 * DAY + 2 * HOUR, 4 * DAY + 2 * HOUR + 1)
                        .with(Trouble.CELERY_DOWN, 4 * DAY + 5 * HOUR - 2, 4 * DAY + 5 * HOUR + 5)
                        .with(Trouble.CELERY_DOWN, 6 * DAY + 2 * HOUR + 29, 6 * DAY + 2 * HOUR + 31),
                days("A failover to the standby that the exporter reads", CENTRE.readFromStandby(5), TUESDAY, 7)
                        .with(Trouble.DATABASE_DOWN, 2 * HOUR, 2 * HOUR + 2)
                        .with(Trouble.FAILED_OVER, 2 * HOUR + 2, 7 * DAY + 1),
                days(
                        "A centre, read from a standby that is ten minutes behind",
                        CENTRE.readFromStandby(10),
                        TUESDAY,
                        7),
                days(
                        "A department, read from a standby that is ten minutes behind",
                        DEPARTMENT.readFromStandby(10),
                        TUESDAY,
                        7));
    }

    private static Scenario days(String name, Site site, String start, int days) {
        return new Scenario(name, site, ZonedDateTime.parse(start), Duration.ofDays(days), List.of());
    }

    /** A copy of an Indico in use. Its Celery does not run. */
    private static Scenario copy(String environment, int days) {
        return days("A restored copy", Fault.BUSY.at("copy.example.org:443", environment), TUESDAY, days)
                .with(Trouble.UNUSED, 0, days * DAY + 1)
                .with(Trouble.CELERY_DOWN, 0, days * DAY + 1);
    }

    /** Each scenario lasts for at least a week. To save time, the rules are evaluated only every five minutes. */
    @ParameterizedTest
    @MethodSource("scenarios")
    void noAlertPagesOrWarns(Scenario scenario) throws Exception {
        test("5m", silent(scenario, Simulation.run(scenario, CATALOGUE)));
    }

    @Test
    void aNewIndicoIsSilent() throws Exception {
        Scenario fresh = days("A new Indico", DEPARTMENT, TUESDAY, 8);
        test("5m", silent(fresh, Simulation.runNew(fresh, CATALOGUE)));
    }

    @Test
    void aCopyInAnEnvironmentOfItsOwnIsSilent() throws Exception {
        Scenario original = days("A centre and a copy of it", CENTRE, TUESDAY, 7);
        Map<String, String> both = new TreeMap<>(Simulation.run(original, CATALOGUE));
        both.putAll(Simulation.run(copy("copy", 7), CATALOGUE));
        test("5m", silent(original, both));
    }

    /** What is wrong for five to nine minutes may fire only if the rules are evaluated more often. */
    @Test
    void noAlertPagesOrWarnsIfTheRulesAreEvaluatedEachMinute() throws Exception {
        Scenario restarts = days("Restarts and a failover", CENTRE.readFromStandby(5), TUESDAY, 1)
                .with(Trouble.DATABASE_DOWN, 2 * HOUR, 2 * HOUR + 4)
                .with(Trouble.EXPORTER_DOWN, 4 * HOUR, 4 * HOUR + 4)
                .with(Trouble.CELERY_DOWN, 6 * HOUR - 2, 6 * HOUR + 5)
                .with(Trouble.DATABASE_DOWN, 8 * HOUR, 8 * HOUR + 4)
                .with(Trouble.FAILED_OVER, 8 * HOUR + 4, DAY + 1);
        Scenario fresh =
                new Scenario("A new Indico", DEPARTMENT, ZonedDateTime.parse(TUESDAY), Duration.ofHours(4), List.of());
        test(
                "1m",
                silent(restarts, Simulation.run(restarts, CATALOGUE)),
                silent(fresh, Simulation.runNew(fresh, CATALOGUE)));
    }

    /** Otherwise an alert would be silent because it has nothing to look at. */
    @Test
    void eachMetricOfARuleIsSimulated() throws Exception {
        Set<String> families = new HashSet<>();
        for (Fault fault : Fault.all()) {
            Scenario scenario = new Scenario(
                    fault.name(), fault.scenario().site(), fault.scenario().start(), Duration.ofHours(6), List.of());
            families.addAll(
                    Simulation.families(Simulation.run(scenario.with(fault.trouble(), HOUR, 6 * HOUR), CATALOGUE)));
        }
        Catalogue recording =
                CATALOGUE.recording(Rule.all().stream().map(Rule::name).collect(Collectors.toSet()));
        for (Rule rule : Rule.all()) {
            assertThat(Expression.of(rule.expression(), recording).families())
                    .as(rule.name())
                    .isSubsetOf(families);
        }
    }

    @Test
    void aCopyInTheEnvironmentOfProductionWouldPage() throws Exception {
        Scenario copy = copy("production", 1);
        Case silent = silent(copy, Simulation.run(copy, CATALOGUE));
        assertThatThrownBy(() -> test("5m", silent)).hasMessageContaining("IndicoSchedulerSilent");
    }

    private void test(String interval, Case... cases) throws Exception {
        new RuleCases(folder).test(interval, List.of(cases));
    }

    private static Case silent(Scenario scenario, Map<String, String> series) {
        Expected none = new Expected(
                scenario.minutes(),
                "count by (alertname) (count_over_time(ALERTS{alertstate=\"firing\",severity=~\"critical|warning\"}["
                        + scenario.minutes() + "m]))",
                List.of());
        return new Case(scenario.name(), series, List.of(none), List.of());
    }
}
