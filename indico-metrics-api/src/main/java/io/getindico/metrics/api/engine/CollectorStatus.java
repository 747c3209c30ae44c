package io.getindico.metrics.api.engine;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import io.getindico.metrics.api.DerivedRows;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
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
 * The status of one collector: the outcome of each query, and a summary.
 *
 * @since 0.1.0
 */
public final class CollectorStatus {
    // Holds no reference to the collector, because a status may outlive the engine.
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
        /** There was no attempt yet. */
        NEVER_RUN,
        /** It returned values. */
        SUCCESS,
        /** Some queries returned values, and others failed or were skipped. */
        PARTIAL,
        /** It failed. */
        FAILED,
        /** It cannot run on this database. */
        SKIPPED
    }

    /** {@return the collector's name, as used in settings and labels} */
    public String name() {
        return name;
    }

    /** {@return the collector's refresh class} */
    public RefreshClass refreshClass() {
        return refreshClass;
    }

    /** {@return the enabled families that it declares, in the order in which it declares them} */
    public List<MetricFamily> families() {
        return families;
    }

    /**
     * {@return its queries that feed an enabled family, in the order in which they run; empty before the first refresh}
     */
    public List<Query> queries() {
        return queries;
    }

    /** {@return the TTL in force: the longest TTL of its queries} */
    public Duration ttl() {
        return queries.stream().map(Query::ttl).max(Comparator.naturalOrder()).orElse(configuredTtl);
    }

    /**
     * {@return how the last attempts of its queries ended: their common outcome, or {@link Outcome#PARTIAL} if they
     * differ}
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

    /** Returns the queries that are not skipped. */
    private Stream<Query> running() {
        return queries.stream().filter(query -> query.outcome() != Outcome.SKIPPED);
    }

    /** Whether the last attempt of each query that can run succeeded; null if none was tried. */
    @Nullable
    Boolean isSuccessful() {
        List<Query> tried =
                running().filter(query -> query.outcome() != Outcome.NEVER_RUN).toList();
        return tried.isEmpty() ? null : tried.stream().allMatch(query -> query.outcome() == Outcome.SUCCESS);
    }

    /** {@return why some of its queries are skipped} */
    public SortedSet<SkipReason> skipReasons() {
        return reasons(Query::skipReason);
    }

    /** {@return why some of its queries fail} */
    public SortedSet<FailureReason> failureReasons() {
        return reasons(Query::failureReason);
    }

    private <T> SortedSet<T> reasons(Function<Query, @Nullable T> reason) {
        return queries.stream().map(reason).filter(Objects::nonNull).collect(toCollection(TreeSet::new));
    }

    /**
     * {@return why some of its queries are skipped or fail: each reason once, with the families that have no values
     * unless that is all of them; empty if no query is skipped or fails}
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

    /** When the oldest values were read; null if a query that can run has none. */
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

    /** {@return how long the last attempts of its queries took together} */
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
     * {@return how many rows and index entries PostgreSQL read for the last successful attempts of its queries,
     * including those that a condition then filtered out; null if the server does not count}
     */
    public @Nullable Long rowsRead() {
        ReadCount read = lastRead();
        return read == null ? null : read.rows();
    }

    /**
     * {@return how many pages of tables and indexes PostgreSQL read for the last successful attempts of its queries,
     * from memory or disk; null if the server does not count}
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
     * {@return the largest share of one database core that the collector can take, if scrapes refresh it as often as
     * possible; 0.01 for one percent}
     */
    public double coreRatio() {
        return running().mapToDouble(Query::coreRatio).sum();
    }

    /**
     * {@return the largest possible number of series of all its families, {@link MetricFamily#maxSeries}}
     */
    public long maxSeries() {
        return families.stream().mapToLong(MetricFamily::maxSeries).sum();
    }

    /**
     * The status of one query.
     *
     * @since 0.1.0
     */
    public static final class Query {
        private final List<MetricFamily> families;
        private final @Nullable String since;
        private final SortedMap<String, SortedSet<String>> columns;
        private final QueryState state;
        private final Duration ttl;
        private final double coreRatio;

        Query(RegisteredQuery query, QueryState state, Freshness freshness) {
            this.families = List.copyOf(query.families());
            this.since = query.since();
            this.columns = byName(query.requirements().allColumns());
            this.state = state.withoutValues();
            this.ttl = freshness.ttl(query, state);
            this.coreRatio = freshness.coreRatio(query, state);
        }

        /** {@return the enabled families that it feeds, in the order of their values} */
        public List<MetricFamily> families() {
            return families;
        }

        /** {@return the release of Indico that it needs, or null if it runs on every supported one} */
        public @Nullable String since() {
            return since;
        }

        /**
         * {@return the columns that it reads by table, such as {@code events.events}, including those of its sets and
         * those that it reads through a function}
         */
        public SortedMap<String, SortedSet<String>> columns() {
            return columns;
        }

        /**
         * {@return the columns that are missing or that the login may not read, by table} A table has no columns here
         * if it is missing, or if the login may read none of its columns. Columns that a
         * function reads are left out if only the right to them is missing: see {@link #missingFunctions()}.
         */
        public SortedMap<String, SortedSet<String>> missingColumns() {
            Skip skip = state.skip();
            return byName(skip == null ? Collections.emptySortedMap() : skip.columns());
        }

        /**
         * {@return the functions of {@link DerivedRows} that the login would have to be able to call, by name}
         */
        public SortedSet<String> missingFunctions() {
            Skip skip = state.skip();
            return skip == null ? Collections.emptySortedSet() : Collections.unmodifiableSortedSet(skip.functions());
        }

        private static SortedMap<String, SortedSet<String>> byName(SortedMap<Relation, SortedSet<String>> columns) {
            SortedMap<String, SortedSet<String>> byName = new TreeMap<>();
            columns.forEach((relation, names) -> byName.put(relation.toString(), names));
            return Collections.unmodifiableSortedMap(byName);
        }

        /** {@return how the last attempt ended; never {@link Outcome#PARTIAL}} */
        public Outcome outcome() {
            if (state.lastAttempt() == null) {
                return Outcome.NEVER_RUN;
            }
            if (state.skip() != null) {
                return Outcome.SKIPPED;
            }
            return state.failure() == null ? Outcome.SUCCESS : Outcome.FAILED;
        }

        /** {@return why it is skipped, or null} */
        public @Nullable SkipReason skipReason() {
            Skip skip = state.skip();
            return skip == null ? null : skip.reason();
        }

        /** {@return why it failed, or null} */
        public @Nullable FailureReason failureReason() {
            Failure failure = state.failure();
            return failure == null ? null : failure.reason();
        }

        /** {@return the reason for a skip or failure, as a sentence; empty if there is none} */
        public String detail() {
            Skip skip = state.skip();
            Failure failure = state.failure();
            return skip != null ? skip.detail() : failure != null ? failure.detail() : "";
        }

        /** {@return the TTL in force; longer than the configured one if the database share requires it} */
        public Duration ttl() {
            return ttl;
        }

        /** {@return how long the last attempt took; zero before the first attempt} */
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
