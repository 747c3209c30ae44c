package io.getindico.metrics.exporter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.promql.Catalogue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each fault fires its alert after the stated time, and pages for nothing else. */
@Tag("slow")
final class FaultsTest {
    @TempDir
    Path folder;

    @Test
    void eachFiresItsAlertInTimeAndNoOtherPage() throws Exception {
        test(1);
    }

    @Test
    void slowFaultsFireTheirAlertsInTime() throws Exception {
        test(15);
    }

    private void test(int interval) throws Exception {
        Map<String, Rule> alerts = Rule.alerts().stream().collect(Collectors.toMap(Rule::name, Function.identity()));
        Catalogue catalogue = Catalogue.declared();
        List<RuleCases.Case> cases = Fault.all().stream()
                .filter(fault -> fault.interval() == interval)
                .map(fault -> fault.test(catalogue, Objects.requireNonNull(alerts.get(fault.alert()))))
                .toList();
        new RuleCases(folder).test(interval + "m", cases);
    }

    /** The two share the target, and so the series {@code up}. */
    @Test
    void onlyTheFaultyOneOfTwoIndicosAlerts() throws Exception {
        Catalogue catalogue = Catalogue.declared();
        List<RuleCases.Case> cases = new ArrayList<>();
        for (Fault fault : Fault.all()) {
            if (Set.of("IndicoDatabaseUnreachable", "IndicoMailsStuck", "IndicoLivesyncStuck")
                    .contains(fault.alert())) {
                Scenario sound = fault.scenario().at(Fault.BUSY.named("vienna"));
                Scenario faulty = fault.scenario()
                        .at(Fault.BUSY.named("geneva"))
                        .with(fault.trouble(), fault.from(), fault.until());
                Map<String, String> series = new TreeMap<>(Simulation.run(sound, catalogue));
                series.putAll(Simulation.run(faulty, catalogue));
                int end = sound.minutes();
                cases.add(new RuleCases.Case(
                        fault.name(),
                        series,
                        List.of(
                                new RuleCases.Expected(
                                        fault.from() + fault.minutes(),
                                        "sum by (instance_name) (ALERTS{alertname=\"" + fault.alert()
                                                + "\",alertstate=\"firing\"})",
                                        List.of("{instance_name=\"geneva\"}")),
                                new RuleCases.Expected(
                                        end,
                                        "count_over_time(ALERTS{alertstate=\"firing\",instance_name!=\"geneva\"}[" + end
                                                + "m])",
                                        List.of())),
                        List.of()));
            }
        }
        assertThat(cases).hasSizeGreaterThan(3);
        new RuleCases(folder).test("1m", cases);
    }
}
