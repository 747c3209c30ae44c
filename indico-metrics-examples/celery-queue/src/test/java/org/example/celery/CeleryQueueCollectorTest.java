package org.example.celery;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.testing.ExpositionText;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** On a Redis of its own. Indico's database is away, which does not matter to this collector. */
final class CeleryQueueCollectorTest {
    @TempDir
    private Path folder;

    private int port;
    private Process redis;

    @BeforeEach
    void startRedis() throws Exception {
        boolean isThere = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(bin -> new File(bin, "redis-server").canExecute());
        assumeTrue(
                isThere || Boolean.parseBoolean(System.getenv("INDICO_METRICS_REQUIRE_TOOLS")), "needs redis-server");
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        redis = new ProcessBuilder(
                        "redis-server", "--port", "" + port, "--bind", "127.0.0.1", "--save", "", "--requirepass", "pass")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!cli("PING").equals("PONG")) {
            assertTrue(System.nanoTime() < deadline, "Redis starts");
            Thread.sleep(50);
        }
    }

    @AfterEach
    void stopRedis() throws InterruptedException {
        if (redis != null) {
            redis.destroy();
            redis.waitFor();
        }
    }

    @Test
    void itCountsTheTasksOfTheQueueInTheDatabaseOfTheBroker() throws Exception {
        assertTrue(scrape("redis://:pass@127.0.0.1:" + port + "/2", "celery").contains("\nindico_celery_queued_tasks 0.0\n"));
        cli("-n", "2", "LPUSH", "celery", "one", "two", "three");
        cli("-n", "2", "LPUSH", "other", "four");
        cli("-n", "0", "LPUSH", "celery", "elsewhere");
        assertTrue(scrape("redis://:pass@127.0.0.1:" + port + "/2", "celery").contains("\nindico_celery_queued_tasks 3.0\n"));
        assertTrue(scrape("redis://default:pass@127.0.0.1:" + port, "celery").contains("\nindico_celery_queued_tasks 1.0\n"));
    }

    @Test
    void theValueIsAbsentIfRedisRefusesOrIsAway() throws Exception {
        String refused = scrape("redis://:wrong@127.0.0.1:" + port, "celery");
        assertTrue(refused.contains("\nindico_collector_success{collector=\"celery_queue\"} 0.0\n"));
        assertFalse(refused.contains("indico_celery_queued_tasks"));
        stopRedis();
        assertFalse(scrape("redis://:pass@127.0.0.1:" + port, "celery").contains("indico_celery_queued_tasks"));
    }

    private static String scrape(String broker, String queue) {
        try (IndicoMetrics metrics = IndicoMetrics.builder(new PGSimpleDataSource())
                .collectors(new CeleryQueueCollector())
                .setting("celery_queue", "broker", broker)
                .setting("celery_queue", "queue", queue)
                .build()) {
            return ExpositionText.of(metrics.scrape(name -> true, Duration.ofSeconds(20)).metrics());
        }
    }

    private String cli(String... command) throws IOException, InterruptedException {
        List<String> all = Stream.concat(
                        Stream.of("redis-cli", "-p", "" + port, "-a", "pass", "--no-auth-warning"), Stream.of(command))
                .toList();
        Process cli = new ProcessBuilder(all).redirectErrorStream(true).start();
        String answer = new String(cli.getInputStream().readAllBytes()).strip();
        cli.waitFor();
        return answer;
    }
}
