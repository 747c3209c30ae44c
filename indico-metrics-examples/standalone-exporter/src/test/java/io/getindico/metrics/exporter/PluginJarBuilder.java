package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.ToolProvider;

/** Builds jars as a third party would: compiled against what the exporter offers, outside this build. */
final class PluginJarBuilder {
    private static final String SERVICE = "META-INF/services/io.getindico.metrics.api.MetricCollector";

    private final Map<String, byte[]> entries = new TreeMap<>();
    private final Manifest manifest = new Manifest();

    private PluginJarBuilder() {
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    }

    static PluginJarBuilder empty() {
        return new PluginJarBuilder();
    }

    static PluginJarBuilder of(String className, String source) {
        PluginJarBuilder jar = new PluginJarBuilder().with(SERVICE, className + "\n");
        try {
            Path folder = Files.createTempDirectory("plugin");
            Path file = Files.writeString(folder.resolve(className + ".java"), source);
            int code = ToolProvider.getSystemJavaCompiler()
                    .run(
                            null,
                            null,
                            null,
                            "-proc:none",
                            "-d",
                            folder.toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            file.toString());
            if (code != 0) {
                throw new IllegalStateException("does not compile:\n" + source);
            }
            try (DirectoryStream<Path> classes = Files.newDirectoryStream(folder, "*.class")) {
                for (Path type : classes) {
                    jar.entries.put(type.getFileName().toString(), Files.readAllBytes(type));
                }
            }
            return jar;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    PluginJarBuilder with(String entry, String text) {
        entries.put(entry, text.getBytes(UTF_8));
        return this;
    }

    PluginJarBuilder without(String className) {
        if (entries.remove(className + ".class") == null) {
            throw new IllegalArgumentException("no class " + className + " among " + entries.keySet());
        }
        return this;
    }

    PluginJarBuilder withClassPath(String jars) {
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, jars);
        return this;
    }

    void writeTo(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(new JarEntry(entry.getKey()));
                jar.write(entry.getValue());
                jar.closeEntry();
            }
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
}
