package io.getindico.metrics.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests that {@code docs/reliability.md} names exist, and it names each test of a fault. */
class ReliabilityPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern NAMED = Pattern.compile("\\b(\\w+Test)\\.(\\w+)\\b");
    private static final Pattern TEST =
            Pattern.compile("@(?:Parameterized)?Test\\b.*?\\bvoid (\\w+)\\(", Pattern.DOTALL);

    @Test
    void eachTestThatItNamesIsThere() throws IOException {
        Set<String> tests = new TreeSet<>();
        for (Path source : sources("class")) {
            tests.addAll(testsIn(source));
        }
        assertThat(tests).containsAll(named()).hasSizeGreaterThan(named().size());
    }

    @Test
    void eachTestOfAFaultIsNamed() throws IOException {
        Set<String> tests = new TreeSet<>();
        for (Path source : sources("class \\w+ extends FaultTest")) {
            tests.addAll(testsIn(source));
        }
        assertThat(tests).hasSizeGreaterThan(20);
        assertThat(named()).containsAll(tests);
    }

    private static Set<String> named() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/reliability.md"));
        return NAMED.matcher(page).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Path> sources(String pattern) throws IOException {
        try (Stream<Path> paths = Files.walk(ROOT)) {
            return paths.filter(path -> path.toString().contains("src/test/java")
                            && path.toString().endsWith("Test.java"))
                    .filter(path -> Pattern.compile(pattern).matcher(read(path)).find())
                    .toList();
        }
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> testsIn(Path source) {
        String name = source.getFileName().toString().replace(".java", "");
        return TEST.matcher(read(source))
                .results()
                .map(result -> name + "." + result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
