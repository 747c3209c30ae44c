package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.DerivedRows;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.IdSet.Contents;
import java.time.ZoneId;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jooq.Configuration;

/** The values that expressions request when a statement is rendered. */
interface Bindings {
    Contents contents(IdSet set);

    ZoneId zone();

    /** Whether to call the function for these rows instead of reading the columns. */
    boolean isCalled(DerivedRows rows);

    /** Makes these values available to the statements of a configuration. */
    default void bindTo(Configuration configuration) {
        Function<IdSet, Contents> contents = this::contents;
        Supplier<ZoneId> zone = this::zone;
        Predicate<DerivedRows> isCalled = this::isCalled;
        configuration.data(IdSet.class, contents);
        configuration.data(ZoneId.class, zone);
        configuration.data(DerivedRows.class, isCalled);
    }
}
