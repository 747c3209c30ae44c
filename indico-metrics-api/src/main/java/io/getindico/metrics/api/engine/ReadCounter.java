package io.getindico.metrics.api.engine;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Divides what a transaction has read among its collectors: each gets what was read since the one before it ended. A set
 * that several share is the first one's.
 */
final class ReadCounter {
    private final Map<String, ReadCount> before = new HashMap<>();

    /** Returns null where the server does not count. */
    @Nullable
    ReadCount since(Collection<TableUse> uses) {
        ReadCount all = ReadCount.NONE;
        for (TableUse use : uses) {
            ReadCount now = use.read();
            if (now == null) {
                return null;
            }
            ReadCount then = before.put(use.table(), now);
            all = all.plus(then == null ? now : now.minus(then));
        }
        return all;
    }
}
