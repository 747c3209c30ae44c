package io.getindico.metrics.testing;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.jooq.IndicoRelease;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PreparedDatabaseTest {
    @ParameterizedTest
    @EnumSource
    void holdsWhatIndicoLeavesAndNothingElse(IndicoRelease release) {
        try (IndicoDatabase database = IndicoDatabase.create(release)) {
            database.prepare();
            Map<String, Integer> expected = new TreeMap<>(Map.of(
                    "users.users", 1,
                    "categories.categories", 1,
                    "indico.designer_templates", 2,
                    "oauth.applications", 1));
            release.revisions().keySet().forEach(versions -> expected.put("public." + versions, 1));
            assertThat(database.dsl()
                            .<Map<String, Integer>>connectionResult(connection -> rowCounts(DSL.using(connection))))
                    .isEqualTo(expected);
            assertThat(database.dsl().fetchValue(USERS.IS_SYSTEM)).isTrue();
            assertThat(database.dsl().fetchValue(CATEGORIES.TIMEZONE)).isEqualTo("Europe/Zurich");
        }
    }

    private static Map<String, Integer> rowCounts(DSLContext dsl) {
        Map<String, Integer> counts = new TreeMap<>();
        dsl.fetch("SELECT schemaname || '.' || tablename FROM pg_tables"
                        + " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
                .map(row -> row.get(0, String.class))
                .forEach(table -> {
                    int rows = dsl.fetchCount(DSL.table(table));
                    if (rows > 0) {
                        counts.put(table, rows);
                    }
                });
        return counts;
    }
}
