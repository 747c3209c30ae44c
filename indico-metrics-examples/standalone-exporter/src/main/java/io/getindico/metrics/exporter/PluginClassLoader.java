package io.getindico.metrics.exporter;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Enumeration;

/** The classes of one jar, behind those of the exporter; of lists of services it shows the jar's own alone. */
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
