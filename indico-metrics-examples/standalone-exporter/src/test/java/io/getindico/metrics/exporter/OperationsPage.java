package io.getindico.metrics.exporter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * docs/operations.md.
 *
 * @param text the whole page
 * @param commands the lines of the shell blocks below each heading that has any
 */
record OperationsPage(String text, Map<String, List<String>> commands) {
    static final Path FILE = Path.of("../../docs/operations.md");

    private static final Pattern HEADING_OR_BLOCK = Pattern.compile("(?ms)^#+ (.*?)$|^```(\\w+)\n(.*?)^```$");

    static OperationsPage read() throws IOException {
        String text = Files.readString(FILE);
        Map<String, List<String>> commands = new LinkedHashMap<>();
        String heading = "";
        Matcher matcher = HEADING_OR_BLOCK.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1) != null) {
                heading = matcher.group(1);
            } else if (matcher.group(2).equals("sh")) {
                commands.computeIfAbsent(heading, key -> new ArrayList<>())
                        .addAll(matcher.group(3).lines().toList());
            }
        }
        return new OperationsPage(text, commands);
    }

    /** The block of YAML whose first line is the given one. */
    String yaml(String firstLine) {
        String start = "```yaml\n" + firstLine + "\n";
        int begin = text.indexOf(start) + "```yaml\n".length();
        if (begin < start.length() && !text.startsWith(start)) {
            throw new AssertionError("The page has no block that begins with " + firstLine);
        }
        return text.substring(begin, text.indexOf("```\n", begin));
    }
}
