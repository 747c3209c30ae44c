package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.DerivedRows;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.IdSet.Contents;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The bindings of one transaction. A set is read when a statement first requests it. If that fails, every statement of
 * the transaction that requests the set fails.
 */
final class Prerequisites implements Bindings {
    private final ReadTransaction transaction;
    private final Set<String> callable;
    private final Supplier<ZoneId> zone;
    private final Map<String, Contents> sets = new HashMap<>();
    private final Map<String, RuntimeException> failures = new HashMap<>();

    Prerequisites(ReadTransaction transaction, Set<String> callable, Supplier<ZoneId> zone) {
        this.transaction = transaction;
        this.callable = callable;
        this.zone = zone;
    }

    @Override
    public Contents contents(IdSet set) {
        RuntimeException failure = failures.get(set.name());
        if (failure != null) {
            throw failure;
        }
        Contents known = sets.get(set.name());
        if (known != null) {
            return known;
        }
        try {
            Contents read = transaction.read(set.statement(), this, rows -> IdSet.contents(rows.get(0)));
            sets.put(set.name(), read);
            return read;
        } catch (RuntimeException e) {
            failures.put(set.name(), e);
            throw e;
        }
    }

    @Override
    public ZoneId zone() {
        return zone.get();
    }

    @Override
    public boolean isCalled(DerivedRows rows) {
        return callable.contains(rows.name());
    }
}
