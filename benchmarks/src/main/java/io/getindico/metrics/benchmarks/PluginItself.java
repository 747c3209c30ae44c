package io.getindico.metrics.benchmarks;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The code of Indico's own plugin, run by Indico's Python. It always reads all gauges. */
@SuppressWarnings("InlineFormatString") // The configuration is easier to read in one piece.
record PluginItself(Path python, Path cache) implements Contender {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int UNUSED = 1;
    private static final String CONFIGURATION = """
        SQLALCHEMY_DATABASE_URI = 'postgresql://postgres@%1$s/%2$s'
        REDIS_CACHE_URL = CELERY_BROKER = 'redis://127.0.0.1:%4$d/0'
        SECRET_KEY = 'for benchmarks only, on loopback'
        BASE_URL = 'http://127.0.0.1:%5$d'
        DEFAULT_TIMEZONE = 'Europe/Zurich'
        DEFAULT_LOCALE = 'en_GB'
        ENABLE_ROOMBOOKING = True
        PLUGINS = {'prometheus', 'livesync'}
        CACHE_DIR = LOG_DIR = TEMP_DIR = '%3$s'
        STORAGE_BACKENDS = {'default': 'fs:%3$s/archive'}
        ATTACHMENT_STORAGE = 'default'
        SUPPORT_EMAIL = NO_REPLY_EMAIL = 'nobody@example.org'
        """;

    @Override
    public Name name() {
        return Name.INDICO;
    }

    @Override
    public Reader prepare(DataSource dataSource, Set<String> collectors) {
        try {
            PGSimpleDataSource database = (PGSimpleDataSource) dataSource;
            Path folder = Files.createDirectories(cache.resolve("indico").toAbsolutePath());
            Path configuration = configuration(folder, database, UNUSED, UNUSED);
            Path script = Files.writeString(folder.resolve("itself.py"), Words.script("plugin/itself.py", Map.of()));
            ProcessBuilder command = new ProcessBuilder(python.toString(), "-W", "ignore", script.toString())
                    .redirectError(folder.resolve("indico.log").toFile());
            command.environment().put("INDICO_CONFIG", configuration.toString());
            command.environment().put("PGOPTIONS", database.getOptions());
            return new IndicoReader(command.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path configuration(Path folder, PGSimpleDataSource database, int redisPort, int httpPort)
            throws IOException {
        String address = "localhost:" + database.getPortNumbers()[0];
        return Files.writeString(
                folder.resolve("indico.conf"),
                CONFIGURATION.formatted(address, database.getDatabaseName(), folder, redisPort, httpPort));
    }

    private static final class IndicoReader implements Reader {
        private final Process process;
        private final BufferedReader answers;
        private final BufferedWriter requests;

        IndicoReader(Process process) throws IOException {
            this.process = process;
            this.answers = process.inputReader(StandardCharsets.UTF_8);
            this.requests = process.outputWriter(StandardCharsets.UTF_8);
            if (!"ready".equals(answers.readLine())) {
                throw new IOException("Indico did not start: see indico.log in the cache");
            }
        }

        @Override
        public SortedMap<String, Double> read() throws SQLException {
            try {
                requests.newLine();
                requests.flush();
                String answer = answers.readLine();
                if (answer == null) {
                    throw new IOException("Indico ended: see indico.log in the cache");
                }
                JsonNode gauges = JSON.readTree(answer);
                if (gauges.has("sqlstate")) {
                    throw new SQLException(
                            "see indico.log in the cache",
                            gauges.get("sqlstate").asText());
                }
                return JSON.convertValue(gauges, new TypeReference<TreeMap<String, Double>>() {});
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
