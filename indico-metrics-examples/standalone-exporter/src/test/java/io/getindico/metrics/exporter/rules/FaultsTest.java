package io.getindico.metrics.exporter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each fault fires its alert after the stated time, and pages for nothing else. */
final class FaultsTest {
    @TempDir
    Path folder;

    @Test
    void eachFiresItsAlertInTimeAndNoOtherPage() throws Exception {
        Map<String, Rule> alerts = Rule.alerts().stream().collect(Collectors.toMap(Rule::name, Function.identity()));
        Declarations declarations = Declarations.read();
        for (int interval : List.of(1, 15)) {
            List<Promtool.Case> cases = new ArrayList<>();
            for (Fault fault : Fault.all()) {
                if (fault.interval() == interval) {
                    cases.add(fault.test(declarations, Objects.requireNonNull(alerts.get(fault.alert()))));
                }
            }
            new Promtool(folder).test(interval + "m", cases);
        }
    }

    @Test
    void eachAlertHasAFault() throws Exception {
        assertThat(Fault.all().stream().map(Fault::alert).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Rule.alerts().stream().map(Rule::name).toList());
    }
}
