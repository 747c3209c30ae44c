package io.getindico.metrics.exporter.plugins;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Enumeration;

/** Loads the classes of one jar, after those of the exporter. It shows only the jar's own service lists. */
final class PluginClassLoader extends URLClassLoader {
    private static final String SERVICES = "META-INF/services/";

    PluginClassLoader(String name, URL jar, ClassLoader parent) {
        super("plugin " + name, new URL[] {jar}, parent);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return name.startsWith(SERVICES) ? findResources(name) : super.getResources(name);
    }
}
