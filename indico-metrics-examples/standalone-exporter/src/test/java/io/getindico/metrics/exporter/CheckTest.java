package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.commands.ExporterMain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code check} says about the settings. */
class CheckTest {
    private static final String ZONE_WARNING = "WARNING    zone is not set: set it to DEFAULT_TIMEZONE of indico.conf.";

    @AutoClose
    private static final TestDatabase database = new TestDatabase();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void saysWhereEachSettingWasGiven(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("exporter.yaml"), "profile: full\nzone: Europe/Oslo\n");
        String report = check(Map.of("INDICO_METRICS_CONFIG", file.toString(), "INDICO_METRICS_ZONE", "UTC"));
        assertThat(report)
                .startsWith("settings   " + file + "\n")
                .contains("\n           " + file + ", line 1: profile\n")
                .contains("\n           --workers\n")
                .contains("\n           INDICO_METRICS_ZONE\n")
                .contains("\n           all others have their defaults\n")
                .doesNotContain("line 2");
    }

    @Test
    void warnsIfOnlyTheRootCategoryNamesTheZone() {
        assertThat(check(Map.of())).contains("zone       ", "(root category)", ZONE_WARNING);
        assertThat(check(Map.of("INDICO_METRICS_ZONE", "Europe/Zurich")))
                .contains("zone       Europe/Zurich (setting)")
                .doesNotContain(ZONE_WARNING);
    }

    @Test
    void countsAFamilyOfTwoCollectorsOnce() {
        Matcher sum = Pattern.compile("all that run +(\\d+)").matcher(check(Map.of()));
        assertThat(sum.find()).isTrue();
        Matcher limit = Pattern.compile("Series: at most (\\d+)").matcher(out.toString(UTF_8));
        assertThat(limit.find()).isTrue();
        assertThat(Integer.parseInt(sum.group(1))).isLessThan(Integer.parseInt(limit.group(1)));
    }

    private String check(Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(database.environment());
        environment.putAll(settings);
        out.reset();
        PrintStream stream = new PrintStream(out, true, UTF_8);
        ExporterMain.run(new String[] {"check", "--workers", "1"}, environment, stream, stream);
        return out.toString(UTF_8);
    }
}
