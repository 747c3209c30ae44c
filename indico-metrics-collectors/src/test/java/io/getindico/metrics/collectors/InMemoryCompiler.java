package io.getindico.metrics.collectors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles a source that is in no file, with what is on the class path of the tests. */
public final class InMemoryCompiler {
    private final Map<String, ByteArrayOutputStream> compiled = new HashMap<>();

    private InMemoryCompiler() {}

    /**
     * Compiles a class.
     *
     * @param type its full name
     * @param text its source
     * @return it and the classes nested in it, by name
     * @throws IllegalArgumentException if the source is not sound, with what the compiler says
     */
    public static Map<String, byte[]> compile(String type, String text) throws IOException {
        InMemoryCompiler target = new InMemoryCompiler();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (JavaFileManager files = target.into(compiler.getStandardFileManager(null, null, null))) {
            boolean isSound = compiler.getTask(
                            messages,
                            files,
                            null,
                            List.of("-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path")),
                            null,
                            List.of(new Source(type, text)))
                    .call();
            if (!isSound) {
                throw new IllegalArgumentException(messages.toString());
            }
        }
        Map<String, byte[]> classes = new HashMap<>();
        target.compiled.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
        return classes;
    }

    private JavaFileManager into(JavaFileManager files) {
        return new ForwardingJavaFileManager<>(files) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                    Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
                return new SimpleJavaFileObject(URI.create("memory:///" + name + kind.extension), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        return compiled.computeIfAbsent(name, key -> new ByteArrayOutputStream());
                    }
                };
            }
        };
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String type, String text) {
            super(URI.create("memory:///" + type.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
