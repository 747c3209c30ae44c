package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What systemd reads in a unit. */
record Unit(String text) {
    private static final Pattern ENVIRONMENT = Pattern.compile("(?m)^Environment=(\\w+)=(.*)$");
    private static final Pattern COMMAND = Pattern.compile("(?m)^ExecStart=(.*)$");

    List<String> command() {
        Matcher matcher = COMMAND.matcher(text);
        assertThat(matcher.find()).isTrue();
        return List.of(matcher.group(1).split(" ", -1));
    }

    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        ENVIRONMENT.matcher(text).results().forEach(variable -> environment.put(variable.group(1), variable.group(2)));
        return environment;
    }
}
