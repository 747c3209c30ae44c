package io.getindico.metrics.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.table;

import io.getindico.metrics.jooq.IndicoRelease;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenDataTest {
    static Stream<GoldenData> all() {
        return GoldenData.releases().stream().map(GoldenData::of);
    }

    @Test
    void thereAreTwentyNineCasesOfTwoReleases() {
        assertThat(GoldenData.releases()).containsExactly(IndicoRelease.V3_2_9, IndicoRelease.V3_3_12);
        assertThat(all().flatMap(data -> data.cases().stream()))
                .hasSize(29)
                .allSatisfy(golden -> assertThat(golden.values()).hasSize(22));
    }

    @Test
    void aReleaseWithoutRowsIsRefused() {
        assertThatThrownBy(() -> GoldenData.of(IndicoRelease.V3_3_14))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no golden rows for V3_3_14, only for [V3_2_9, V3_3_12]");
    }

    @Test
    void anotherReleasesDatabaseIsRefused() {
        try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.V3_3_12)) {
            assertThatThrownBy(() -> GoldenData.of(IndicoRelease.V3_2_9).loadInto(database))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("rows of V3_2_9 do not fit a database of V3_3_12");
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyFileFillsItsTable(GoldenData data) throws IOException, URISyntaxException {
        try (IndicoDatabase database = IndicoDatabase.create(data.release())) {
            data.loadInto(database);
            List<String> filled = database.dsl().connectionResult(connection -> {
                DSLContext dsl = DSL.using(connection);
                return Tables.names(dsl).stream()
                        .filter(name -> dsl.fetchExists(table(name)))
                        .toList();
            });
            assertThat(filled).containsExactlyElementsOf(files(data.release()));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void theRowsSatisfyEveryForeignKey(GoldenData data) {
        try (IndicoDatabase database = IndicoDatabase.create(data.release())) {
            data.loadInto(database);
            DSLContext dsl = database.dsl();
            // PostgreSQL validates a key only when it is added.
            List<String> statements = dsl.fetch("""
                SELECT format('ALTER TABLE %1$s DROP CONSTRAINT %2$I; ALTER TABLE %1$s ADD CONSTRAINT %2$I %3$s',
                  conrelid::regclass, conname, pg_get_constraintdef(oid))
                FROM pg_constraint WHERE contype = 'f'\
                """).getValues(0, String.class);
            assertThat(statements).hasSizeGreaterThan(300);
            assertThatCode(() -> dsl.execute(String.join(";", statements))).doesNotThrowAnyException();
        }
    }

    private static List<String> files(IndicoRelease release) throws IOException, URISyntaxException {
        URL folder = GoldenData.class.getResource("golden/indico-" + release.version());
        try (Stream<Path> files =
                Files.list(Path.of(Objects.requireNonNull(folder).toURI()))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".csv"))
                    .map(name -> name.substring(0, name.length() - ".csv".length()))
                    .sorted()
                    .toList();
        }
    }
}
