package io.getindico.metrics.collectors.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoTest;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** A container unloads the classes of an undeployed application. The threads that called it live on. */
@IndicoTest
class UndeployTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void nothingHoldsTheClassesOfAnUndeployedApplication(IndicoDatabase database) throws Exception {
        WeakReference<ClassLoader> classes = deployAndUndeploy(database);
        compareAnotherRecord();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!classes.refersTo(null)) {
            assertThat(System.nanoTime() - deadline)
                    .as("the class loader is still reachable")
                    .isNegative();
            System.gc();
            Thread.sleep(20);
        }
    }

    private static WeakReference<ClassLoader> deployAndUndeploy(IndicoDatabase database) throws Exception {
        try (URLClassLoader classes = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            Class<?> type = classes.loadClass(DeployedHost.class.getName());
            assertThat(type).isNotEqualTo(DeployedHost.class);
            @SuppressWarnings("unchecked")
            Function<DataSource, String> host =
                    (Function<DataSource, String>) type.getConstructor().newInstance();
            assertThat(host.apply(database.dataSource())).contains("\nindico_up 1.0\n", "\nindico_num_events 0.0\n");
            return new WeakReference<>(classes);
        }
    }

    /** Java 17 holds the class of the last compared record. This comparison replaces it with a class of the test. */
    private static void compareAnotherRecord() {
        assertThat(new Compared(1)).isEqualTo(new Compared(1)).hasSameHashCodeAs(new Compared(1));
    }

    private record Compared(int value) {}

    private static URL[] classPath() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (Path element : ClassPath.elements()) {
            urls.add(element.toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }
}
