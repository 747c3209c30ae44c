package io.getindico.metrics.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A chapter of the report.
 *
 * @param title the heading
 * @param plots the charts below the heading
 * @param text the text, in Markdown
 * @param targets the targets that the chapter measures
 */
record Section(String title, List<Plot> plots, String text, List<Target> targets) {
    static Section of(String title, Object text, Target... targets) {
        return new Section(title, List.of(), text.toString(), List.of(targets));
    }

    Section with(Plot... pictures) {
        return new Section(title, List.of(pictures), text, targets);
    }

    void appendTo(StringBuilder report, Path docs) throws IOException {
        report.append("\n## ").append(title).append("\n\n");
        for (Plot plot : plots) {
            report.append(plot.save(docs)).append("\n\n");
        }
        report.append(text);
    }
}
