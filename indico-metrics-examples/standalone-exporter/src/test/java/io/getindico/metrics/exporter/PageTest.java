package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page as a person sees it: in a browser, and behind a proxy. */
final class PageTest {
    private static final Pattern LINK = Pattern.compile("<a href=\"([^\"]*)\"");

    private static final String DOCUMENTATION = "https://github.com/indico/indico-metrics/blob/main/docs/operations.md";

    @TempDir
    Path folder;

    @Test
    void aBrowserShowsTheCollectorsInALightAndADarkStyle() throws Exception {
        Path browser = Tools.require("chromium", "chromium-browser", "google-chrome");
        try (TestDatabase database = new TestDatabase();
                Exporter exporter = Exporter.start(database.settings())) {
            Waiting.until(
                    "the first snapshot is there",
                    () -> Answer.get(exporter.uri().resolve("/-/ready")).status() == 200);
            URI page = exporter.uri().resolve("/");

            String document = run(browser, "--dump-dom", page.toString());

            assertThat(document)
                    .contains("<h1>Indico metrics</h1>")
                    .containsPattern("<th scope=\"row\">active_events</th><td><span class=\"good\">✓ read</span></td>"
                            + "<td>live</td><td class=\"n\">\\d+ s ago</td>")
                    .contains("href=\"metrics\"", "<dt>Events</dt>");
            Path light = screenshot(browser, page, "light.png");
            Path dark = screenshot(
                    browser, page, "dark.png", "--force-dark-mode", "--enable-features=WebContentsForceDark");
            assertThat(Files.size(light)).isGreaterThan(10_000);
            assertThat(Files.readAllBytes(light)).isNotEqualTo(Files.readAllBytes(dark));
        }
    }

    /** Chromium logs every error, and every style or script that the security policy refuses. */
    @Test
    void theBrowserHasNothingToComplainAbout() throws Exception {
        Path browser = Tools.require("chromium", "chromium-browser", "google-chrome");
        try (TestDatabase database = new TestDatabase();
                Exporter exporter = Exporter.start(database.settings())) {
            URI page = exporter.uri().resolve("/");
            Waiting.until("the past is there", () -> Answer.get(page).body().contains("<svg"));

            assertThat(log(browser, page)).doesNotContain("CONSOLE");
            URI wrong = URI.create("data:text/html,%3Cscript%3Econsole.error('seen')%3C/script%3E");
            assertThat(log(browser, wrong)).contains("CONSOLE");
        }
    }

    @Test
    void linksLeadToThePagesBehindAProxyWithAPrefix() throws Exception {
        try (TestDatabase database = new TestDatabase();
                Exporter exporter = Exporter.start(database.settings());
                Proxy proxy = Proxy.startUnder("/indico-metrics/", folder, exporter.uri())) {
            URI page = URI.create("http://127.0.0.1:" + proxy.port() + "/indico-metrics/");

            Map<URI, String> pages = follow(page);

            assertThat(pages.keySet())
                    .containsExactlyInAnyOrder(
                            page.resolve("/indico-metrics/metrics"),
                            page.resolve("/indico-metrics/-/healthy"),
                            page.resolve("/indico-metrics/-/ready"));
            assertThat(pages.get(page.resolve("/indico-metrics/metrics"))).contains("\nindico_up ");
            assertThat(pages.get(page.resolve("/indico-metrics/-/healthy"))).isEqualTo("healthy\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "token"})
    void linksAreRelative(String token) throws Exception {
        try (Exporter exporter = Exporter.start(TestDatabase.settingsFor("postgres", "token", token))) {
            URI page = exporter.uri().resolve("/");

            List<String> links = links(page);

            assertThat(Answer.get(page).body()).contains("href=\"" + DOCUMENTATION + "\"");
            assertThat(links).containsExactly("metrics", "-/healthy", "-/ready");
            for (String link : links) {
                assertThat(Answer.get(page.resolve(link)).status()).as(link).isNotEqualTo(404);
            }
        }
    }

    private static List<String> links(URI page) throws IOException {
        return LINK.matcher(Answer.get(page).body())
                .results()
                .map(match -> match.group(1))
                .filter(link -> !link.equals(DOCUMENTATION))
                .toList();
    }

    /** The text behind each link of the page, by its address. */
    private static Map<URI, String> follow(URI page) throws IOException {
        Map<URI, String> pages = new HashMap<>();
        for (String link : links(page)) {
            pages.put(page.resolve(link), Answer.get(page.resolve(link)).body());
        }
        return pages;
    }

    private String log(Path browser, URI page) throws Exception {
        return run(
                browser,
                "--enable-logging=stderr",
                "--v=0",
                "--screenshot=" + folder.resolve("page.png"),
                page.toString());
    }

    private Path screenshot(Path browser, URI page, String name, String... more) throws Exception {
        Path file = folder.resolve(name);
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.add("--window-size=1000,1100");
        arguments.add("--screenshot=" + file);
        arguments.add(page.toString());
        run(browser, arguments.toArray(String[]::new));
        return file;
    }

    private String run(Path browser, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                browser.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--user-data-dir=" + Files.createTempDirectory(folder, "profile")));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(folder, "output", "");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output, UTF_8);
    }
}
