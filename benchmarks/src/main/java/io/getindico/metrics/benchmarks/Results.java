package io.getindico.metrics.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The results, with one file for each benchmark, so that a benchmark can be repeated alone. */
final class Results {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path folder;

    Results(Path cache, double factor) {
        this.folder = cache.resolve("results-" + Dataset.plain(factor));
    }

    void write(String name, Object result) throws IOException {
        Files.createDirectories(folder);
        JSON.writeValue(file(name).toFile(), result);
    }

    /** Reads the result of a benchmark; empty if it was not measured. */
    <T> Optional<T> find(String name, Class<T> type) throws IOException {
        return Files.exists(file(name)) ? Optional.of(JSON.readValue(file(name).toFile(), type)) : Optional.empty();
    }

    private Path file(String name) {
        return folder.resolve(name + ".json");
    }
}
