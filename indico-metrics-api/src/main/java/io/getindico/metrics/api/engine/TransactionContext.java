package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.CollectionContext;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.function.Function;
import org.jooq.DSLContext;

/** The context of one collector in one transaction. */
record TransactionContext(
        DSLContext dsl, StatementLimit limit, SharedResults sharedResults, Instant now, Settings settings)
        implements CollectionContext {
    @Override
    public LocalDateTime localNow() {
        return LocalDateTime.ofInstant(now, IndicoZone.of(this).zone());
    }

    @Override
    public Duration activeUserAge() {
        return settings.activeUserAge();
    }

    @Override
    public <T> T shared(Class<T> type, Function<? super DSLContext, ? extends T> query) {
        return sharedResults.get(type, () -> limit.suspendedWhile(() -> query.apply(dsl)));
    }
}
