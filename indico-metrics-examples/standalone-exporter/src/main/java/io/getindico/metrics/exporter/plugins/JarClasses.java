package io.getindico.metrics.exporter.plugins;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the classes of a jar at once, since the jar may be replaced while the exporter runs. */
public final class JarClasses {
    private static final Logger LOG = LoggerFactory.getLogger(JarClasses.class);
    private static final String CLASS = ".class";

    /** Classes that read a file from their jar during initialization. */
    private static final List<String> INITIALIZED = List.of("io/getindico/metrics/", "org/apache/commons/dbcp2/");

    private JarClasses() {}

    /**
     * Loads the classes of a jar.
     *
     * @param isWanted by the class file's path in the jar
     */
    public static void load(Path jar, Predicate<String> isWanted, ClassLoader loader) {
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
            // Some library classes need another library that is absent. They are not used.
            LOG.trace("{} is not loaded", name, e);
        }
    }
}
