package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CollectorDiscoveryTest {
    private static final String PREFIX = Providers.class.getName() + "$";

    private static final String NO_COLLECTOR = TestFacts.class.getName();

    @TempDir
    private Path folder;

    @Test
    void everyProviderIsFound() throws IOException {
        try (URLClassLoader loader = Providers.finding(folder, PREFIX + "Rooms", PREFIX + "Events")) {
            assertThat(CollectorDiscovery.discover(loader, "here"))
                    .extracting(MetricCollector::name)
                    .containsExactlyInAnyOrder("rooms", "events");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Throwing", "Unlinkable", "WithoutConstructor", "Absent"})
    void skipsABrokenProviderAndNamesIt(String broken) throws IOException {
        try (URLClassLoader loader = Providers.finding(folder, PREFIX + "Rooms", PREFIX + broken, PREFIX + "Events");
                RecordedLog log = new RecordedLog(CollectorDiscovery.class)) {
            assertThat(CollectorDiscovery.discover(loader, "here"))
                    .extracting(MetricCollector::name)
                    .containsExactlyInAnyOrder("rooms", "events");
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .startsWith("SEVERE here: a collector is broken and left out: ")
                    .contains(PREFIX + broken);
        }
    }

    @Test
    void namesTheCauseOfABrokenProvider() throws IOException {
        try (URLClassLoader loader = Providers.finding(folder, PREFIX + "Throwing");
                RecordedLog log = new RecordedLog(CollectorDiscovery.class)) {
            assertThat(CollectorDiscovery.discover(loader, "here")).isEqualTo(List.of());
            assertThat(log.lines()).singleElement().asString().endsWith(")").contains(" (java.lang.");
        }
    }

    @Test
    void skipsAClassThatIsNotACollector() throws IOException {
        try (URLClassLoader loader = Providers.finding(folder, NO_COLLECTOR, PREFIX + "Rooms");
                RecordedLog log = new RecordedLog(CollectorDiscovery.class)) {
            assertThat(CollectorDiscovery.discover(loader, "here")).hasSize(1);
            assertThat(log.lines()).singleElement().asString().endsWith(NO_COLLECTOR + " not a subtype");
        }
    }

    @Test
    void anUnreadableListEndsTheSearch() {
        ClassLoader unreadable = new ClassLoader(null) {
            @Override
            public java.util.Enumeration<java.net.URL> getResources(String name) throws IOException {
                throw new IOException("disk on fire");
            }
        };
        try (RecordedLog log = new RecordedLog(CollectorDiscovery.class)) {
            assertThat(CollectorDiscovery.discover(unreadable, "here")).isEqualTo(List.of());
            assertThat(log.lines()).isNotEmpty();
        }
    }
}
