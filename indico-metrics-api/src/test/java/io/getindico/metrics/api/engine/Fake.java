package io.getindico.metrics.api.engine;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An object of an interface that answers what a test says, else nothing, false or 0, and notes what it was asked.
 *
 * @param <T> the interface
 */
final class Fake<T> implements InvocationHandler {
    private final T self;
    private final Map<String, Callable<?>> answers = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();

    private Fake(Class<T> type) {
        self = type.cast(Proxy.newProxyInstance(Fake.class.getClassLoader(), new Class<?>[] {type}, this));
    }

    static <T> Fake<T> of(Class<T> type) {
        return new Fake<>(type);
    }

    Fake<T> answer(String method, Object value) {
        return answering(method, () -> value);
    }

    Fake<T> answering(String method, Callable<?> answer) {
        answers.put(method, answer);
        return this;
    }

    T self() {
        return self;
    }

    /** The names of the methods called, in order. */
    List<String> calls() {
        return calls;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return ofObject(proxy, method, arguments);
        }
        calls.add(method.getName());
        Callable<?> answer = answers.get(method.getName());
        return answer == null ? nothing(method.getReturnType()) : answer.call();
    }

    // Only identical objects are equal here.
    @SuppressWarnings("ReferenceEquality")
    private static Object ofObject(Object proxy, Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "toString" -> "fake";
            case "hashCode" -> System.identityHashCode(proxy);
            default -> arguments != null && arguments[0] == proxy;
        };
    }

    static @Nullable Object nothing(Class<?> type) {
        if (type == boolean.class) {
            return false;
        }
        if (type == int.class) {
            return 0;
        }
        return type == long.class ? 0L : null;
    }
}
