package io.getindico.metrics.testing.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The resources that this process holds while nothing runs. */
record Footprint(long heapBytes, int threads, long files) {
    /** The name of the threads that are the test's own. */
    static final String SCRAPER = "test-scraper";

    private static final Path FILES = Path.of("/proc/self/fd");

    static Footprint now() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return new Footprint(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                (int) Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !thread.getName().equals(SCRAPER))
                        .count(),
                openFiles());
    }

    /** The number of open files, or zero on systems that do not show it. */
    private static long openFiles() {
        if (!Files.isDirectory(FILES)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(FILES)) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
