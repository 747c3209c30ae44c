package io.getindico.metrics.testing;

import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.IdSet.Contents;
import io.getindico.metrics.api.MetricCollector;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** How many rows PostgreSQL sends. The class is in this package because {@link RenderedQueries} is not public. */
public final class RowsSent {
    private RowsSent() {}

    /** The most rows that PostgreSQL sends for one query of a collector. Its sets are empty. */
    public static int most(MetricCollector collector, IndicoDatabase database) {
        DSLContext dsl = DSL.using(database.dataSource(), SQLDialect.POSTGRES);
        Function<IdSet, Contents> contents = set -> Contents.EMPTY;
        dsl.configuration().data(IdSet.class, contents);
        return RenderedQueries.of(collector).queries().stream()
                .mapToInt(
                        query -> dsl.fetch(query.plan(family -> true).select()).size())
                .max()
                .orElse(0);
    }
}
