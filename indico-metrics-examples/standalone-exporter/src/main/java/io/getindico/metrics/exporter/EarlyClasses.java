package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads classes before they are used. Java reads a class from its jar at the first use, and by then an upgrade may have
 * replaced the jar: pages, failures and the end of the program must not depend on it.
 */
final class EarlyClasses {
    private static final Logger LOG = LoggerFactory.getLogger(EarlyClasses.class);
    private static final String CLASS = ".class";

    private static final List<String> OURS =
            List.of("io/getindico/metrics/api/", "io/getindico/metrics/collectors/", "io/getindico/metrics/exporter/");

    /** All classes of these packages: nobody can foresee which of them a failure needs. */
    private static final Set<String> PACKAGES = Set.of(
            "io/prometheus/metrics/model/registry/",
            "io/prometheus/metrics/model/snapshots/",
            "org/apache/commons/dbcp2/",
            "org/apache/commons/pool2/",
            "org/apache/commons/pool2/impl/",
            "org/eclipse/jetty/http/",
            "org/eclipse/jetty/io/",
            "org/eclipse/jetty/io/internal/",
            "org/eclipse/jetty/server/",
            "org/eclipse/jetty/server/internal/",
            "org/eclipse/jetty/util/",
            "org/eclipse/jetty/util/component/",
            "org/eclipse/jetty/util/thread/",
            "org/eclipse/jetty/util/thread/strategy/",
            "org/postgresql/",
            "org/postgresql/core/",
            "org/postgresql/core/v3/",
            "org/postgresql/gss/",
            "org/postgresql/hostchooser/",
            "org/postgresql/jdbc/",
            "org/postgresql/ssl/",
            "org/postgresql/util/",
            "org/slf4j/event/",
            "org/slf4j/helpers/",
            "org/slf4j/simple/");

    /** Those that read a file of their jar when they are initialized. */
    private static final List<String> INITIALIZED = List.of("io/getindico/metrics/", "org/apache/commons/dbcp2/");

    /** Some classes of libraries that are too large to be loaded whole; {@code EarlyClassesIT} writes the list. */
    private static final String LIST = "early-classes.txt";

    private EarlyClasses() {}

    /** Those of the program, where it was started from jars. */
    static void load() {
        Set<String> listed = list();
        Predicate<String> isWanted = entry -> OURS.stream().anyMatch(entry::startsWith)
                || PACKAGES.contains(entry.substring(0, entry.lastIndexOf('/') + 1))
                || listed.contains(entry);
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(Files::isRegularFile)
                .forEach(jar -> load(jar, isWanted, EarlyClasses.class.getClassLoader()));
    }

    private static Set<String> list() {
        try (InputStream list = EarlyClasses.class.getResourceAsStream(LIST)) {
            return list == null
                    ? Set.of()
                    : new String(list.readAllBytes(), UTF_8).lines().collect(Collectors.toSet());
        } catch (IOException e) {
            LOG.debug("{} cannot be read: {}", LIST, e.toString());
            return Set.of();
        }
    }

    /** Those of a plugin. */
    static void load(Path jar, ClassLoader loader) {
        load(jar, entry -> true, loader);
    }

    private static void load(Path jar, Predicate<String> isWanted, ClassLoader loader) {
        try (JarFile file = new JarFile(jar.toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion())) {
            file.versionedStream()
                    .map(JarEntry::getName)
                    .filter(entry -> entry.endsWith(CLASS) && !entry.startsWith("META-INF/"))
                    .filter(isWanted)
                    .forEach(entry -> load(entry, loader));
        } catch (IOException e) {
            LOG.debug("the classes of {} cannot be listed: {}", jar, e.toString());
        }
    }

    private static void load(String entry, ClassLoader loader) {
        String name = entry.substring(0, entry.length() - CLASS.length()).replace('/', '.');
        try {
            Class.forName(name, INITIALIZED.stream().anyMatch(entry::startsWith), loader);
        } catch (ClassNotFoundException | LinkageError e) {
            // Some classes of a library need another library, which is not here, and are not used.
            LOG.trace("{} is not loaded", name, e);
        }
    }
}
