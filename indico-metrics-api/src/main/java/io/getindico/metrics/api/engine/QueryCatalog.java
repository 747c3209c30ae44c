package io.getindico.metrics.api.engine;

import static java.util.stream.Collectors.joining;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.RegisteredQuery.Part;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queries of all collectors. They are learnt when they are first needed, not when the engine is built, so that the
 * host starts faster.
 */
final class QueryCatalog {
    private static final Logger LOG = LoggerFactory.getLogger(QueryCatalog.class);

    private final CollectorCatalog collectors;
    private final @Nullable ZoneId zone;
    private @Nullable CompletableFuture<Void> learning;
    private final Object learningLock = new Object();
    private volatile @Nullable Learnt learnt;

    private record Learnt(List<RegisteredQuery> queries, Map<MetricFamily, List<RegisteredQuery>> byFamily) {
        static final Learnt NOTHING = new Learnt(List.of(), Map.of());

        /** The queries of a family include those of excluded collectors. */
        static Learnt of(List<RegisteredQuery> queries, List<RegisteredQuery> off) {
            return new Learnt(
                    queries,
                    byFamily(Stream.concat(queries.stream(), off.stream()).toList()));
        }

        static Map<MetricFamily, List<RegisteredQuery>> byFamily(List<RegisteredQuery> queries) {
            Map<MetricFamily, List<RegisteredQuery>> byFamily = new HashMap<>();
            queries.forEach(query -> query.families()
                    .forEach(family -> byFamily.computeIfAbsent(family, key -> new ArrayList<>())
                            .add(query)));
            return byFamily;
        }

        /** If two queries feed one series with values that cannot be merged, neither can run. */
        RegisteredQuery withFlaw(RegisteredQuery query) {
            if (query.flaw() != null) {
                return query;
            }
            for (MetricFamily family : query.families()) {
                for (RegisteredQuery other : byFamily.getOrDefault(family, List.of())) {
                    // The parts of a flawed query may be unknown.
                    boolean isOther = !query.equals(other) && other.flaw() == null;
                    String why = isOther ? whyNotMerged(family, query, other) : null;
                    if (why != null) {
                        return query.withFlaw(new Failure(
                                FailureReason.COLLECTOR_BUG,
                                "metric '" + family + "' is fed by " + query + " and " + other + ", " + why
                                        + "; tell them apart by a constant label"));
                    }
                }
            }
            return query;
        }

        private static @Nullable String whyNotMerged(
                MetricFamily family, RegisteredQuery query, RegisteredQuery other) {
            if (areSeparate(family, query, other)) {
                return null;
            }
            Part one = query.part(family);
            Part two = other.part(family);
            if (!one.value().mergesWith(two.value())) {
                return "whose values cannot be merged";
            }
            // Each query limits its own values, so one query may keep a value that the other merges into "other".
            boolean isCut = family.labels().stream()
                    .anyMatch(label -> !label.isClosed()
                            && !(one.constants().containsKey(label)
                                    && two.constants().containsKey(label)));
            return isCut ? "and has an open label" : null;
        }
    }

    QueryCatalog(CollectorCatalog collectors, @Nullable ZoneId zone) {
        this.collectors = collectors;
        this.zone = zone;
    }

    /** Learns in the background, or joins a thread that is learning. The future never completes with an exception. */
    synchronized CompletableFuture<Void> learn(Threads threads) {
        if (learning == null || (learning.isDone() && !isLearnt())) {
            learning = threads.run(this::learn);
        }
        return learning;
    }

    /** Learns now, unless that is already done. */
    void learn() {
        synchronized (learningLock) {
            if (learnt == null) {
                QueryLearner learner = new QueryLearner(zone);
                Learnt on = Learnt.of(learn(collectors.all(), learner), List.of());
                // Learn these last, so that a clash with an excluded collector is not a flaw of an enabled one.
                List<RegisteredQuery> off = learn(collectors.off(), learner);
                learnt = Learnt.of(on.queries().stream().map(on::withFlaw).toList(), off);
                Learnt.byFamily(off).forEach((family, parts) -> {
                    if (!hasSeparateParts(family)) {
                        warn(family, parts);
                    }
                });
            }
        }
    }

    private static List<RegisteredQuery> learn(List<RegisteredCollector> collectors, QueryLearner learner) {
        return collectors.stream()
                .flatMap(collector -> learner.learn(collector).stream())
                .toList();
    }

    private static void warn(MetricFamily family, List<RegisteredQuery> off) {
        LOG.warn(
                "metric '{}' is not shown: a part of it comes from {}, which is excluded; include it, or exclude the metric",
                family,
                off.stream()
                        .map(query -> "collector '" + query.collector().name() + "'")
                        .distinct()
                        .collect(joining(" and ")));
    }

    /** Learns the histories of the enabled families, in the order of collectors and of their histories. */
    List<History> histories() {
        QueryLearner learner = new QueryLearner(zone);
        return collectors.all().stream()
                .flatMap(collector -> learner.learnHistories(collector).stream())
                .toList();
    }

    boolean isLearnt() {
        return learnt != null;
    }

    private Learnt learnt() {
        Learnt known = learnt;
        return known == null ? Learnt.NOTHING : known;
    }

    /** All queries, in the order of collectors and of their queries; empty before they are learnt. */
    List<RegisteredQuery> all() {
        return learnt().queries();
    }

    List<RegisteredQuery> of(RegisteredCollector collector) {
        return all().stream()
                .filter(query -> query.collector().equals(collector))
                .toList();
    }

    List<RegisteredQuery> feedingAny(Predicate<String> names) {
        return all().stream().filter(query -> query.feedsAny(names)).toList();
    }

    /** The queries that feed a family, including those of excluded collectors. */
    List<RegisteredQuery> feeding(MetricFamily family) {
        return learnt().byFamily().getOrDefault(family, List.of());
    }

    /**
     * Whether a constant label distinguishes the parts of a family, so that one part may be absent without the others.
     */
    boolean hasSeparateParts(MetricFamily family) {
        List<RegisteredQuery> queries = feeding(family);
        return queries.stream()
                .allMatch(query ->
                        queries.stream().allMatch(other -> query.equals(other) || areSeparate(family, query, other)));
    }

    private static boolean areSeparate(MetricFamily family, RegisteredQuery query, RegisteredQuery other) {
        Map<Label, String> constants = query.part(family).constants();
        return other.part(family).constants().entrySet().stream().anyMatch(constant -> {
            String value = constants.get(constant.getKey());
            return value != null && !value.equals(constant.getValue());
        });
    }
}
