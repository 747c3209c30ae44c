package io.getindico.metrics.exporter.commands;

import io.getindico.metrics.exporter.Exporter;
import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.Settings;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import picocli.CommandLine.Command;

/** {@code training-run}: for the launcher. Starts and scrapes without a database, so that Java can archive the classes. */
@Command(name = "training-run", hidden = true)
final class TrainingRunCommand implements ExporterCommand {
    @Override
    public ExitCode run(Supplier<Settings> unused) {
        EarlyClasses.load(new Options());
        // Port 9 is reserved for the discard service, which hardly anyone runs.
        try (Exporter exporter = Exporter.start(Map.of(
                "database.url",
                "postgresql://nobody@127.0.0.1:9/nothing",
                "listen",
                "127.0.0.1:0",
                "wait-limit",
                "1s"))) {
            get(exporter.uri());
            get(exporter.uri().resolve("/"));
            return ExitCode.OK;
        } catch (IOException e) {
            return ExitCode.FAILED;
        }
    }

    @Override
    public Level logLevel() {
        return Level.OFF;
    }

    private static void get(URI uri) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setRequestProperty("Accept-Encoding", "gzip");
        connection.setReadTimeout(5000);
        connection.getInputStream().readAllBytes();
    }
}
