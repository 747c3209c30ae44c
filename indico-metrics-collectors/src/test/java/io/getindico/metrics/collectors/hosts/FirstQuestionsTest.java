package io.getindico.metrics.collectors.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Value;
import io.getindico.metrics.jooq.events.tables.Events;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.jooq.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine answers a host's first questions without jOOQ's classes, which take a second to load. */
class FirstQuestionsTest {
    static Stream<String> collectors() {
        return ServiceLoader.load(MetricCollector.class).stream()
                .map(provider -> provider.type().getName());
    }

    @ParameterizedTest
    @MethodSource("collectors")
    void needNoClassesOfJooq(String collector) throws ReflectiveOperationException {
        for (String question : List.of("name", "families", "refreshClass", "settings")) {
            assertThat(ask(collector, question)).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"families", "name"})
    void needJooqIfATableIsInAStaticField(String question) {
        assertThatThrownBy(() -> ask(Eager.class.getName(), question))
                .hasRootCauseInstanceOf(ClassNotFoundException.class);
    }

    @Test
    void queriesNeedJooq() {
        assertThatThrownBy(() -> ask(collectors().findFirst().orElseThrow(), "queries"))
                .hasRootCauseInstanceOf(ClassNotFoundException.class);
    }

    private static Object ask(String collector, String question) throws ReflectiveOperationException {
        ClassLoader classes = new WithoutJooq();
        Object instance = classes.loadClass(collector).getDeclaredConstructor().newInstance();
        Class<?> type = classes.loadClass(MetricCollector.class.getName());
        return question.equals("queries")
                ? type.getMethod(question, classes.loadClass(CollectionContext.class.getName()))
                        .invoke(instance, (Object) null)
                : type.getMethod(question).invoke(instance);
    }

    /** Java may load interfaces of jOOQ when it verifies a class; they cost nothing. */
    private static final class WithoutJooq extends ClassLoader {
        WithoutJooq() {
            super(WithoutJooq.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("org.jooq.impl.") || name.startsWith("io.getindico.metrics.jooq.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("io.getindico.metrics.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    /** A collector that breaks this rule. */
    public static final class Eager implements MetricCollector {
        private static final Table<?> TABLE = Events.EVENTS;
        private static final MetricFamily FAMILY =
                MetricFamily.gauge("test_eager").help("A test metric.").build();

        @Override
        public String name() {
            return "eager";
        }

        @Override
        public List<MetricFamily> families() {
            return List.of(FAMILY);
        }

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            return List.of(FamilyQuery.from(TABLE).value(FAMILY, Value.countRows()));
        }
    }
}
