package io.getindico.metrics.exporter.commands;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AlertRulesTest {
    private final AlertRules rules = new AlertRules();

    @Test
    void anAlertReadsTheMetricsOfItsExpressionAndOfTheSeriesThatItRecords() {
        assertThat(rules.of("indico_event_emails_1d"))
                .containsExactly("IndicoMailsStuck", "IndicoMailsWaiting", "IndicoMailsFailing");
        assertThat(rules.of("indico_event_emails_newest_sent_timestamp_seconds"))
                .containsExactly("IndicoMailsStuck");
    }

    @Test
    void aMetricThatIsOnlyOnABoardHasNone() {
        assertThat(rules.of("indico_num_events")).isEmpty();
    }
}
