package io.getindico.metrics.exporter;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The commands of the program. */
enum Command {
    SERVE("Serves the metrics over HTTP until it is stopped; the default."),
    ONCE("Reads all metrics once and prints them in the text format."),
    CHECK("Tells what would run, what not and why, how many series there can be and what a reading costs."),
    VERSION("Prints version, commit and Java."),
    /** For the launcher: starts and stops all parts so that their classes can be stored in an archive. */
    REHEARSE("");

    private final String description;

    Command(String description) {
        this.description = description;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    String description() {
        return description;
    }

    boolean isHidden() {
        return description.isEmpty();
    }

    static Command of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }

    static List<String> labels() {
        return Arrays.stream(values())
                .filter(command -> !command.isHidden())
                .map(Command::label)
                .toList();
    }
}
