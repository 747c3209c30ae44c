package io.getindico.metrics.testing;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.getindico.metrics.jooq.IndicoRelease;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.impl.DSL;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SchemaTest {
    @ParameterizedTest
    @EnumSource
    void theCatalogContainsTheFactsOfTheRelease(IndicoRelease release) throws IOException {
        try (IndicoDatabase database = IndicoDatabase.create(release)) {
            Set<String> catalog =
                    Set.copyOf(database.dsl().resultQuery(sql("catalog.sql")).fetch(0, String.class));
            Set<String> facts = SchemaFacts.of(release);
            assertThat(facts).hasSizeGreaterThan(2400).containsAll(catalog);
            assertThat(catalog).containsAll(facts);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCodeThatNoReleaseKnowsIsRefused(IndicoRelease release) {
        try (IndicoDatabase database = IndicoDatabase.create(release)) {
            database.prepare();
            assertThatThrownBy(() -> database.dsl()
                            .update(CATEGORIES)
                            .set(DSL.field("event_creation_mode", Short.class), (short) 99)
                            .execute())
                    .isInstanceOf(IntegrityConstraintViolationException.class)
                    .hasMessageContaining("ck_categories_valid_enum_event_creation_mode");
        }
    }

    private static String sql(String name) throws IOException {
        try (InputStream in = SchemaTest.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
