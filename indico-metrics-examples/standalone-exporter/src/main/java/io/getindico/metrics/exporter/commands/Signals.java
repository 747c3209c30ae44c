package io.getindico.metrics.exporter.commands;

import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * The signals of this process. Until {@link #releaseHangup}, SIGHUP does not end it. Uses the JDK's class by reflection,
 * since the compiler's warning about it cannot be suppressed.
 */
final class Signals {
    private static final String HANGUP = "HUP";
    private static final int EXIT_OF_HANGUP = 129;

    private static @Nullable Object before;
    private static @Nullable Runnable action;
    private static boolean isPending;

    private Signals() {}

    /** Keeps a hangup until it is known what to do. */
    static void holdHangup() {
        before = handle(HANGUP, Signals::hangUp);
    }

    private static synchronized void hangUp() {
        if (action == null) {
            isPending = true;
        } else {
            action.run();
        }
    }

    /** Runs the action for each hangup, and now if there was one already. */
    static synchronized void onHangup(Runnable then) {
        action = then;
        if (isPending) {
            then.run();
        }
    }

    /** For a command that a hangup ends. */
    static synchronized void releaseHangup() {
        if (before != null) {
            set(HANGUP, before);
            before = null;
            if (isPending) {
                System.exit(EXIT_OF_HANGUP);
            }
        }
    }

    /** Runs the action at each request to stop. */
    static void onStop(Runnable stop) {
        handle("TERM", stop);
        handle("INT", stop);
    }

    /** Returns the handler before; null if this system or this Java does not let the program handle the signal. */
    private static @Nullable Object handle(String signal, Runnable then) {
        try {
            Class<?> type = Class.forName("sun.misc.SignalHandler");
            return set(
                    signal,
                    Proxy.newProxyInstance(
                            type.getClassLoader(),
                            new Class<?>[] {type},
                            (self, method, arguments) -> switch (method.getName()) {
                                case "handle" -> {
                                    then.run();
                                    yield null;
                                }
                                case "equals" -> isSame(self, arguments[0]);
                                case "hashCode" -> System.identityHashCode(self);
                                default -> signal;
                            }));
        } catch (ClassNotFoundException e) {
            return null;
        }
    }

    // A proxy's equals comes here, so only the identity is left to compare.
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(Object one, Object other) {
        return one == other;
    }

    private static @Nullable Object set(String signal, Object handler) {
        try {
            Class<?> type = Class.forName("sun.misc.Signal");
            return type.getMethod("handle", type, Class.forName("sun.misc.SignalHandler"))
                    .invoke(null, type.getConstructor(String.class).newInstance(signal), handler);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
