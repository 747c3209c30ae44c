package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.getindico.metrics.api.engine.History;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.exporter.backfill.Backfill;
import io.getindico.metrics.exporter.backfill.Period;
import io.getindico.metrics.exporter.backfill.Progress;
import io.getindico.metrics.testing.SyntheticIndico;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backfill that ends between two parts of a pass leaves no file. */
final class BackfillPartsTest {
    private static final Instant NOW = Instant.parse("2026-06-01T10:00:00Z");
    private static final Period PERIOD = new Period(Instant.parse("2024-06-01T00:00:00Z"), NOW);

    private static TestDatabase database;

    @TempDir
    Path folder;

    @BeforeAll
    static void fill() {
        database = new TestDatabase();
        SyntheticIndico.of(0.001).now(NOW).fill(database.indico().dataSource());
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    /** Something to do when the engine asks for a connection. */
    private interface BeforeConnection {
        void ask(int number) throws Exception;
    }

    private static DataSource source(BeforeConnection before) {
        DataSource real = database.indico().dataSource();
        AtomicInteger asked = new AtomicInteger();
        return (DataSource) Proxy.newProxyInstance(
                BackfillPartsTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (self, method, arguments) -> {
                    if (method.getName().equals("getConnection")) {
                        before.ask(asked.incrementAndGet());
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static IndicoMetrics events(DataSource source) {
        return IndicoMetrics.builder(source)
                .discoverCollectors()
                .families(List.of("indico_num_events"))
                .build();
    }

    private static Backfill backfill(IndicoMetrics metrics) {
        List<History> histories = metrics.histories();
        assertThat(histories).hasSize(1);
        return new Backfill(metrics, histories, PERIOD, Progress.lines(line -> {}), line -> {});
    }

    @Test
    void aDatabaseThatIsAwayBetweenTwoParts() throws IOException {
        DataSource source = source(number -> {
            if (number > 1) {
                throw new SQLException("it is away");
            }
        });
        try (IndicoMetrics metrics = events(source)) {
            Backfill backfill = backfill(metrics);
            assertThatThrownBy(() -> backfill.writeTo(folder.resolve("history.om"), Map.of()))
                    .hasMessageContaining("it is away");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anInterruptionBetweenTwoParts() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        IndicoMetrics[] closed = new IndicoMetrics[1];
        Future<?>[] closing = new Future<?>[1];
        DataSource source = source(number -> {
            if (number == 2) {
                closing[0] = other.submit(() -> closed[0].close());
                // The engine interrupts this when it closes.
                Thread.sleep(TimeUnit.SECONDS.toMillis(30));
            }
        });
        try (IndicoMetrics metrics = events(source)) {
            closed[0] = metrics;
            Backfill backfill = backfill(metrics);
            assertThatThrownBy(() -> backfill.writeTo(folder.resolve("history.om"), Map.of()))
                    .isInstanceOf(RuntimeException.class);
            closing[0].get(60, TimeUnit.SECONDS);
        } finally {
            other.shutdown();
        }
        assertThat(folder).isEmptyDirectory();
    }
}
