package io.getindico.metrics.exporter.backfill;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Says how far a backfill is: a bar on a terminal, lines elsewhere. */
public interface Progress {
    /** Work on one of the histories begins. */
    void at(int done, int all, String what);

    /** The last history is done. */
    default void end() {}

    /** Whether standard error is a terminal, as far as Linux tells. */
    static boolean isOnTerminal() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString().matches("/dev/(pts/|tty).*");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    static Progress lines(Consumer<String> lines) {
        return (done, all, what) -> lines.accept(done + 1 + " of " + all + ": " + what);
    }

    /** A bar that overwrites itself. It fits into 80 columns, because a line that wraps cannot be overwritten. */
    static Progress bar(PrintStream terminal) {
        return new Progress() {
            private static final int WIDTH = 30;
            private static final int TEXT = 40;

            @Override
            public void at(int done, int all, String what) {
                int filled = WIDTH * done / all;
                String shown = what.length() > TEXT ? what.substring(0, TEXT - 1) + "…" : what;
                terminal.print("\r\033[K[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + done + "/" + all
                        + " " + shown);
                terminal.flush();
            }

            @Override
            public void end() {
                terminal.print("\r\033[K");
                terminal.flush();
            }
        };
    }
}
