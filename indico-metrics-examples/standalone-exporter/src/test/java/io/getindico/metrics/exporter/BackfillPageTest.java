package io.getindico.metrics.exporter;

import static java.util.stream.Collectors.joining;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.History;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.testing.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The table of docs/backfill.md is what the collectors declare. */
final class BackfillPageTest {
    private static final Path PAGE = Path.of("../../docs/backfill.md");
    private static final String BEGIN = "<!-- What follows is generated. -->\n";
    private static final String END = "<!-- End of what is generated. -->\n";

    @Test
    void thePageListsThePastOfEachMetric() throws IOException {
        String page = Files.readString(PAGE);
        GoldenFile.verify(
                PAGE, page.substring(0, page.indexOf(BEGIN)) + BEGIN + table() + page.substring(page.indexOf(END)));
    }

    private static String table() {
        Map<String, List<String>> rows = new TreeMap<>();
        List<String> without = new ArrayList<>();
        try (MetricsAssembly assembly = MetricsAssembly.withoutDatabase(Settings.of(Map.of("extra-families", "*")))) {
            for (History history : assembly.metrics().histories()) {
                for (MetricFamily family : history.families()) {
                    String step = history.step().name().toLowerCase(Locale.ROOT);
                    List<String> of = rows.computeIfAbsent(family.name(), name -> new ArrayList<>());
                    String row = "| `" + family + "` | "
                            + history.exactness(family).label() + " | " + step + " | " + history.why(family) + " |\n";
                    if (!of.contains(row)) {
                        of.add(row);
                    }
                }
            }
            assembly.metrics().families().stream()
                    .map(MetricFamily::name)
                    .filter(name -> !rows.containsKey(name))
                    .map(name -> "`" + name + "`")
                    .forEach(without::add);
        }
        return "\n| metric | past | step | why |\n|---|---|---|---|\n"
                + rows.values().stream().map(of -> String.join("", of)).collect(joining())
                + "\nThese metrics have no past. For most of them, Indico does not keep what they need. For others, a backfill"
                + " cannot\ncompute it (distinct counts, earliest and latest dates), or it would be a guess or of little use:\n"
                + String.join(",\n", without) + ".\n\n";
    }
}
