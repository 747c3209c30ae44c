package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.getindico.metrics.exporter.commands.CommandLineTest;
import io.getindico.metrics.exporter.commands.ExporterMain;
import io.getindico.metrics.exporter.database.Credentials;
import io.getindico.metrics.exporter.http.ListenException;
import io.getindico.metrics.exporter.logging.Logs;
import io.getindico.metrics.exporter.settings.Options.LogFormat;
import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.logging.Level;

/**
 * Runs the program's commands repeatedly with a secret in their settings, and searches all output for it. It is a
 * separate program, since loggers read their level once.
 */
final class SecretFuzz {
    private static final List<String> COMMANDS = List.of("once", "check", "serve", "version", "--help");

    private static final String ESCAPED = "not caught: ";

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final PrintStream captured = new PrintStream(output, true, UTF_8);
    private final Random random;
    private final FuzzedSettings.Ports ports;
    private final Path folder;

    private SecretFuzz(Random random, FuzzedSettings.Ports ports, Path folder) {
        this.random = random;
        this.ports = ports;
        this.folder = folder;
    }

    /**
     * Prints each finding as a paragraph, and exits with 1 if there is any.
     *
     * @param arguments the seed, the number of cases, the port of a PostgreSQL
     */
    public static void main(String[] arguments) throws Exception {
        Random random = new Random(Long.parseLong(arguments[0]));
        Path folder = Files.createTempDirectory("secrets");
        PrintStream out = System.out;
        try (BadServer rubbish = BadServer.rubbish(random);
                BadServer echo = BadServer.echo()) {
            var ports = new FuzzedSettings.Ports(Integer.parseInt(arguments[2]), rubbish.port(), echo.port());
            List<String> found = new SecretFuzz(random, ports, folder).run(Integer.parseInt(arguments[1]));
            found.forEach(out::println);
            System.exit(found.isEmpty() ? 0 : 1);
        }
    }

    private List<String> run(int cases) throws IOException {
        System.setErr(captured);
        System.setOut(captured);
        List<String> found = new ArrayList<>();
        for (int i = 0; i < cases; i++) {
            FuzzedSecret secret = FuzzedSecret.random(random);
            FuzzedSettings settings = new FuzzedSettings(random, secret, ports, folder);
            String command = COMMANDS.get(random.nextInt(COMMANDS.size()));
            output.reset();
            run(command, settings, secret);
            captured.flush();
            String shown = output.toString(UTF_8);
            secret.shownIn(shown)
                    .or(() -> shown.lines()
                            .filter(line -> line.startsWith(ESCAPED))
                            .findFirst())
                    .ifPresent(line -> found.add(command + ": " + settings + "\n    shows " + line));
        }
        return found;
    }

    // Java would print an exception that nobody catches.
    @SuppressWarnings("CatchingUnchecked")
    private void run(String command, FuzzedSettings settings, FuzzedSecret secret) {
        try {
            if (command.equals("serve")) {
                serve(settings, secret);
            } else {
                List<String> arguments = new ArrayList<>(settings.arguments());
                arguments.add(command);
                Map<String, String> environment = new HashMap<>(settings.environment());
                environment.put("INDICO_METRICS_LOG_LEVEL", "debug");
                ExporterMain.run(arguments.toArray(String[]::new), environment, captured, captured);
            }
        } catch (SettingException e) {
            captured.println(e.line());
        } catch (ListenException e) {
            captured.println(e.line());
        } catch (Exception e) {
            captured.println(ESCAPED + e);
            e.printStackTrace(captured);
        }
        Thread.getAllStackTraces().keySet().forEach(thread -> captured.println(thread.getName()));
    }

    private void serve(FuzzedSettings fuzzed, FuzzedSecret secret) throws IOException {
        var parsed = CommandLineTest.parse(fuzzed.arguments().toArray(String[]::new));
        Settings settings = Settings.of(parsed.flags(), fuzzed.environment());
        captured.println(List.of(settings, settings.databaseUrl(), Credentials.of(settings)));
        Logs.configure(LogFormat.TEXT, Level.FINE);
        try (Exporter exporter = Exporter.start(settings, () -> settings)) {
            captured.println(List.of(exporter));
            for (String header : List.of(
                    "X-Prometheus-Scrape-Timeout-Seconds: 1",
                    "Authorization: Bearer " + secret.encoded(),
                    "Authorization: Basic " + secret.encoded(),
                    "Authorization: Bearer " + secret.encoded() + "x".repeat(20_000),
                    "Authorization " + secret.encoded())) {
                for (String path : List.of("/metrics", "/", "/none", "/metrics?token=" + secret.encoded())) {
                    URI uri = exporter.uri().resolve(path);
                    captured.println(Answer.get(uri, "X-Prometheus-Scrape-Timeout-Seconds: 0.6", header));
                }
            }
        }
    }
}
