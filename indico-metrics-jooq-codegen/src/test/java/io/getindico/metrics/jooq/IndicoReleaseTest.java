package io.getindico.metrics.jooq;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IndicoReleaseTest {
    private static final Pattern CREATE_TABLE = Pattern.compile("(?m)^CREATE TABLE \"(\\w+)\"\\.\"(\\w+)\" \\($");

    @Test
    void everyReleaseWithFactsHasAConstant() throws IOException {
        try (var files = Files.newDirectoryStream(Path.of("src/main/schema"), "*.json")) {
            assertThat(files)
                    .extracting(file -> file.getFileName().toString())
                    .containsExactlyInAnyOrderElementsOf(Arrays.stream(IndicoRelease.values())
                            .map(release -> "indico-" + release.version() + ".json")
                            .toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theScriptCreatesTheTablesOfTheFacts(IndicoRelease release) {
        assertThat(CREATE_TABLE.matcher(release.ddl()).results().map(IndicoReleaseTest::qualifiedName))
                .containsExactlyInAnyOrderElementsOf(Facts.of(release).tables());
    }

    @ParameterizedTest
    @EnumSource
    void theScriptCreatesTheConstraintsAndIndexesOfTheFacts(IndicoRelease release) {
        Facts facts = Facts.of(release);
        String ddl = release.ddl();
        assertThat(count(ddl, " FOREIGN KEY ")).isEqualTo(facts.count("foreign_keys"));
        assertThat(count(ddl, " CHECK ")).isEqualTo(facts.count("enums"));
        assertThat(count(ddl, " UNIQUE \\(")).isEqualTo(facts.count("unique"));
        assertThat(count(ddl, "CREATE (UNIQUE )?INDEX "))
                .as("a unique constraint brings its index along")
                .isEqualTo(facts.count("indexes") - facts.count("unique"));
    }

    @ParameterizedTest
    @EnumSource
    void revisionsAreThoseOfTheFacts(IndicoRelease release) {
        assertThat(release.revisions()).isEqualTo(Facts.of(release).revisions());
    }

    private static long count(String ddl, String regex) {
        return Pattern.compile(regex).matcher(ddl).results().count();
    }

    private static String qualifiedName(MatchResult createTable) {
        return createTable.group(1) + "." + createTable.group(2);
    }
}
