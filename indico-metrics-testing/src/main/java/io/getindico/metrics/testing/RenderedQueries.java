package io.getindico.metrics.testing;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.IdSet.Contents;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** The queries of a collector at two different instants. */
record RenderedQueries(List<FamilyQuery> queries, List<FamilyQuery> later) {
    static RenderedQueries of(MetricCollector collector) {
        Instant now = ExpositionText.NOW;
        return new RenderedQueries(
                collector.queries(new Context(now)), collector.queries(new Context(now.plusSeconds(86_400))));
    }

    /** The histories of a collector, in any context. */
    static List<FamilyHistory> histories(MetricCollector collector) {
        return collector.histories(new Context(ExpositionText.NOW));
    }

    /** Whether what a query computes for a family depends on the instant of the refresh. */
    boolean isTimeDependent(int query, MetricFamily family) {
        return !text(queries.get(query), family).equals(text(later.get(query), family));
    }

    /** Renders the statement for one family, with the statements of the sets that it uses. */
    private static String text(FamilyQuery query, MetricFamily family) {
        List<String> texts = new ArrayList<>();
        DSLContext dsl = DSL.using(SQLDialect.POSTGRES);
        Function<IdSet, Contents> contents = set -> {
            texts.add(dsl.renderInlined(set.statement()));
            return Contents.EMPTY;
        };
        dsl.configuration().data(IdSet.class, contents);
        texts.add(dsl.renderInlined(query.plan(family::equals).select()));
        return texts.toString();
    }

    /** A context with default settings and the zone UTC. */
    private record Context(Instant now) implements CollectionContext {
        @Override
        public Field<LocalDateTime> localNow() {
            return DSL.val(LocalDateTime.ofInstant(now, ZoneOffset.UTC));
        }

        @Override
        public Field<String> zone() {
            return DSL.val("UTC");
        }

        @Override
        public <T> T setting(CollectorSetting<T> setting) {
            return setting.defaultValue();
        }
    }
}
