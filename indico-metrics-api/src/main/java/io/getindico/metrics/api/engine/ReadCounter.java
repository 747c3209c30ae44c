package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.Requirements.Relation;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Divides what a transaction has read among its collectors: to each goes what came to its tables since another collector
 * of theirs ended. A set that several share is the first one's.
 */
final class ReadCounter {
    private final Map<Relation, ReadCount> before = new HashMap<>();

    /** Returns null where the server does not count. */
    @Nullable
    ReadCount since(Map<Relation, TableUse> uses) {
        ReadCount all = ReadCount.NONE;
        for (Map.Entry<Relation, TableUse> use : uses.entrySet()) {
            ReadCount now = use.getValue().read();
            if (now == null) {
                return null;
            }
            ReadCount then = before.put(use.getKey(), now);
            all = all.plus(then == null ? now : now.minus(then));
        }
        return all;
    }
}
