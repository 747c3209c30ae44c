package io.getindico.metrics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricCollectorTest {
    private static final MetricCollector SMALLEST = new MetricCollector() {
        @Override
        public String name() {
            return "smallest";
        }

        @Override
        public List<MetricFamily> families() {
            return List.of();
        }
    };

    @Test
    void byDefaultACollectorIsStandardAndHasNoSettingsAndNoQueries() {
        assertThat(SMALLEST.refreshClass()).isEqualTo(RefreshClass.STANDARD);
        assertThat(SMALLEST.settings()).isEmpty();
        assertThat(SMALLEST.queries(nothing(CollectionContext.class))).isEmpty();
    }

    @Test
    void aCollectorWithoutQueriesNeedsWorkOfItsOwn() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> SMALLEST.collect(nothing(CollectionContext.class), nothing(Samples.class)))
                .withMessage("collector 'smallest' has neither queries() nor collect()");
    }

    private static <T> T nothing(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, all) -> {
            throw new AssertionError("was asked");
        }));
    }

    @ParameterizedTest
    @CsvSource({"LIVE, live, PT55S, PT2S", "STANDARD, standard, PT285S, PT10S", "HEAVY, heavy, PT30M, PT2M"})
    void aClassHasANameAndDefaults(RefreshClass refreshClass, String label, Duration ttl, Duration queryBudget) {
        assertThat(refreshClass.label()).isEqualTo(label);
        assertThat(refreshClass.defaultTtl()).isEqualTo(ttl);
        assertThat(refreshClass.defaultQueryBudget()).isEqualTo(queryBudget);
    }

    /** What a host asks for at its start: jOOQ's classes would cost it a second. */
    @Test
    void aCollectorReturnsItsDeclarationsWithoutJooq() throws ReflectiveOperationException {
        Class<?> type = Class.forName(Rooms.class.getName(), true, new WithoutJooq());
        Object collector = type.getDeclaredConstructor().newInstance();
        assertThat(type.getClassLoader()).isInstanceOf(WithoutJooq.class);
        for (String method : List.of("name", "families", "refreshClass", "settings")) {
            assertThat(type.getMethod(method).invoke(collector)).isNotNull();
        }
    }

    /** A collector that is written in the recommended way. */
    public static final class Rooms implements MetricCollector {
        private static final MetricFamily ROOMS = MetricFamily.gauge("indico_rooms")
                .help("Rooms.")
                .labels(Label.open("location"))
                .build();

        @Override
        public String name() {
            return "rooms";
        }

        @Override
        public List<MetricFamily> families() {
            return List.of(ROOMS);
        }

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            return List.of(FamilyQuery.withoutFrom().value(ROOMS, Value.countRows()));
        }
    }

    /** Defines the classes of this project again, and does not find those of jOOQ. */
    private static final class WithoutJooq extends ClassLoader {
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("org.jooq.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("io.getindico.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known == null ? define(name) : known;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (file == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
