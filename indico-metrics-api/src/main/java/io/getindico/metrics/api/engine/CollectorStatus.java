package io.getindico.metrics.api.engine;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import io.getindico.metrics.api.engine.QueryState.Failure;
import io.getindico.metrics.api.engine.Requirements.Relation;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How one collector stands: what became of its queries, and their sum.
 *
 * @since 0.1.0
 */
public final class CollectorStatus {
    // Not the collector itself: a status may outlive the engine.
    private final String name;
    private final RefreshClass refreshClass;
    private final List<MetricFamily> families;
    private final List<Query> queries;
    private final Duration configuredTtl;

    CollectorStatus(RegisteredCollector collector, List<Query> queries, Duration configuredTtl) {
        this.name = collector.name();
        this.refreshClass = collector.refreshClass();
        this.families = collector.families();
        this.queries = List.copyOf(queries);
        this.configuredTtl = configuredTtl;
    }

    /** How an attempt ended. */
    public enum Outcome {
        /** There was none yet. */
        NEVER_RUN,
        /** With values. */
        SUCCESS,
        /** Of several queries, some gave values, and some failed or were skipped. */
        PARTIAL,
        /** Without values. */
        FAILED,
        /** It cannot run on this database. */
        SKIPPED
    }

    /**
     * The collector's name.
     *
     * @return as in settings and labels
     */
    public String name() {
        return name;
    }

    /**
     * The collector's refresh class.
     *
     * @return how costly it is
     */
    public RefreshClass refreshClass() {
        return refreshClass;
    }

    /**
     * The families that it declares and that are on.
     *
     * @return in the order of its declaration
     */
    public List<MetricFamily> families() {
        return families;
    }

    /**
     * Its queries that feed a family that is on.
     *
     * @return in the order in which they are sent; none before the first refresh
     */
    public List<Query> queries() {
        return queries;
    }

    /**
     * The TTL in force.
     *
     * @return the longest one of its queries
     */
    public Duration ttl() {
        return queries.stream().map(Query::ttl).max(Comparator.naturalOrder()).orElse(configuredTtl);
    }

    /**
     * How the last attempts of its queries ended.
     *
     * @return the same for all, or {@link Outcome#PARTIAL}
     */
    public Outcome outcome() {
        Set<Outcome> outcomes = tried().map(Query::outcome).collect(toSet());
        if (outcomes.isEmpty()) {
            return Outcome.NEVER_RUN;
        }
        return outcomes.size() == 1 ? outcomes.iterator().next() : Outcome.PARTIAL;
    }

    private Stream<Query> tried() {
        return queries.stream().filter(query -> query.outcome() != Outcome.NEVER_RUN);
    }

    /** Those that are not skipped. */
    private Stream<Query> running() {
        return queries.stream().filter(query -> query.outcome() != Outcome.SKIPPED);
    }

    /** Whether the last attempt of each query that runs succeeded; null where none was tried. */
    @Nullable
    Boolean isSuccessful() {
        List<Query> tried =
                running().filter(query -> query.outcome() != Outcome.NEVER_RUN).toList();
        return tried.isEmpty() ? null : tried.stream().allMatch(query -> query.outcome() == Outcome.SUCCESS);
    }

    /**
     * Why queries of it are skipped.
     *
     * @return each reason once
     */
    public SortedSet<SkipReason> skipReasons() {
        return reasons(Query::skipReason);
    }

    /**
     * Why queries of it fail.
     *
     * @return each reason once
     */
    public SortedSet<FailureReason> failureReasons() {
        return reasons(Query::failureReason);
    }

    private <T> SortedSet<T> reasons(Function<Query, @Nullable T> reason) {
        return queries.stream().map(reason).filter(Objects::nonNull).collect(toCollection(TreeSet::new));
    }

    /**
     * Why queries of it are skipped or fail, for people.
     *
     * @return empty where none is; each reason once, with the families that lack values where it is not all of them
     */
    public String detail() {
        Map<String, List<Query>> byDetail = queries.stream()
                .filter(query -> !query.detail().isEmpty())
                .collect(groupingBy(Query::detail, LinkedHashMap::new, toList()));
        return byDetail.entrySet().stream()
                .map(entry -> entry.getValue().size() == queries.size()
                        ? entry.getKey()
                        : entry.getValue().stream().map(Query::familyNames).collect(joining(", ")) + ": "
                                + entry.getKey())
                .collect(joining("; "));
    }

    /** When the oldest values were read; null where a query that runs has none. */
    @Nullable
    Instant lastSuccess() {
        List<Query> running = running().toList();
        boolean areAllRead = running.stream().allMatch(query -> query.state.lastSuccess() != null);
        return areAllRead
                ? instants(running, QueryState::lastSuccess)
                        .min(Comparator.naturalOrder())
                        .orElse(null)
                : null;
    }

    @Nullable
    Instant lastAttempt() {
        return instants(queries, QueryState::lastAttempt)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    private static Stream<Instant> instants(List<Query> queries, Function<QueryState, @Nullable Moment> which) {
        return queries.stream()
                .map(query -> which.apply(query.state))
                .filter(Objects::nonNull)
                .map(Moment::instant);
    }

    /**
     * How long the last attempts took.
     *
     * @return the sum over its queries
     */
    public Duration lastDuration() {
        return running().map(Query::lastDuration).reduce(Duration.ZERO, Duration::plus);
    }

    long failures() {
        return queries.stream()
                .flatMap(query -> query.state.failures().values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    /**
     * How many rows and index entries PostgreSQL read for the last successes, those included that a condition then left
     * out.
     *
     * @return the sum over its queries; null where the server does not count
     */
    public @Nullable Long rowsRead() {
        ReadCount read = lastRead();
        return read == null ? null : read.rows();
    }

    /**
     * How many pages of tables and indexes PostgreSQL read for the last successes, from memory or from disk.
     *
     * @return the sum over its queries; null where the server does not count
     */
    public @Nullable Long buffersRead() {
        ReadCount read = lastRead();
        return read == null ? null : read.buffers();
    }

    private @Nullable ReadCount lastRead() {
        return queries.stream()
                .map(query -> query.state.lastRead())
                .filter(Objects::nonNull)
                .reduce(ReadCount::plus)
                .orElse(null);
    }

    /**
     * The part of one core of the database that the collector takes at most, read as often as scrapes can cause it.
     *
     * @return 0.01 for one percent
     */
    public double coreRatio() {
        return running().mapToDouble(Query::coreRatio).sum();
    }

    /**
     * How many series the collector can give at most.
     *
     * @return the sum over its families of the product of the values of their labels, or of their combinations
     */
    public long maxSeries() {
        return families.stream().mapToLong(SeriesBudget::of).sum();
    }

    /**
     * How one query stands.
     *
     * @since 0.1.0
     */
    public static final class Query {
        private final List<MetricFamily> families;
        private final SortedMap<String, SortedSet<String>> columns;
        private final QueryState state;
        private final Duration ttl;
        private final double coreRatio;

        Query(RegisteredQuery query, QueryState state, Freshness freshness) {
            this.families = List.copyOf(query.families());
            this.columns = byName(query.requirements().columns());
            this.state = state.withoutValues();
            this.ttl = freshness.ttl(query, state);
            this.coreRatio = freshness.coreRatio(query, state);
        }

        /**
         * The families that it feeds and that are on.
         *
         * @return in the order of their values
         */
        public List<MetricFamily> families() {
            return families;
        }

        /**
         * The columns that it reads, those of its sets included.
         *
         * @return by table, such as {@code events.events}
         */
        public SortedMap<String, SortedSet<String>> columns() {
            return columns;
        }

        /**
         * The columns that are missing or that the login may not read.
         *
         * @return by table; no columns where the whole table is missing, or any column of it will do
         */
        public SortedMap<String, SortedSet<String>> lackingColumns() {
            Skip skip = state.skip();
            return byName(skip == null ? Collections.emptySortedMap() : skip.columns());
        }

        private static SortedMap<String, SortedSet<String>> byName(SortedMap<Relation, SortedSet<String>> columns) {
            SortedMap<String, SortedSet<String>> byName = new TreeMap<>();
            columns.forEach((relation, names) -> byName.put(relation.toString(), names));
            return Collections.unmodifiableSortedMap(byName);
        }

        /**
         * How the last attempt ended.
         *
         * @return never {@link Outcome#PARTIAL}
         */
        public Outcome outcome() {
            if (state.lastAttempt() == null) {
                return Outcome.NEVER_RUN;
            }
            if (state.skip() != null) {
                return Outcome.SKIPPED;
            }
            return state.failure() == null ? Outcome.SUCCESS : Outcome.FAILED;
        }

        /**
         * Why it is skipped.
         *
         * @return the reason, or null
         */
        public @Nullable SkipReason skipReason() {
            Skip skip = state.skip();
            return skip == null ? null : skip.reason();
        }

        /**
         * Why it failed.
         *
         * @return the reason, or null
         */
        public @Nullable FailureReason failureReason() {
            Failure failure = state.failure();
            return failure == null ? null : failure.reason();
        }

        /**
         * Either reason as a sentence.
         *
         * @return empty where there is none
         */
        public String detail() {
            Skip skip = state.skip();
            Failure failure = state.failure();
            return skip != null ? skip.detail() : failure != null ? failure.detail() : "";
        }

        /**
         * The TTL in force.
         *
         * @return for a heavy query at least 100 times its duration
         */
        public Duration ttl() {
            return ttl;
        }

        /**
         * How long the last attempt took.
         *
         * @return zero before the first
         */
        public Duration lastDuration() {
            return state.lastDuration();
        }

        double coreRatio() {
            return coreRatio;
        }

        private String familyNames() {
            return families.stream().map(MetricFamily::name).collect(joining(", "));
        }
    }
}
