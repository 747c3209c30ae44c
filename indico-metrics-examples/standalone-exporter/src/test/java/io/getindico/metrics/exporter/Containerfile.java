package io.getindico.metrics.exporter;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a container of the image runs. */
record Containerfile(String text) {
    static Containerfile read() throws IOException {
        return new Containerfile(new DeployFile("Containerfile").text().replace("\\\n", ""));
    }

    /** The words of an instruction, of which there is one. */
    List<String> words(String instruction) {
        Matcher line = Pattern.compile("(?m)^" + instruction + " (.*)$").matcher(text);
        if (!line.find()) {
            throw new AssertionError("no " + instruction);
        }
        return Stream.of(line.group(1).split("[\\s\\[\\]\",]+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String variable : words("ENV")) {
            int equals = variable.indexOf('=');
            environment.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return environment;
    }
}
