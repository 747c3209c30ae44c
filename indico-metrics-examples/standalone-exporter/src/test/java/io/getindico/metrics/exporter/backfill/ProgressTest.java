package io.getindico.metrics.exporter.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final String ERASE = "\r\033[K";

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    /** The stream does not flush by itself, so a bar that is not flushed is not printed. */
    private final Progress bar = Progress.bar(new PrintStream(new BufferedOutputStream(printed), false, UTF_8));

    private String printed() {
        String text = printed.toString(UTF_8);
        printed.reset();
        return text;
    }

    @Test
    void theBarOverwritesItselfAndFills() {
        bar.at(0, 3, "indico_num_events");
        assertThat(printed()).isEqualTo(ERASE + "[" + " ".repeat(30) + "] 0/3 indico_num_events");
        bar.at(2, 3, "indico_num_users");
        assertThat(printed()).isEqualTo(ERASE + "[" + "#".repeat(20) + " ".repeat(10) + "] 2/3 indico_num_users");
        bar.end();
        assertThat(printed()).isEqualTo(ERASE);
    }

    @Test
    void theBarStaysOnOneLineOfATerminal() {
        bar.at(59, 60, "x".repeat(40));
        assertThat(printed()).hasSizeLessThan(ERASE.length() + 80).endsWith("] 59/60 " + "x".repeat(40));
        bar.at(59, 60, "x".repeat(41));
        assertThat(printed()).hasSizeLessThan(ERASE.length() + 80).endsWith("] 59/60 " + "x".repeat(39) + "…");
    }

    @Test
    void elsewhereEachHistoryHasALine() {
        List<String> lines = new ArrayList<>();
        Progress progress = Progress.lines(lines::add);
        progress.at(0, 2, "indico_num_events");
        progress.at(1, 2, "indico_num_users");
        progress.end();
        assertThat(lines).containsExactly("1 of 2: indico_num_events", "2 of 2: indico_num_users");
    }
}
