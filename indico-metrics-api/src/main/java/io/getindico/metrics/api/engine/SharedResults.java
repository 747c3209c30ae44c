package io.getindico.metrics.api.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What collectors of one transaction read once for all of them. */
final class SharedResults {
    private final Map<Class<?>, Object> results = new HashMap<>();

    <T> T get(Class<T> type, Supplier<? extends T> query) {
        T known = find(type);
        if (known != null) {
            return known;
        }
        T read = query.get();
        results.put(type, read);
        return read;
    }

    /** Results may rest on settings of the transaction, which a rollback to a savepoint undoes. */
    void forget() {
        results.clear();
    }

    <T> @Nullable T find(Class<T> type) {
        return type.cast(results.get(type));
    }
}
