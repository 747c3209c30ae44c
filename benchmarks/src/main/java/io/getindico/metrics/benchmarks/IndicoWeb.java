package io.getindico.metrics.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Indico's own web application with its plugin, in two workers of gunicorn. The plugin caches its answers in Redis.
 * This class enables the plugin in the database, and disables it when it closes.
 */
final class IndicoWeb implements AutoCloseable {
    private static final String WORKERS = "2";
    private static final String SETTING = "plugin_prometheus";

    private final Server server;
    private final String database;
    private final Process redis;
    private final WebServer web;

    private IndicoWeb(Server server, String database, Process redis, WebServer web) {
        this.server = server;
        this.database = database;
        this.redis = redis;
        this.web = web;
    }

    static IndicoWeb start(Path python, Server server, Dataset dataset, Path folder) throws Exception {
        Path packages = folder.resolve("gunicorn");
        if (!Files.exists(packages)) {
            run(
                    folder,
                    python.toString(),
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--target",
                    packages.toString(),
                    "gunicorn");
        }
        String database = dataset.database();
        server.execute(
                database,
                "DELETE FROM indico.settings WHERE module = '" + SETTING + "'",
                "INSERT INTO indico.settings (module, name, value) VALUES ('" + SETTING + "', 'enabled', 'true')");
        int redisPort = WebServer.freePort();
        Process redis = new ProcessBuilder(
                        "redis-server", "--port", String.valueOf(redisPort), "--bind", "127.0.0.1", "--save", "")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("redis.log").toFile())
                .start();
        PGSimpleDataSource dataSource = server.dataSource(database, "");
        int http = WebServer.freePort();
        Path configuration = PluginItself.configuration(folder, dataSource, redisPort, http);
        WebServer web = WebServer.start(
                Exporters.uri(http),
                folder.resolve("indico-web.log"),
                Map.of("INDICO_CONFIG", configuration.toString(), "PYTHONPATH", packages.toString()),
                List.of(
                        python.toString(),
                        "-W",
                        "ignore",
                        "-m",
                        "gunicorn",
                        "--workers",
                        WORKERS,
                        "--timeout",
                        "300",
                        "--bind",
                        "127.0.0.1:" + http,
                        "indico.web.flask.app:make_app()"));
        return new IndicoWeb(server, database, redis, web);
    }

    private static void run(Path folder, String... command) throws IOException, InterruptedException {
        int exit = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("pip.log").toFile())
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException(String.join(" ", command) + " failed: see " + folder.resolve("pip.log"));
        }
    }

    WebServer web() {
        return web;
    }

    @Override
    public void close() {
        web.close();
        redis.destroy();
        server.execute(database, "DELETE FROM indico.settings WHERE module = '" + SETTING + "'");
    }
}
