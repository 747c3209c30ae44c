package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import io.getindico.metrics.api.engine.QueryState.Attempt;
import io.getindico.metrics.api.engine.QueryState.Result;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/**
 * Runs queries one after the other. On a primary they share one transaction. On a standby each collector has its own,
 * shared with collectors that use the same sets. A failing query does not affect the others. If a connection breaks,
 * the query that ran on it fails, and the rest get a new connection.
 */
class CollectionRun {
    /** Long enough for a lock that is held only briefly. A query that must wait longer is retried after all others. */
    private static final Duration SHORT_LOCK_WAIT = Duration.ofMillis(10);

    private static final Failure HIDES_DAMAGE = new Failure(
            FailureReason.QUERY,
            "zero_damaged_pages or ignore_checksum_failure is on for this session, so PostgreSQL leaves out rows"
                    + " on damaged pages; turn both off");

    private final EngineParts parts;
    private final RunLimits limits;
    /** The instant of all values. If none was given, the start of the first transaction. */
    private @Nullable Instant valuesAt;

    private final RunControl control = new RunControl();
    private final Deque<RegisteredQuery> remaining;
    private final List<RegisteredQuery> retries = new ArrayList<>();
    private final Set<RegisteredQuery> retried = new HashSet<>();
    private final Requirements required;
    private final Map<RegisteredQuery, Attempt> attempts = new ConcurrentHashMap<>();
    private @Nullable IndicoZone zone;
    private boolean isLost;
    private volatile @Nullable RegisteredQuery current;

    CollectionRun(
            EngineParts parts, RunLimits limits, @Nullable Instant valuesAt, Collection<RegisteredQuery> queries) {
        this.parts = parts;
        this.limits = limits;
        this.valuesAt = valuesAt;
        this.remaining = new ArrayDeque<>(queries);
        this.required = Requirements.union(
                queries.stream().map(RegisteredQuery::requirements).toList());
    }

    RunControl control() {
        return control;
    }

    /** The finished attempts; complete after {@link #run} returns. */
    Map<RegisteredQuery, Attempt> attempts() {
        return Map.copyOf(attempts);
    }

    /** The running query, for a watch that gives up waiting for it. */
    @Nullable
    RegisteredQuery current() {
        return current;
    }

    void run() {
        while (!remaining.isEmpty()) {
            collect(SHORT_LOCK_WAIT);
        }
        remaining.addAll(retries);
        retries.clear();
        boolean mayWait = !remaining.isEmpty() && parts.lockWaitPermit().tryAcquire();
        try {
            // If the connection was lost, connect once more to find out whether the database is down as well.
            while (!remaining.isEmpty() || isLost) {
                collect(mayWait ? limits.lockTimeout() : SHORT_LOCK_WAIT);
            }
        } finally {
            if (mayWait) {
                parts.lockWaitPermit().release();
            }
        }
    }

    private void collect(Duration longestWait) {
        Duration lockTimeout = longestWait.compareTo(limits.lockTimeout()) < 0 ? longestWait : limits.lockTimeout();
        Moment started = parts.now();
        if (valuesAt == null) {
            valuesAt = started.instant();
        }
        isLost = false;
        try (ReadTransaction transaction =
                ReadTransaction.open(parts.source(), control, limits.queryBudget(), lockTimeout)) {
            DatabaseFacts facts = facts(transaction, started);
            if (facts != null) {
                collectIn(transaction, facts, started);
            }
        } catch (SQLException | RuntimeException | LinkageError e) {
            failToConnect(started, e);
        }
    }

    /**
     * Reads the catalog. Returns null if the database did not answer or is not Indico's; the remaining queries have
     * then failed or are queued for a retry.
     */
    private @Nullable DatabaseFacts facts(ReadTransaction transaction, Moment started) {
        DatabaseFacts facts;
        try {
            SystemCatalog catalog = new SystemCatalog(transaction.dsl());
            facts = catalog.facts(required);
            if (!parts.contact().isLoginKnown()) {
                parts.contact().login(catalog.loginWarnings());
            }
        } catch (DataAccessException e) {
            if (Failures.isConnectionLost(e)) {
                throw e;
            }
            // The database is up. For example, an upgrade of Indico may have locked the revisions.
            if (Failures.isLockTimeout(e) && retried.addAll(remaining)) {
                retries.addAll(remaining);
                remaining.clear();
            } else {
                fail(started, failure(e));
            }
            return null;
        }
        parts.contact().reached(facts, started);
        if (!facts.isIndico()) {
            failRemaining(started, new Failure(FailureReason.SCHEMA, facts.whyNotIndico()));
            return null;
        }
        return facts;
    }

    private Failure failure(Throwable thrown) {
        return Failures.ofCollector(thrown, control.cancelled(), limits);
    }

    private void failToConnect(Moment started, Throwable thrown) {
        Failure cancelled = control.cancelled();
        Failure failure = failure(thrown);
        if (thrown instanceof CollectionException
                || (cancelled != null && cancelled.reason() == FailureReason.CANCELLED_FOR_LOCK)
                || failure.reason() == FailureReason.CONFLICT) {
            fail(started, failure);
        } else {
            String message = Failures.message(thrown);
            parts.contact().failed(Failures.ofConnecting(thrown), message);
            failRemaining(started, new Failure(FailureReason.CONNECTION, message));
        }
    }

    /**
     * A failure before the first query fails all remaining queries. A conflict with a standby's replay fails only the
     * next group, because it passes quickly.
     */
    private void fail(Moment started, Failure failure) {
        if (failure.reason() != FailureReason.CONFLICT) {
            failRemaining(started, failure);
            return;
        }
        takeGroup().forEach(query -> attempts.put(query, Attempt.failed(started, failure)));
    }

    private void failRemaining(Moment started, Failure failure) {
        remaining.addAll(retries);
        retries.clear();
        remaining.forEach(query -> attempts.put(query, Attempt.failed(started, failure)));
        remaining.clear();
    }

    private void collectIn(ReadTransaction transaction, DatabaseFacts facts, Moment now) {
        Deque<RegisteredQuery> queries = transaction.isStandby() ? takeGroup() : remaining;
        ReadCounter reads = new ReadCounter();
        Prerequisites prerequisites = new Prerequisites(transaction, facts.callable(), () -> zone(transaction));
        while (!queries.isEmpty() && transaction.isUsable()) {
            RegisteredQuery next = queries.removeFirst();
            Moment started = parts.now();
            current = next;
            Result result = collect(transaction, facts, next, prerequisites, reads);
            current = null;
            if (result == null) {
                continue;
            }
            Duration duration = parts.now().since(started);
            attempts.put(next, new Attempt(now, duration, result));
            if (isConflict(result) && !transaction.isUsable()) {
                // The standby's replay has ended the session that these queries shared.
                queries.forEach(query -> attempts.put(query, new Attempt(now, Duration.ZERO, result)));
                queries.clear();
            }
        }
        if (transaction.isStandby()) {
            remaining.addAll(queries);
        }
        isLost = !transaction.isUsable();
    }

    private static boolean isConflict(Result result) {
        return result instanceof Result.Failed failed && failed.failure().reason() == FailureReason.CONFLICT;
    }

    /** Takes the next query and all queries that belong together with it. */
    private Deque<RegisteredQuery> takeGroup() {
        Deque<RegisteredQuery> group = new ArrayDeque<>();
        RegisteredQuery next = remaining.pollFirst();
        while (next != null) {
            group.add(next);
            next = remaining.stream()
                    .filter(query -> group.stream().anyMatch(query::belongsTogetherWith))
                    .findFirst()
                    .orElse(null);
            remaining.remove(next);
        }
        return group;
    }

    /** Reads the zone once per run, even if a transaction fails later. */
    private ZoneId zone(ReadTransaction transaction) {
        IndicoZone known = zone;
        if (known == null) {
            ZoneId configured = parts.settings().zone();
            known = configured == null
                    ? transaction.read(IndicoZone.query(), IndicoZone::of)
                    : IndicoZone.configured(configured);
            zone = known;
            parts.contact().zone(known);
        }
        return known.zone();
    }

    /** Returns null if the query will be retried, because a table was locked or rewritten. */
    // Whatever a collector's code throws fails this query, including linkage and assertion errors.
    @SuppressWarnings("CatchingUnchecked")
    private @Nullable Result collect(
            ReadTransaction transaction,
            DatabaseFacts facts,
            RegisteredQuery query,
            Prerequisites prerequisites,
            ReadCounter reads) {
        Skip skip = facts.skip(query);
        if (skip != null) {
            return new Result.Skipped(skip);
        }
        Failure partial = transaction.hidesDamage() ? HIDES_DAMAGE : facts.hiddenRows(query.requirements());
        if (partial != null) {
            return new Result.Failed(partial);
        }
        try {
            Failure flaw = query.flaw();
            if (flaw != null) {
                throw new CollectionException(flaw.reason(), flaw.detail());
            }
            return read(transaction, query, prerequisites, reads);
        } catch (Throwable t) {
            Failure failure = failure(t);
            boolean isLocked = Failures.isLockTimeout(t);
            boolean mayPass = isLocked || failure.reason() == FailureReason.CHANGED_UNDERNEATH;
            if (mayPass && retried.add(query)) {
                retries.add(query);
                return null;
            }
            if (isLocked && transaction.isUsable()) {
                // Wait only once for a lock: a table that many queries read would otherwise use up the budget.
                transaction.setLockTimeout(SHORT_LOCK_WAIT);
            }
            return new Result.Failed(failure);
        }
    }

    /** Runs the statement of a query that has no flaw. */
    Result read(ReadTransaction transaction, RegisteredQuery query, Prerequisites prerequisites, ReadCounter reads) {
        FamilyQuery.Plan plan = definition(query).plan(query.parts()::containsKey);
        return transaction.read(plan.select(), prerequisites, rows -> success(transaction, query, plan, rows, reads));
    }

    private FamilyQuery definition(RegisteredQuery query) {
        List<FamilyQuery> definitions = query.collector().collector().queries(context(query));
        if (definitions.size() <= query.index()
                || !definitions.get(query.index()).families().containsAll(query.families())) {
            throw new CollectionException(
                    FailureReason.COLLECTOR_BUG, "queries() returned different queries from its first call");
        }
        return definitions.get(query.index());
    }

    final QueryContext context(RegisteredQuery query) {
        return new QueryContext(
                Objects.requireNonNull(valuesAt), query.collector().settings());
    }

    private Result success(
            ReadTransaction transaction,
            RegisteredQuery query,
            FamilyQuery.Plan plan,
            org.jooq.Result<?> rows,
            ReadCounter reads) {
        plan.refusal(rows).ifPresent(reason -> {
            throw new CollectionException(FailureReason.QUERY, reason);
        });
        SampleBuffer samples = new SampleBuffer(query.parts());
        plan.read(rows, samples::add);
        // May throw, so it must run before the savepoint is released.
        List<FamilyValues> values = samples.finish();
        return success(transaction, values, reads);
    }

    static Result success(ReadTransaction transaction, List<FamilyValues> values, ReadCounter reads) {
        List<TableUse> uses = new SystemCatalog(transaction.dsl()).uses();
        refuseIfChanged(uses);
        return new Result.Success(values, reads.since(uses));
    }

    private static void refuseIfChanged(List<TableUse> uses) {
        List<String> changed = uses.stream()
                .filter(TableUse::isChanged)
                .map(TableUse::table)
                .sorted()
                .toList();
        if (!changed.isEmpty()) {
            throw new CollectionException(
                    FailureReason.CHANGED_UNDERNEATH,
                    "rewritten or truncated while it was read: " + String.join(", ", changed));
        }
    }
}
