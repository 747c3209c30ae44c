package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** A file in the folder {@code deploy}. The operations page shows it. */
public record DeployFile(String name) {
    private static final Path FOLDER = Path.of("../../deploy");

    /** Returns the files of the folder itself, without those of {@code rules}. */
    static Stream<DeployFile> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files
                    .filter(Files::isRegularFile)
                    .map(file -> new DeployFile(String.valueOf(file.getFileName())))
                    .toList()
                    .stream();
        }
    }

    public Path path() {
        return FOLDER.resolve(name);
    }

    public String text() throws IOException {
        return Files.readString(path());
    }

    /** Replaces what differs between a test and an installation. Every replaced text must occur. */
    String text(Map<String, String> replacements) throws IOException {
        String text = text();
        for (Map.Entry<String, String> replacement : replacements.entrySet()) {
            assertThat(text).contains(replacement.getKey());
            text = text.replace(replacement.getKey(), replacement.getValue());
        }
        return text;
    }

    Path copy(Path folder, Map<String, String> replacements) throws IOException {
        return Files.writeString(folder.resolve(name), text(replacements));
    }
}
