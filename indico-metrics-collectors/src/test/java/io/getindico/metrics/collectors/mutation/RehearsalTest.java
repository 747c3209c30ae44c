package io.getindico.metrics.collectors.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.collectors.Gauges;
import io.getindico.metrics.collectors.InMemoryCompiler;
import io.getindico.metrics.collectors.WideIndico;
import io.getindico.metrics.collectors.differential.RandomDatabases;
import io.getindico.metrics.collectors.tolerance.Migration;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.GoldenCase;
import io.getindico.metrics.testing.WideCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rehearses an upgrade to a future Indico. Classes that know only the constants and the revision of an older Indico read
 * the tables of newer ones. Each value must then be true or absent, or its rows must count as unknown.
 */
@Tag("slow")
class RehearsalTest {
    private static final Path ENUMS = Path.of("../indico-metrics-jooq-codegen/src/main/schema/enums.txt");
    private static final Pattern ENUM = Pattern.compile("(\\w+) = [^:]+: ([^#]+)#.*");
    private static final Pattern CONSTANT = Pattern.compile("(\\d+) (\\w+)(?: since ([\\d.]+))?");
    private static final Pattern VALUE = Pattern.compile("=\"(\\w+)\"");
    private static final String PACKAGE = LinkType.class.getPackageName();
    private static final int DATABASES = 3;

    private static final List<String> COLLECTORS = Gauges.collectors().stream()
            .map(MetricCollector::name)
            // The size of the database changes by itself.
            .filter(name -> !name.equals("database"))
            .toList();

    /** The classes of the enums as of an older Indico, and the constants that they lack. */
    private record Known(Map<String, byte[]> classes, Set<String> missing) {}

    @ParameterizedTest
    @ValueSource(strings = {"3.2", "3.3"})
    void eachValueIsTrueOrUnknown(String release) throws IOException, SQLException {
        Known known = known(release);
        var then = MutantClassLoader.of(known.classes).reading(COLLECTORS);
        MutantReading now = new MutantReading(COLLECTORS);
        boolean isUnknown = false;
        try (RandomDatabases databases = RandomDatabases.create()) {
            DSL.using(databases.dataSource(), SQLDialect.POSTGRES)
                    .execute("INSERT INTO public.alembic_version VALUES ('f00dfacecafe')");
            for (int seed = 0; seed < DATABASES; seed++) {
                GoldenCase at = databases.write(seed);
                SortedMap<String, Double> expected = values(now.apply(databases.dataSource(), at));
                SortedMap<String, Double> read = values(then.apply(databases.dataSource(), at));
                isUnknown |= countAsUnknown(expected, read, known);
                assertThat(differences(expected, read)).isEmpty();
            }
        }
        assertThat(isUnknown)
                .as("series of constants that %s does not know", release)
                .isTrue();
    }

    /** Classes of today, which know the release, read the true values; {@code CompatibilityTest} compares those. */
    @ParameterizedTest
    @ValueSource(strings = {"3.2", "3.3"})
    void eachValueIsTrueUnknownOrAbsentAfterEveryMigration(String release) throws IOException {
        Known known = known(release);
        var then = MutantClassLoader.of(known.classes).reading(COLLECTORS);
        MutantReading now = new MutantReading(COLLECTORS);
        for (Migration.Route route : Migration.ROUTES) {
            try (WideIndico indico = new WideIndico(route.start())) {
                WideCase wide = indico.cases().get(0);
                GoldenCase at = new GoldenCase(wide.now(), wide.zone(), Duration.ofDays(2), new TreeMap<>());
                for (Migration migration : route.migrations()) {
                    migration.run(indico.dsl());
                    SortedMap<String, Double> expected = values(now.apply(indico.dataSource(), at));
                    indico.dsl().execute("UPDATE public.alembic_version SET version_num = 'f00dfacecafe'");
                    String text = then.apply(indico.dataSource(), at);
                    int end = text.indexOf("# HELP");
                    Set<String> failures =
                            Set.copyOf(List.of(text.substring(0, end).split("\\W+")));
                    SortedMap<String, Double> read = ExpositionText.values(text.substring(end));
                    assertThat(read).hasSizeGreaterThan(expected.size() / 2);
                    countAsUnknown(expected, read, known);
                    expected.keySet()
                            .removeIf(series -> !read.containsKey(series) && failures.contains(family(series)));
                    assertThat(differences(expected, read)).as(migration.head()).isEmpty();
                }
            }
        }
    }

    /** Without this, the test could use today's constants. */
    @Test
    void anOlderReleaseKnowsFewerConstants() throws IOException {
        assertThat(known("3.2").missing).contains("emails", "acl").containsAll(known("3.3").missing);
        assertThat(known("3.3.14").missing).isEmpty();
    }

    /** Moves the expected values of constants that an older release does not know, and returns whether there are any. */
    private static boolean countAsUnknown(
            SortedMap<String, Double> expected, SortedMap<String, Double> read, Known known) {
        boolean isUnknown = false;
        for (String series : List.copyOf(expected.keySet())) {
            String other = asUnknown(series, known.missing);
            double rows = Objects.requireNonNull(expected.get(series));
            if (!other.equals(series) && read.getOrDefault(series, 0.0) < rows) {
                expected.remove(series);
                expected.merge(other, rows, Double::sum);
                isUnknown = true;
            }
        }
        // A label may list a constant by name, which an older release would not do.
        read.entrySet().removeIf(series -> !expected.containsKey(series.getKey()) && series.getValue() == 0);
        return isUnknown;
    }

    private static List<String> differences(Map<String, Double> expected, Map<String, Double> read) {
        Set<String> all = new TreeSet<>(expected.keySet());
        all.addAll(read.keySet());
        return all.stream()
                .filter(series -> !Objects.equals(expected.get(series), read.get(series)))
                .map(series -> series + ": expected " + expected.get(series) + ", read " + read.get(series))
                .toList();
    }

    private static SortedMap<String, Double> values(String text) {
        assertThat(text).as("no failures").startsWith("{}");
        return ExpositionText.values(text.substring(2));
    }

    private static String family(String series) {
        return series.replaceFirst("(?s)\\{.*", "");
    }

    private static String asUnknown(String series, Set<String> missing) {
        return VALUE.matcher(series)
                .replaceAll(value -> missing.contains(value.group(1)) ? "=\"unknown\"" : value.group());
    }

    private static Known known(String release) throws IOException {
        Map<String, byte[]> classes = new HashMap<>();
        Set<String> missing = new TreeSet<>();
        for (String line : Files.readAllLines(ENUMS)) {
            Matcher type = ENUM.matcher(line);
            if (!type.matches()) {
                continue;
            }
            List<String> constants = new ArrayList<>();
            boolean isWhole = true;
            for (Matcher constant = CONSTANT.matcher(type.group(2)); constant.find(); ) {
                if (constant.group(3) == null || isAtMost(constant.group(3), release)) {
                    constants.add(constant.group(2).toUpperCase(Locale.ROOT) + "(" + constant.group(1) + ")");
                } else {
                    isWhole = false;
                    missing.add(constant.group(2));
                }
            }
            if (!isWhole) {
                String name = PACKAGE + "." + type.group(1);
                classes.putAll(InMemoryCompiler.compile(name, source(type.group(1), constants)));
            }
        }
        return new Known(classes, missing);
    }

    private static boolean isAtMost(String release, String known) {
        return Runtime.Version.parse(release).compareTo(Runtime.Version.parse(known)) <= 0;
    }

    private static String source(String name, List<String> constants) {
        return """
                package %1$s;
                public enum %2$s implements Coded {
                    %3$s;
                    private final short code;
                    %2$s(int code) { this.code = (short) code; }
                    @Override public short code() { return code; }
                    public static %2$s ofCode(Short code) { return Coded.find(values(), code); }
                }
                """.formatted(PACKAGE, name, String.join(", ", constants));
    }
}
