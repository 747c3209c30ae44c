package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyHistory.IdRange;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.RegisteredQuery.Part;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the collectors for their queries without a database, and learns which tables and columns each query reads. */
final class QueryLearner {
    private static final Logger LOG = LoggerFactory.getLogger(QueryLearner.class);

    private final @Nullable ZoneId zone;
    private final Map<String, Set<String>> setStatements = new HashMap<>();
    private final Map<String, Set<String>> functionDefinitions = new HashMap<>();

    /**
     * Creates a learner.
     *
     * @param zone the zone that the host has set; null if it is read from the database
     */
    QueryLearner(@Nullable ZoneId zone) {
        this.zone = zone;
    }

    /** Returns the queries of a collector that feed an enabled family. */
    // Whatever a collector throws fails the collector, never the host.
    @SuppressWarnings("CatchingUnchecked")
    List<RegisteredQuery> learn(RegisteredCollector collector) {
        if (collector.families().isEmpty()) {
            return List.of();
        }
        try {
            List<FamilyQuery> queries =
                    collector.collector().queries(new QueryContext(Instant.EPOCH, collector.settings()));
            if (queries.isEmpty()) {
                return List.of(RegisteredQuery.collect(collector));
            }
            List<RegisteredQuery> learnt = new ArrayList<>();
            for (int i = 0; i < queries.size(); i++) {
                Map<MetricFamily, Part> parts = parts(collector, queries.get(i));
                if (!parts.isEmpty()) {
                    learnt.add(learn(collector, i, queries.get(i), parts));
                }
            }
            return learnt;
        } catch (Throwable t) {
            return List.of(
                    RegisteredQuery.flawed(collector, new Failure(FailureReason.COLLECTOR_BUG, Failures.message(t))));
        }
    }

    /** Returns the histories of a collector of which a family is enabled. A collector that throws has none. */
    @SuppressWarnings("CatchingUnchecked")
    List<History> learnHistories(RegisteredCollector collector) {
        List<History> learnt = new ArrayList<>();
        try {
            List<FamilyHistory> histories =
                    collector.collector().histories(new QueryContext(Instant.EPOCH, collector.settings()));
            for (int i = 0; i < histories.size(); i++) {
                FamilyHistory history = histories.get(i);
                Map<MetricFamily, Part> parts = parts(collector, history.query());
                if (!parts.isEmpty()) {
                    QueryRecorder recorder = new QueryRecorder(zone);
                    recorder.record(history.plan(parts::containsKey, Instant.EPOCH, 1, new IdRange(0, 1))
                            .select());
                    learnt.add(new History(
                            new RegisteredQuery(
                                    collector,
                                    History.FIRST_INDEX + i,
                                    parts,
                                    recorder.requirements(),
                                    Set.copyOf(recorder.sets().keySet()),
                                    history.query().since().orElse(null),
                                    null,
                                    false),
                            history));
                }
            }
            return learnt;
        } catch (Throwable t) {
            LOG.warn(
                    "the histories of collector '{}' are left out, because it failed: {}",
                    collector.name(),
                    Failures.message(t));
            return List.of();
        }
    }

    private static Map<MetricFamily, Part> parts(RegisteredCollector collector, FamilyQuery query) {
        if (query.families().isEmpty()) {
            throw new IllegalArgumentException("a query of collector '" + collector.name() + "' has no value");
        }
        List<MetricFamily> declared = collector.collector().families();
        Map<MetricFamily, Part> parts = new LinkedHashMap<>();
        for (MetricFamily family : query.families()) {
            if (!declared.contains(family)) {
                throw new IllegalArgumentException("metric '" + family + "' has a value in a query but is not among the"
                        + " families() of collector '" + collector.name() + "'");
            }
            if (collector.families().contains(family)) {
                parts.put(family, new Part(query.constants(family), query.value(family)));
            }
        }
        return parts;
    }

    private RegisteredQuery learn(
            RegisteredCollector collector, int index, FamilyQuery query, Map<MetricFamily, Part> parts) {
        QueryRecorder recorder = new QueryRecorder(zone);
        recorder.record(query.plan(parts::containsKey).select());
        Failure setClash = clash("sets", recorder.sets(), setStatements);
        return new RegisteredQuery(
                collector,
                index,
                parts,
                recorder.requirements(),
                Set.copyOf(recorder.sets().keySet()),
                query.since().orElse(null),
                setClash != null ? setClash : clash("functions", recorder.definitions(), functionDefinitions),
                false);
    }

    /** Returns a failure if two different sets or functions have one name: they would overwrite each other. */
    private static @Nullable Failure clash(
            String kind, SortedMap<String, Set<String>> used, Map<String, Set<String>> known) {
        for (Map.Entry<String, Set<String>> entry : used.entrySet()) {
            Set<String> texts = entry.getValue();
            if (texts.size() > 1
                    || !known.computeIfAbsent(entry.getKey(), name -> texts).equals(texts)) {
                return new Failure(
                        FailureReason.COLLECTOR_BUG,
                        "two different " + kind + " are named '" + entry.getKey() + "'; rename one of them");
            }
        }
        return null;
    }
}
