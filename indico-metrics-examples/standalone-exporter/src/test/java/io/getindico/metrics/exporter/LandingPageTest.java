package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as a person meets it: in a browser. */
final class LandingPageTest {
    @TempDir
    Path folder;

    @Test
    void aBrowserShowsEveryCollectorInTheStylesOfThePage() throws Exception {
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
                    .containsPattern("<td>active_events</td><td><span class=\"good\">✓ read</span></td><td>live</td>")
                    .contains("href=\"/metrics\"")
                    .doesNotContain("<script");
            Path light = screenshot(browser, page, "light.png");
            Path dark = screenshot(
                    browser, page, "dark.png", "--force-dark-mode", "--enable-features=WebContentsForceDark");
            assertThat(Files.size(light)).isGreaterThan(10_000);
            assertThat(Files.readAllBytes(light)).isNotEqualTo(Files.readAllBytes(dark));
        }
    }

    /** Chromium writes a refused style or script to its log. */
    @Test
    void theSecurityPolicyLetsThePagesOwnStyleThrough() throws Exception {
        Path browser = Tools.require("chromium", "chromium-browser", "google-chrome");
        try (TestDatabase database = new TestDatabase();
                Exporter exporter = Exporter.start(database.settings())) {
            String log = run(
                    browser,
                    "--enable-logging=stderr",
                    "--v=0",
                    "--screenshot=" + folder.resolve("page.png"),
                    exporter.uri().resolve("/").toString());

            assertThat(log).doesNotContain("Content Security Policy");
        }
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
