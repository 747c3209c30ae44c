package io.getindico.metrics.exporter.dashboards;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of a board: the panels that answer one question.
 *
 * @param title the question's subject
 * @param needs the plugin or profile without which the row is empty, if there is one
 * @param lines the panels, line by line; those of a line share its width
 */
record Row(String title, @Nullable String needs, List<List<Panel>> lines) {
    static Row of(String title) {
        return new Row(title, null, List.of());
    }

    /** Says in the title, and in each panel without data, what the row needs. */
    Row needs(String what) {
        return new Row(title, what, lines);
    }

    Row line(Panel... panels) {
        List<List<Panel>> more = new ArrayList<>(lines);
        more.add(List.of(panels));
        return new Row(title, needs, List.copyOf(more));
    }

    String fullTitle() {
        return needs == null ? title : title + " (needs " + needs + ")";
    }
}
