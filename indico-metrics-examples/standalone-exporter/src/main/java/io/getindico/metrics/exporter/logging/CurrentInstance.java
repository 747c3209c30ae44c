package io.getindico.metrics.exporter.logging;

import io.getindico.metrics.exporter.settings.Settings;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The Indico that a thread works for, so that the lines of its log name it. The threads that it starts in the meantime
 * work for the same one: these are the threads of that Indico's engine and page.
 */
public final class CurrentInstance {
    private static final InheritableThreadLocal<String> NAME = new InheritableThreadLocal<>();

    private CurrentInstance() {}

    /** Null if the thread works for none, or for one that is the only one. */
    static @Nullable String name() {
        return NAME.get();
    }

    /**
     * Does work for an Indico.
     *
     * @param name {@link Settings#ONLY} if it has no name
     */
    public static <T> T call(String name, Supplier<T> work) {
        String before = NAME.get();
        set(name);
        try {
            return work.get();
        } finally {
            set(before);
        }
    }

    /** Like {@link #call}, without a result. */
    public static void run(String name, Runnable work) {
        var unused = call(name, () -> {
            work.run();
            return true;
        });
    }

    private static void set(@Nullable String name) {
        if (name == null || name.equals(Settings.ONLY)) {
            NAME.remove();
        } else {
            NAME.set(name);
        }
    }
}
