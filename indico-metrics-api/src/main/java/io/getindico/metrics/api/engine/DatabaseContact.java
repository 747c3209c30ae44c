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

/** Records when the database last answered and with what result, and logs changes. */
final class DatabaseContact {
    /** A contact older than this does not show that the database is up now. */
    static final Duration FRESH = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseContact.class);

    private final TimeSource time;
    private final ConnectGate gate;
    private @Nullable Moment lastContact;
    private @Nullable DatabaseError error;
    private String detail = "not asked yet";
    private SortedMap<String, String> revisions = Collections.emptySortedMap();
    private @Nullable List<String> loginWarnings;
    private final SortedMap<Relation, String> tableWarnings = new TreeMap<>();
    private @Nullable IndicoZone zone;

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
        this.gate = new ConnectGate(time);
    }

    /** Decides who may connect. It follows what is recorded here. */
    ConnectGate gate() {
        return gate;
    }

    synchronized View view() {
        List<String> warnings = loginWarnings == null ? List.of() : loginWarnings;
        List<String> ofTables = tableWarnings.entrySet().stream()
                .map(warning -> warning.getKey() + " " + warning.getValue())
                .toList();
        return new View(lastContact, error, detail, revisions, warnings, ofTables, zone);
    }

    private boolean isInContact() {
        return error == null && lastContact != null;
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
            LOG.info("the database answers again");
        }
        if (!facts.revisions().equals(revisions)) {
            logRevisions(facts.revisions());
        }
        lastContact = newer(asked);
        error = null;
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
        gate.open();
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
        String release = Releases.of(revisions);
        if (release.equals(Releases.UNKNOWN)) {
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
            LOG.warn("database: {} ({}); retrying", message, reason.label());
        }
        loginWarnings = null;
        error = reason;
        detail = message;
        gate.close(reason);
    }
}
