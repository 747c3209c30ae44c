package io.getindico.metrics.testing;

import io.getindico.metrics.api.MetricCollector;
import java.lang.reflect.Constructor;

/**
 * The rows that the contract test of a collector puts in. The class is in this package because
 * {@link CollectorContract#insertRows} is not public.
 */
public final class ContractRows {
    private ContractRows() {}

    /** Puts the rows into a database. */
    public static void insert(MetricCollector collector, IndicoRows rows) {
        try {
            Constructor<?> test =
                    Class.forName(collector.getClass().getName() + "Test").getDeclaredConstructor();
            test.setAccessible(true);
            ((CollectorContract) test.newInstance()).insertRows(rows);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no contract test of " + collector.name(), e);
        }
    }
}
