package io.getindico.metrics.jooq;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jooq.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the list of Indico's enums, and the classes made from it, with the checks in the facts of every release. */
class EnumsTest {
    private static final Map<IndicoRelease, Facts> FACTS =
            Arrays.stream(IndicoRelease.values()).collect(toMap(release -> release, Facts::of));
    private static final Facts NEWEST = Facts.of(IndicoRelease.newest());

    static List<Line> lines() {
        try (Stream<String> lines = Files.lines(Path.of("src/main/schema/enums.txt"))) {
            return lines.map(Line.PATTERN::matcher)
                    .filter(Matcher::matches)
                    .map(Line::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyColumnWithACheckHasAnEnum() {
        assertThat(lines().stream().flatMap(line -> line.columns().keySet().stream()))
                .containsExactlyInAnyOrderElementsOf(NEWEST.enumColumns());
    }

    @ParameterizedTest
    @MethodSource("lines")
    void constantsAreExactlyThoseOfTheChecks(Line line) {
        for (String column : line.columns().keySet()) {
            assertThat(field(column).getType().getName())
                    .as(column)
                    .isEqualTo("io.getindico.metrics.jooq.enums." + line.name());
        }
        Field<?> field = field(line.columns().keySet().iterator().next());
        Map<Short, String> allowed = line.columns().keySet().stream()
                .flatMap(column -> NEWEST.codes(column).stream())
                .distinct()
                .collect(toMap(code -> code, code -> constant(field, code)));
        assertThat(line.constants().stream().collect(toMap(Constant::code, Constant::name)))
                .as(line.name())
                .isEqualTo(allowed);
        assertThat(field.getType().getEnumConstants()).hasSameSizeAs(allowed.keySet());
    }

    @ParameterizedTest
    @MethodSource("lines")
    void olderReleasesLackOnlyLaterConstants(Line line) {
        FACTS.forEach((release, facts) -> line.columns().forEach((column, since) -> {
            Stream<Short> expected = line.constants().stream()
                    .filter(constant -> isIn(release, since) && isIn(release, constant.since()))
                    .map(Constant::code)
                    .filter(NEWEST.codes(column)::contains);
            assertThat(facts.codes(column))
                    .as("%s of Indico %s", column, release.version())
                    .containsExactlyInAnyOrderElementsOf(expected.toList());
        }));
    }

    private static boolean isIn(IndicoRelease release, Version since) {
        return Version.parse(release.version()).compareTo(since) >= 0;
    }

    private static Field<?> field(String column) {
        return GeneratedTablesTest.fields()
                .filter(field -> GeneratedTablesTest.name(field).equals(column))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no column " + column));
    }

    private static String constant(Field<?> field, Short code) {
        return Objects.toString(field.getDataType().convert(code), "no constant")
                .toLowerCase(Locale.ROOT);
    }

    /** A line of the list; each column with the release that brought it. */
    record Line(String name, Map<String, Version> columns, List<Constant> constants) {
        static final Pattern PATTERN = Pattern.compile("(?<name>\\w+) = (?<columns>[^:]+): (?<constants>[^#]+) # .+");

        static Line of(Matcher line) {
            return new Line(
                    line.group("name"),
                    items(line.group("columns")).collect(toMap(column -> column[0], column -> since(column, 1))),
                    items(line.group("constants")).map(Constant::of).toList());
        }

        @Override
        public String toString() {
            return name;
        }

        private static Stream<String[]> items(String list) {
            return Arrays.stream(list.split(", ")).map(item -> item.split(" "));
        }

        /** Reads the two words from a position on, or takes the oldest release where there are none. */
        static Version since(String[] words, int position) {
            return Version.parse(words.length == position ? "3.2" : words[position + 1]);
        }
    }

    /** A constant, its code and the release that brought it. */
    record Constant(Short code, String name, Version since) {
        static Constant of(String[] words) {
            return new Constant(Short.valueOf(words[0]), words[1], Line.since(words, 2));
        }
    }
}
