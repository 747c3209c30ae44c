package io.getindico.metrics.exporter.plugins;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.engine.CollectorDiscovery;
import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.Setting;
import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.exporter.settings.UnreadablePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collectors from a folder of jars. Plugins have all the permissions of the exporter, so the start fails if others may
 * write to the folder or to a jar. A broken jar is reported and left out.
 */
public final class PluginFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginFolder.class);
    private static final String FOLDER = "a folder of jars";

    private final List<PluginClassLoader> loaders = new ArrayList<>();
    private final List<MetricCollector> collectors = new ArrayList<>();
    private final Map<String, String> jars = new TreeMap<>();

    private PluginFolder() {}

    public static PluginFolder none() {
        return new PluginFolder();
    }

    /** Opens the folder of the settings, if there is one. */
    public static PluginFolder of(Settings settings) {
        Path folder = settings.options().plugins;
        return folder == null ? none() : open(folder, settings.spelling(Options.PLUGINS));
    }

    /**
     * Opens the folder.
     *
     * @param spelling the setting as it was given, for error messages
     */
    public static PluginFolder open(Path folder, String spelling) {
        PluginFolder plugins = new PluginFolder();
        List<Path> jars = checked(folder, spelling);
        if (jars.isEmpty()) {
            LOG.warn("{}: no jar is found in {}", spelling, folder);
        }
        jars.forEach(jar -> plugins.load(new PluginJar(jar)));
        return plugins;
    }

    /** Refuses a folder that {@link #of} would refuse. */
    public static void check(Settings settings) {
        Path folder = settings.options().plugins;
        if (folder != null) {
            var unused = checked(folder, settings.spelling(Options.PLUGINS));
        }
    }

    private static List<Path> checked(Path folder, String spelling) {
        List<Path> jars = jars(folder, spelling);
        jars.forEach(jar -> refuseIfOthersMayWrite(jar, "a jar", spelling));
        return jars;
    }

    private static List<Path> jars(Path folder, String spelling) {
        refuseIfOthersMayWrite(folder, FOLDER, spelling);
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unreadable(folder, FOLDER, spelling, e);
        }
    }

    private static SettingException unreadable(Path path, String expected, String spelling, IOException thrown) {
        return new SettingException(spelling + ": got " + Setting.quoted(path.toString()) + ", expected " + expected
                + " that can be read, but " + UnreadablePath.reason(path, thrown) + "; correct it, or leave it out");
    }

    /** Checks the target of a link. File systems without POSIX permissions are not checked. */
    private static void refuseIfOthersMayWrite(Path path, String expected, String spelling) {
        try {
            Path real = path.toRealPath();
            PosixFileAttributeView view = Files.getFileAttributeView(real, PosixFileAttributeView.class);
            if (view == null) {
                return;
            }
            Set<PosixFilePermission> others =
                    new TreeSet<>(view.readAttributes().permissions());
            others.retainAll(Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE));
            if (!others.isEmpty()) {
                throw new SettingException(spelling + ": got " + Setting.quoted(real.toString())
                        + ", expected code that nobody else may change; run chmod go-w on it");
            }
        } catch (IOException e) {
            throw unreadable(path, expected, spelling, e);
        }
    }

    private void load(PluginJar jar) {
        try {
            String sha256 = jar.sha256();
            jars.put(jar.name(), sha256);
            LOG.info("plugin {}: SHA-256 {}", jar.name(), sha256);
            String flaw = jar.flaw().orElse(null);
            if (flaw != null) {
                LOG.error("plugin {} is left out: {}", jar.name(), flaw);
                return;
            }
            PluginClassLoader loader = jar.open(PluginFolder.class.getClassLoader());
            loaders.add(loader);
            JarClasses.load(jar.path(), entry -> true, loader);
            List<MetricCollector> found = CollectorDiscovery.discover(loader, loader.getName());
            if (found.isEmpty()) {
                LOG.warn("plugin {}: no collector is found in it", jar.name());
            }
            collectors.addAll(found);
        } catch (IOException e) {
            LOG.error("plugin {} is left out: {}", jar.name(), e.toString());
        }
    }

    /** In the order of the jars. */
    public List<MetricCollector> collectors() {
        return collectors;
    }

    /** Whether the folder's jars are others than when it was opened. */
    public boolean hasChanged(Path folder, String spelling) {
        Map<String, String> now = new TreeMap<>();
        for (Path path : jars(folder, spelling)) {
            PluginJar jar = new PluginJar(path);
            try {
                now.put(jar.name(), jar.sha256());
            } catch (IOException e) {
                LOG.debug("plugin {} cannot be read: {}", jar.name(), e.toString());
            }
        }
        return !now.equals(jars);
    }

    @Override
    public void close() {
        for (PluginClassLoader loader : loaders) {
            try {
                loader.close();
            } catch (IOException e) {
                LOG.debug("closing a plugin failed: {}", e.toString());
            }
        }
    }
}
