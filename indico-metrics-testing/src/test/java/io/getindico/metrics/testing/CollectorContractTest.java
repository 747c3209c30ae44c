package io.getindico.metrics.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.BrokenCollectors.Broken;
import io.getindico.metrics.testing.BrokenCollectors.InNoList;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Runs the contract as an author's build does: a good collector passes, and each flaw fails the test that is for it. */
class CollectorContractTest {
    private static final int TESTS = 19;

    private static @Nullable MetricCollector collector;

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    @TempDir
    private Path folder;

    /** Lists the providers that an author's file under META-INF/services would. */
    @BeforeEach
    void list() throws Exception {
        List<String> names = new ArrayList<>(List.of(GoodCollector.class.getName()));
        BrokenCollectors.all()
                .map(broken -> broken.collector().getClass())
                .filter(type -> type != InNoList.class)
                .forEach(type -> names.add(type.getName()));
        URL list = Files.write(folder.resolve("list"), names).toUri().toURL();
        Thread.currentThread().setContextClassLoader(new ClassLoader(before) {
            @Override
            protected Enumeration<URL> findResources(String name) throws MalformedURLException {
                return name.equals("META-INF/services/" + MetricCollector.class.getName())
                        ? Collections.enumeration(List.of(list))
                        : Collections.emptyEnumeration();
            }
        });
    }

    @AfterEach
    void restore() {
        Thread.currentThread().setContextClassLoader(before);
    }

    @Test
    void aGoodCollectorPasses() {
        assertThat(failures(new GoodCollector())).isEmpty();
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("io.getindico.metrics.testing.BrokenCollectors#all")
    void aFlawFailsItsTest(Broken broken) {
        Map<String, String> failures = failures(broken.collector());
        assertThat(failures).containsKey(broken.test());
        assertThat(failures.get(broken.test())).contains(broken.message());
        if (broken.isAlone()) {
            assertThat(failures).containsOnlyKeys(broken.test());
        }
    }

    private static Map<String, String> failures(MetricCollector tested) {
        collector = tested;
        Events tests = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(AuthorsTest.class))
                .execute()
                .testEvents();
        tests.assertStatistics(
                statistics -> statistics.started(TESTS).finished(TESTS).skipped(0));
        Map<String, String> failures = new TreeMap<>();
        tests.failed().stream().forEach(event -> failures.put(method(event), thrown(event)));
        return failures;
    }

    private static String method(Event event) {
        return event.getTestDescriptor().getDisplayName().replaceFirst("\\(.*", "");
    }

    private static String thrown(Event event) {
        return event.getRequiredPayload(org.junit.platform.engine.TestExecutionResult.class)
                .getThrowable()
                .map(thrown -> thrown + "\n" + List.of(thrown.getSuppressed()))
                .orElse("");
    }

    /** Surefire does not run this class, because it skips nested classes. */
    static final class AuthorsTest extends CollectorContract {
        @Override
        protected MetricCollector collector() {
            return java.util.Objects.requireNonNull(collector);
        }

        @Override
        protected void insertRows(IndicoRows rows) {
            GoodCollector.insertRows(rows);
        }
    }
}
