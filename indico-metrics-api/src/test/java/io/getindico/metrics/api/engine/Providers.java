package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Collectors for a service loader to find, good ones and broken ones. */
final class Providers {
    private Providers() {}

    /** A class loader that finds the collectors of these class names. */
    static URLClassLoader finding(Path folder, String... classNames) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(MetricCollector.class.getName()), String.join("\n", classNames));
        return new URLClassLoader(new URL[] {url(folder)}, Providers.class.getClassLoader());
    }

    private static URL url(Path folder) throws MalformedURLException {
        return folder.toUri().toURL();
    }

    /** The common part of these collectors. */
    abstract static class Named implements MetricCollector {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public List<MetricFamily> families() {
            return List.of(TestCollector.gauge("indico_" + name));
        }
    }

    /** Nothing is wrong with it. */
    public static final class Rooms extends Named {
        /** For the service loader. */
        public Rooms() {
            this("rooms");
        }

        Rooms(String name) {
            super(name);
        }
    }

    /** Nothing is wrong with it either. */
    public static final class Events extends Named {
        /** For the service loader. */
        public Events() {
            super("events");
        }
    }

    /** Its constructor throws. */
    public static final class Throwing extends Named {
        /** For the service loader. */
        public Throwing() {
            super("throwing");
            throw new IllegalStateException("no");
        }
    }

    /** Was compiled against something else. */
    public static final class Unlinkable extends Named {
        /** For the service loader. */
        public Unlinkable() {
            super("unlinkable");
            throw new NoSuchMethodError("gone");
        }
    }

    /** Needs something to be constructed with. */
    public static final class WithoutConstructor extends Named {
        /** A collector that is not for the service loader. */
        public WithoutConstructor(String name) {
            super(name);
        }
    }
}
