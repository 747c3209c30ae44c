package io.getindico.metrics.collectors.mutation;

import io.getindico.metrics.collectors.InMemoryCompiler;
import io.getindico.metrics.testing.GoldenCase;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Loads its own copies of the classes of the collectors and of the library, some of them changed. */
final class MutantClassLoader extends ClassLoader {
    private static final List<String> OWN = List.of(
            "io.getindico.metrics.collectors.",
            "io.getindico.metrics.api.",
            "io.getindico.metrics.testing.ExpositionText");

    private static final String JOOQ = "io.getindico.metrics.jooq.";

    /** Indico's tables know their enums, and golden data know the releases of those tables. */
    private static final List<String> TABLES = List.of(JOOQ, "io.getindico.metrics.testing.GoldenData");

    private final Map<String, byte[]> mutated;
    private final boolean hasTables;

    private MutantClassLoader(Map<String, byte[]> mutated) {
        super(MutantClassLoader.class.getClassLoader());
        this.mutated = mutated;
        this.hasTables = mutated.keySet().stream().anyMatch(name -> name.startsWith(JOOQ));
    }

    /** Has these classes instead of those of the same names. */
    static MutantClassLoader of(Map<String, byte[]> mutated) {
        return new MutantClassLoader(mutated);
    }

    /** Compiles the mutant; or returns null, where the compiler notices it already. */
    static @Nullable MutantClassLoader of(Mutant mutant) throws IOException {
        try {
            return new MutantClassLoader(InMemoryCompiler.compile(mutant.type(), mutant.source()));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** What reads some collectors with these classes. */
    @SuppressWarnings("unchecked")
    BiFunction<DataSource, GoldenCase, String> reading(List<String> collectors) {
        try {
            return (BiFunction<DataSource, GoldenCase, String>) loadClass(MutantReading.class.getName())
                    .getConstructor(List.class)
                    .newInstance(collectors);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        boolean isOwn = OWN.stream().anyMatch(name::startsWith)
                || (hasTables && TABLES.stream().anyMatch(name::startsWith));
        if (!isOwn) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try {
            byte[] bytes = bytes(name);
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private byte[] bytes(String name) throws IOException {
        byte[] mutant = mutated.get(name);
        if (mutant != null) {
            return mutant;
        }
        try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new IOException(name + " is missing");
            }
            return in.readAllBytes();
        }
    }
}
