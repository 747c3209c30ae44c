package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The links between the pages lead to files and headings that exist. */
final class LinksTest {
    private static final Path ROOT = Path.of("../..");
    private static final Pattern CODE = Pattern.compile("(?ms)^ *```.*?^ *```$");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]*)(?:#([^)\\s]+))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$|<a id=\"([^\"]+)\">");

    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path folder : List.of(ROOT, ROOT.resolve("docs"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
            }
        }
        return pages;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(Path page) throws IOException {
        List<String> broken = new ArrayList<>();
        for (MatchResult link : LINK.matcher(withoutCode(page)).results().toList()) {
            String address = link.group(1);
            if (address.contains(":")) {
                continue;
            }
            Path target = address.isEmpty() ? page : page.resolveSibling(address);
            if (!exists(target, link.group(2))) {
                broken.add(link.group());
            }
        }
        assertThat(broken).isEmpty();
    }

    private static boolean exists(Path target, @Nullable String anchor) throws IOException {
        return Files.exists(target) && (anchor == null || anchors(target).contains(anchor));
    }

    private static String withoutCode(Path page) throws IOException {
        return CODE.matcher(Files.readString(page)).replaceAll("");
    }

    /** As GitHub makes them: lower case, without punctuation and with hyphens for spaces. */
    private static Set<String> anchors(Path page) throws IOException {
        Set<String> anchors = new HashSet<>();
        for (MatchResult heading : HEADING.matcher(withoutCode(page)).results().toList()) {
            anchors.add(
                    heading.group(2) != null
                            ? heading.group(2)
                            : heading.group(1)
                                    .replaceAll("]\\([^)]*\\)", "")
                                    .toLowerCase(Locale.ROOT)
                                    .replaceAll("[^\\w -]", "")
                                    .replace(' ', '-'));
        }
        return anchors;
    }
}
