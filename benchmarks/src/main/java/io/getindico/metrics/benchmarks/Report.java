package io.getindico.metrics.benchmarks;

import java.nio.file.Path;

final class Report {
    Report(Results results, Dataset large) {}

    void write(Path docs) {}
}
