package io.getindico.metrics.exporter.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.getindico.metrics.exporter.promql.Catalogue;
import io.getindico.metrics.exporter.promql.Expression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mistakes in a board fail, and name the board, the panel and the cause. */
final class BadBoardTest {
    private static final Catalogue CATALOGUE = Catalogue.declared();

    private static String written(Panel panel) {
        return BoardJson.of(
                new Board("Test", "A test.", "now-1h", "", "", "indico_up")
                        .row(Row.of("Row").line(panel)),
                CATALOGUE);
    }

    private static void assertRefused(Panel panel, String message) {
        assertThatThrownBy(() -> written(panel))
                .isInstanceOf(BadBoardException.class)
                .hasMessage(message);
    }

    private static Panel panel(String legend, String expression) {
        return Panel.lines("Panel", Unit.COUNT, "A panel.").show(legend, expression);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "indico_evnts ; unknown family indico_evnts",
                "sum(indico_evnts) ; unknown family indico_evnts",
                "rat(indico_events[5m]) ; unknown family rat",
                "{__name__=~\"indico_evnts.*\"} ; no family matches indico_evnts.*",
                "indico_events{type=\"lecture\"} ; unknown label type of indico_events",
                "indico_num_events{state=\"open\"} ; unknown label state of indico_num_events",
                "indico_events{event_type=\"lectures\"} ; unknown value \"lectures\" of label event_type of indico_events",
                "indico_registrations{state=~\"complete|payed\"} ; unknown value \"payed\" of label state of indico_registrations",
                "sum by (type) (indico_events) ; unknown label type in sum by (type) (indico_events)",
                "indico_events{event_type=\"lecture\" ; unclosed { in indico_events{event_type=\"lecture\"",
                "indico_events / on (typ) indico_events ; unknown label typ in indico_events / on (typ) indico_events",
            })
    void aWrongExpressionIsRefused(String expression, String cause) {
        assertRefused(panel("legend", expression), "Indico / Test: \"Panel\": " + cause);
    }

    @Test
    void aWrongLabelInALegendIsRefused() {
        assertRefused(
                panel("{{type}}", "indico_events"),
                "Indico / Test: \"Panel\": unknown label type in the legend of indico_events");
    }

    @Test
    void anUnknownUnitIsRefused() {
        assertRefused(
                Panel.lines("Panel", "shrot", "A panel.").show("events", "indico_num_events"),
                "Indico / Test: \"Panel\": unknown unit \"shrot\"");
        assertRefused(
                Panel.table("Panel", "A panel.").column("Events", "shrot", "indico_num_events"),
                "Indico / Test: \"Panel\": unknown unit \"shrot\"");
    }

    @Test
    void aPanelWithoutDescriptionTitleOrExpressionIsRefused() {
        assertRefused(
                Panel.lines("Panel", Unit.COUNT, " ").show("events", "indico_num_events"),
                "Indico / Test: \"Panel\": no description");
        assertRefused(
                Panel.lines("", Unit.COUNT, "A panel.").show("events", "indico_num_events"),
                "Indico / Test: \"\": no title");
        assertRefused(Panel.lines("Panel", Unit.COUNT, "A panel."), "Indico / Test: \"Panel\": no expression");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "indico_up | indico_up{S}",
                "indico_up offset 1w | indico_up{S} offset 1w",
                "sum by (state) (indico_users{state=\"active\"}) | sum by (state) (indico_users{state=\"active\",S})",
                "last_over_time(indico_events[2d]) - 1 | last_over_time(indico_events{S}[2d]) - 1",
                "{__name__=~\"indico_.+_oldest_.+_seconds\"} > 0 | {__name__=~\"indico_.+_oldest_.+_seconds\",S} > 0",
                "max_over_time((time() - up)[1h:1m]) | max_over_time((time() - up{T})[1h:1m])",
                "scrape_duration_seconds | scrape_duration_seconds{T}",
                "indico_up and on (job) up | indico_up{S} and on (job) up{T}",
            })
    void everySelectorIsRestrictedToTheChosenInstances(String expression, String scoped) {
        assertThat(Expression.of(expression, CATALOGUE).scoped())
                .isEqualTo(scoped.replace("S}", Expression.SCOPE + "}").replace("T}", Expression.TARGET + "}"));
    }
}
