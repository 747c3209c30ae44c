package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests groups without a database. {@code InstancesTest} uses two databases. */
class IndicoMetricsGroupTest {
    private static final TestCollector EVENTS = TestCollector.named("events");

    private final Fake<DataSource> dataSource = Fake.of(DataSource.class);
    private final PrometheusRegistry registry = new PrometheusRegistry();

    @BeforeEach
    void refuse() {
        dataSource.answering("getConnection", () -> {
            throw new SQLException("Connection to db:5432 refused.", "08001");
        });
    }

    private IndicoMetricsBuilder builder() {
        return IndicoMetrics.builder(dataSource.self()).collectors(EVENTS);
    }

    private IndicoMetrics named(String name) {
        return builder().label("instance_name", name).build();
    }

    private List<String> ups() {
        return Exposition.text(registry.scrape())
                .lines()
                .filter(line -> line.startsWith("indico_up"))
                .toList();
    }

    @Test
    void labelsDistinguishTwoMembers() {
        try (IndicoMetricsGroup both =
                IndicoMetricsGroup.of(named("geneva"), named("vienna")).register(registry)) {
            assertThat(ups())
                    .containsExactly(
                            "indico_up{instance_name=\"geneva\"} 0.0", "indico_up{instance_name=\"vienna\"} 0.0");
            assertThat(Exposition.text(registry.scrape("indico_up"::equals)).lines())
                    .containsExactlyElementsOf(Exposition.text(both.collect("indico_up"::equals))
                            .lines()
                            .toList())
                    .hasSize(4);
        }
    }

    @Test
    void closingItClosesTheMembersAndFreesTheirNames() {
        IndicoMetrics member = named("geneva");
        IndicoMetricsGroup group =
                IndicoMetricsGroup.of(member, named("vienna")).register(registry);
        group.close();
        assertThat(ups()).isEmpty();
        assertThat(member.collect().size()).isZero();
        assertThatIllegalStateException().isThrownBy(() -> group.register(registry));
        named("geneva").register(registry).close();
    }

    @Test
    void closingAMemberDoesNotAffectTheOthers() {
        IndicoMetrics first = named("geneva");
        try (IndicoMetricsGroup group = IndicoMetricsGroup.of(first, named("vienna"))) {
            group.register(registry);
            first.close();
            assertThat(ups()).containsExactly("indico_up{instance_name=\"vienna\"} 0.0");
        }
    }

    @Test
    void membersWithTheSameLabelsAreRefused() {
        for (IndicoMetrics second : List.of(
                named("geneva"),
                builder().build(),
                builder().label("site", "vienna").build())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> IndicoMetricsGroup.of(named("geneva"), second))
                    .withMessage("got members with the labels [{instance_name=geneva}, " + second.labels()
                            + "], expected the same label names and different values; set them with"
                            + " IndicoMetricsBuilder.label()");
        }
        assertThatIllegalArgumentException().isThrownBy(IndicoMetricsGroup::of);
    }

    @Test
    void membersThatDeclareAMetricDifferentlyAreRefused() {
        IndicoMetrics other = IndicoMetrics.builder(dataSource.self())
                .collectors(EVENTS.declaring(MetricFamily.gauge("indico_events")
                        .help("Events.")
                        .labels(Label.open("type"))
                        .build()))
                .label("instance_name", "vienna")
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IndicoMetricsGroup.of(named("geneva"), other))
                .withMessage("the members declare a metric differently: GAUGE indico_events[] \"Number of"
                        + " indico_events.\" and GAUGE indico_events[type] \"Events.\"; exclude the collector in one of"
                        + " them, or use the same version in both");
    }

    @Test
    void aNameThatIsTakenIsReportedWithTheRemedy() {
        try (IndicoMetrics first = named("geneva").register(registry);
                IndicoMetrics second = named("vienna")) {
            assertThat(first).isNotNull();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> second.register(registry))
                    .withMessageEndingWith(
                            "; first close the metrics that use the name, or combine several Indicos with"
                                    + " IndicoMetricsGroup");
        }
    }
}
