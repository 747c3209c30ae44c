package io.getindico.metrics.exporter.dashboards;

import io.getindico.metrics.exporter.promql.Catalogue;
import io.getindico.metrics.exporter.promql.Expression;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One expression of a panel.
 *
 * @param expression as PromQL, without the scope, which the board adds
 * @param legend the name of its series; {@code {{label}}} stands for the value of a label
 */
record Target(String expression, String legend) {
    private static final Pattern LABEL = Pattern.compile("\\{\\{(\\w+)}}");

    /** Returns the expression, after a check of its names and those of the legend. */
    Expression check(Catalogue catalogue) {
        Expression checked = Expression.of(expression, catalogue);
        Matcher labels = LABEL.matcher(legend);
        while (labels.find()) {
            // Prometheus has the name in a label too.
            if (!checked.labels().contains(labels.group(1)) && !labels.group(1).equals("__name__")) {
                throw new BadBoardException("unknown label " + labels.group(1) + " in the legend of " + expression);
            }
        }
        return checked;
    }
}
