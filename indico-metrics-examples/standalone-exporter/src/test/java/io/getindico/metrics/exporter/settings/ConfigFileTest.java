package io.getindico.metrics.exporter.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The distribution's configuration file lists every setting; {@code -Dgolden.update=true} rewrites it. */
final class ConfigFileTest {
    private static final Path FILE = Path.of("src/main/dist/config/exporter.yaml");
    private static final int WIDTH = 100;

    @Test
    void listsEverySettingAtItsDefault() throws IOException {
        String expected = expected();
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, expected);
        }

        assertThat(FILE).content().isEqualTo(expected);
    }

    @Test
    void canBeReadAsItIsAndWithEveryLineUncommented() throws IOException {
        Settings.of(Map.of("config", FILE.toString()), Map.of());
        Path uncommented = Files.createTempFile("exporter", ".yaml");
        try {
            Files.writeString(
                    uncommented,
                    Files.readAllLines(FILE).stream()
                            .map(line -> line.replaceFirst("^#(?=[a-z])", ""))
                            .collect(Collectors.joining("\n")));
            Settings settings = Settings.of(Map.of("config", uncommented.toString()), Map.of());
            assertThat(Setting.ALL)
                    .filteredOn(setting -> !setting.defaultText().isEmpty())
                    .allMatch(setting -> settings.isGiven(setting.name()));
        } finally {
            Files.delete(uncommented);
        }
    }

    private static String expected() {
        return """
                # The settings of indico-metrics-exporter with their defaults. To change one, remove the # before its
                # name. A flag or an environment variable overrides this file. An empty value means the default.
                # Durations are 90s, 5m, 48h or 2d. Everyone who can read this file can read the secrets in it.
                """
                + Setting.ALL.stream()
                        .filter(setting -> !setting.name().equals(Options.CONFIG))
                        .map(ConfigFileTest::entry)
                        .collect(Collectors.joining())
                + "\n# How long the values of one collector are fresh, by its name. Default: the TTL of its class.\n# ttl.NAME: 10m\n"
                + """

                # Several Indicos, each with a name and settings of its own; the settings above are their defaults. Prometheus
                # scrapes /probe?target=NAME.
                # instances:
                #   NAME:
                #     database.url: postgresql://USER@HOST/DATABASE
                """;
    }

    private static String entry(Setting setting) {
        String note = setting.defaultText().isEmpty() ? " " + setting.defaultSentence() : "";
        String value = setting.defaultText().isEmpty() ? "" : " " + setting.defaultText();
        return "\n" + wrap(setting.description() + note) + "#" + setting.name() + ":" + value + "\n";
    }

    private static String wrap(String text) {
        StringBuilder lines = new StringBuilder("#");
        int width = 1;
        for (String word : text.split(" ", -1)) {
            if (width + 1 + word.length() > WIDTH) {
                lines.append("\n#");
                width = 1;
            }
            lines.append(' ').append(word);
            width += 1 + word.length();
        }
        return lines.append('\n').toString();
    }
}
