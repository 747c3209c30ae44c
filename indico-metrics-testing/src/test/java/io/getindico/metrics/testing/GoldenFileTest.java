package io.getindico.metrics.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenFileTest {
    private static final String UPDATE = "golden.update";

    private final @Nullable String before = System.getProperty(UPDATE);

    @TempDir
    private Path folder;

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(UPDATE);
        } else {
            System.setProperty(UPDATE, before);
        }
    }

    @Test
    void aMissingFileFailsAndIsNotWritten() {
        System.clearProperty(UPDATE);
        Path file = folder.resolve("text");
        assertThatThrownBy(() -> GoldenFile.verify(file, "a\n"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("text does not exist; write it with -Dgolden.update=true")
                .hasMessageEndingWith("a\n");
        assertThat(file).doesNotExist();
    }

    @Test
    void aWrittenFileMatchesUntilTheTextChanges() throws IOException {
        Path file = folder.resolve("new/folder/text");
        System.setProperty(UPDATE, "true");
        GoldenFile.verify(file, "a\n");

        System.clearProperty(UPDATE);
        GoldenFile.verify(file, "a\n");
        assertThatThrownBy(() -> GoldenFile.verify(file, "a"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("text is outdated");
        assertThat(file).hasContent("a\n");
    }
}
