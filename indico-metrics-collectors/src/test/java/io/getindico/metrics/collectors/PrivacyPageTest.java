package io.getindico.metrics.collectors;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.jooq.DefaultCatalog;
import io.getindico.metrics.testing.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The lists in {@code docs/privacy.md} are the rights that PostgreSQL reports for the role of {@code grants}. */
class PrivacyPageTest {
    private static final Path PAGE = Path.of("../docs/privacy.md");
    private static final String END = "<!-- end -->";
    private static final Pattern TABLE = Pattern.compile("`([a-z_]+)\\.([a-z_]+)`");

    private static final String COLUMNS = """
            SELECT n.nspname || '.' || c.relname, string_agg('`' || a.attname || '`', ', ' ORDER BY a.attname)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE n.nspname !~ '^(pg_|information_schema)' AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
            AND has_schema_privilege(?, n.oid, 'usage') AND has_column_privilege(?, c.oid, a.attnum, 'select')
            GROUP BY 1 ORDER BY 1""";

    private static final String FUNCTIONS = """
            SELECT p.proname, pg_get_function_result(p.oid)
            FROM pg_proc p
            WHERE p.pronamespace = 'indico_metrics'::regnamespace AND has_function_privilege(?, p.oid, 'execute')
            ORDER BY 1""";

    @Test
    void itListsTheRightsOfTheRole() throws IOException {
        try (GrantedRole granted = new GrantedRole()) {
            String role = granted.login.role();
            String columns = granted.database.dsl().fetch(COLUMNS, role, role).stream()
                    .map(row -> "| `" + row.get(0) + "` | " + row.get(1) + " |\n")
                    .collect(joining("", "| table | columns |\n|---|---|\n", ""));
            String script = GrantedRole.script(granted.login, true);
            String functions = granted.database.dsl().fetch(FUNCTIONS, role).stream()
                    .map(row -> "| `%s` | %s | %s |\n"
                            .formatted(row.get(0), reads(script, (String) row.get(0)), row.get(1)))
                    .collect(joining("", "| function | reads | returns |\n|---|---|---|\n", ""));
            assertThat(columns).contains("| `events.events` |").doesNotContain("`data`", "`email`");

            String page = with(Files.readString(PAGE), "columns", columns);
            GoldenFile.verify(PAGE, with(page, "functions", functions));
        }
    }

    /** The comments of the script say which columns a function reads; these come from its statement. */
    private static String reads(String script, String function) {
        String before = script.substring(0, script.indexOf("FUNCTION indico_metrics." + function + "("));
        String comments = before.substring(before.lastIndexOf("\n\n"));
        return Pattern.compile("-- It reads ([\\w.]+) \\(([\\w, ]+)\\)\\.")
                .matcher(comments)
                .results()
                .map(table -> "`" + table.group(1) + "`: `" + table.group(2).replace(", ", "`, `") + "`")
                .collect(joining("; "));
    }

    private static String with(String page, String what, String text) {
        String begin = "<!-- " + what + ", written by -Dgolden.update=true -->\n";
        assertThat(page).containsOnlyOnce(begin);
        int start = page.indexOf(begin) + begin.length();
        return page.substring(0, start) + text + page.substring(page.indexOf(END, start));
    }

    @Test
    void theTablesThatItNamesExist() throws IOException {
        String page = Files.readString(PAGE);
        TABLE.matcher(page.substring(page.indexOf("## What the login can never read")))
                .results()
                .forEach(table -> assertThat(DefaultCatalog.DEFAULT_CATALOG
                                .getSchema(table.group(1))
                                .getTable(table.group(2)))
                        .as(table.group())
                        .isNotNull());
    }
}
