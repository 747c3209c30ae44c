package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.Requirements.Relation;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records when the database last answered and with what result, and decides when to try again while it is down. A
 * rejected login is retried less and less often, so that the account is not locked.
 */
final class DatabaseContact {
    /** A contact older than this does not show that the database is up now. */
    static final Duration FRESH = Duration.ofSeconds(15);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    private static final Duration FIRST_PAUSE_AFTER_REFUSAL = Duration.ofSeconds(15);
    private static final Duration LONGEST_PAUSE_AFTER_REFUSAL = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseContact.class);

    private final TimeSource time;
    private @Nullable Moment lastContact;
    private @Nullable DatabaseError error;
    private String detail = "not asked yet";
    private SortedMap<String, String> revisions = Collections.emptySortedMap();
    private @Nullable List<String> loginWarnings;
    private final SortedMap<Relation, String> tableWarnings = new TreeMap<>();
    private @Nullable IndicoZone zone;

    private Duration pause = Duration.ZERO;
    private Duration pauseAfterRefusal = Duration.ZERO;
    private @Nullable Moment lastFailure;
    private @Nullable Thread attempting;
    private @Nullable Moment attemptBegan;

    /** The state at one moment. */
    record View(
            @Nullable Moment lastContact,
            @Nullable DatabaseError error,
            String detail,
            SortedMap<String, String> revisions,
            List<String> loginWarnings,
            List<String> tableWarnings,
            @Nullable IndicoZone zone) {
        boolean isUp(Moment now) {
            return error == null && isFresh(now);
        }

        boolean isFresh(Moment now) {
            return lastContact != null && now.isWithin(FRESH, lastContact);
        }
    }

    DatabaseContact(TimeSource time) {
        this.time = time;
    }

    synchronized View view() {
        List<String> warnings = loginWarnings == null ? List.of() : loginWarnings;
        List<String> ofTables = tableWarnings.entrySet().stream()
                .map(warning -> warning.getKey() + " " + warning.getValue())
                .toList();
        return new View(lastContact, error, detail, revisions, warnings, ofTables, zone);
    }

    /**
     * Whether the caller may connect. While the database is down or has never been reached, only one attempt runs at a
     * time, with a pause after each. Other callers wait for its outcome, at most for the given patience, and may
     * connect if it succeeds. A caller that gets true must call {@link #attemptEnded} on the same thread; the method is
     * reentrant until then.
     */
    synchronized boolean mayConnect(Duration patience) {
        if (attempting == Thread.currentThread()) {
            return true;
        }
        awaitAttempt(patience);
        if (isInContact()) {
            return true;
        }
        Moment failed = lastFailure;
        if (isAttempted() || (failed != null && !time.now().isAtLeast(pause, failed))) {
            return false;
        }
        attempting = Thread.currentThread();
        attemptBegan = time.now();
        return true;
    }

    /** Ignores an attempt that hangs for too long. */
    private boolean isAttempted() {
        return attempting != null
                && attemptBegan != null
                && !time.now().isAtLeast(ConnectionSlots.LONGEST_LOGIN, attemptBegan);
    }

    private synchronized void awaitAttempt(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (!isInContact() && isAttempted()) {
                long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                if (millis <= 0) {
                    return;
                }
                wait(millis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isInContact() {
        return error == null && lastContact != null;
    }

    /** Ends the attempt that {@link #mayConnect} allowed, whatever its outcome. */
    synchronized void attemptEnded() {
        if (attempting == Thread.currentThread()) {
            attempting = null;
            notifyAll();
        }
    }

    /**
     * Records that the database has answered.
     *
     * @param asked when it was asked; an answer that is noticed late is not a recent contact
     */
    synchronized void reached(DatabaseFacts facts, Moment asked) {
        if (!facts.isIndico()) {
            failed(DatabaseError.NOT_INDICO, "this database is not Indico's: " + facts.whyNotIndico());
            return;
        }
        if (error != null) {
            LOG.info("database is reached again");
        }
        if (!facts.revisions().equals(revisions)) {
            logRevisions(facts.revisions());
        }
        pause = Duration.ZERO;
        pauseAfterRefusal = Duration.ZERO;
        lastContact = newer(asked);
        error = null;
        // Ends a running attempt, even one of another thread.
        attempting = null;
        notifyAll();
        detail = "reached";
        revisions = facts.revisions();
        facts.tables().forEach((relation, table) -> {
            String warning = table.warning();
            if (warning == null) {
                tableWarnings.remove(relation);
            } else {
                tableWarnings.put(relation, warning);
            }
        });
    }

    /** Records an answer to another statement, such as the lock check during a long query, if the database is up. */
    synchronized void answered(Moment asked) {
        if (isInContact()) {
            lastContact = newer(asked);
        }
    }

    /** Returns the later contact. An earlier refresh may report later, and the clock may have been set back. */
    private Moment newer(Moment asked) {
        Moment known = lastContact;
        Moment now = time.now();
        return known != null && now.isWithin(now.since(asked).abs(), known) ? known : asked;
    }

    /** Whether the privileges of the login have been read since the database was last down. */
    synchronized boolean isLoginKnown() {
        return loginWarnings != null;
    }

    synchronized void login(List<String> warnings) {
        loginWarnings = warnings;
    }

    private static void logRevisions(SortedMap<String, String> revisions) {
        String release = KnownReleases.release(revisions);
        if (release.equals(KnownReleases.UNKNOWN)) {
            LOG.warn(
                    "Indico's schema revisions: {}, of no known release; metrics are read as far as tables and columns"
                            + " allow",
                    revisions);
        } else {
            LOG.info("Indico's schema revisions: {}, of release {}", revisions, release);
        }
    }

    synchronized void zone(IndicoZone used) {
        if (!used.equals(zone)) {
            LOG.info("room booking is read in the zone {} (from: {})", used.zone(), used.origin());
        }
        zone = used;
    }

    synchronized void failed(DatabaseError reason, String message) {
        if (error != reason) {
            LOG.warn("database: {} ({}); it is tried again", message, reason.label());
        }
        if (reason == DatabaseError.AUTH) {
            // Other errors in between, for example from a second host, do not reset the pause after a rejected login.
            pauseAfterRefusal = longer(pauseAfterRefusal, FIRST_PAUSE_AFTER_REFUSAL, LONGEST_PAUSE_AFTER_REFUSAL);
            pause = pauseAfterRefusal;
        } else {
            pause = longer(error == reason ? pause : Duration.ZERO, FIRST_PAUSE, LONGEST_PAUSE);
        }
        lastFailure = time.now();
        loginWarnings = null;
        error = reason;
        detail = message;
        attemptEnded();
    }

    private static Duration longer(Duration before, Duration first, Duration longest) {
        Duration next = before.isZero() ? first : before.multipliedBy(2);
        return next.compareTo(longest) > 0 ? longest : next;
    }
}
