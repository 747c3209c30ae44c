package io.getindico.metrics.api.engine;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Attributes the reads of a transaction to its queries. Each query gets what was read since the previous query ended. A
 * shared set counts for the first query that uses it.
 */
final class ReadCounter {
    private final Map<String, ReadCount> before = new HashMap<>();

    /** Returns null if the server does not count. */
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
