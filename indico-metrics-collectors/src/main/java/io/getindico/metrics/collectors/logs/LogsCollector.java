package io.getindico.metrics.collectors.logs;

import static io.getindico.metrics.api.Value.countDistinct;
import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.api.Value.latest;
import static io.getindico.metrics.jooq.events.tables.Logs.LOGS;
import static org.jooq.impl.DSL.choose;
import static org.jooq.impl.DSL.concat;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.jsonGetAttributeAsText;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.DerivedRows;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.collectors.internal.events.Windows;
import io.getindico.metrics.jooq.enums.EventLogRealm;
import java.time.Instant;
import java.util.List;
import org.jooq.CommonTableExpression;
import org.jooq.Field;
import org.jooq.JSON;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Counts what Indico wrote to its logs in the last day, and the emails of events by delivery state. All emails of
 * events are logged; others are not. An email with another state than Indico's three has the state {@code unknown}.
 *
 * <p>Reads the newest 200 000 entries of {@code events.logs} three times and those of {@code indico.logs} once, by primary
 * key; the emails through a function. If the last day may have more entries than these, the query fails.
 *
 * <pre>
 * # TYPE indico_event_emails_1d gauge
 * indico_event_emails_1d{state="failed"} 4.0
 * indico_event_emails_1d{state="pending"} 1.0
 * indico_event_emails_1d{state="sent"} 8.0
 * indico_event_emails_1d{state="unknown"} 1.0
 * # TYPE indico_event_log_users_1d gauge
 * indico_event_log_users_1d 7.0
 * # TYPE indico_event_log_newest_entry_timestamp_seconds gauge
 * indico_event_log_newest_entry_timestamp_seconds 1.7707158E9
 * </pre>
 *
 * @since 0.1.0
 */
public final class LogsCollector implements MetricCollector {
    private static final Label STATE = Label.closed("state", "pending", "sent", "failed");
    private static final Label EVENT_REALM =
            Label.closed("realm", "event", "management", "participants", "reviewing", "emails");
    private static final Label APP_REALM = Label.closed("realm", "system", "admin", "emails");

    private static final MetricFamily EMAILS = MetricFamily.gauge("indico_event_emails_1d")
            .help("Number of event emails logged in the last day, by delivery state.")
            .labels(STATE)
            .timeDependent()
            .purpose("Warns the person on call: pending emails grow within minutes if the mail server is down. An email"
                    + " fails only after ten attempts, 4.8 hours later.")
            .build();
    private static final MetricFamily OLDEST_PENDING = MetricFamily.gauge(
                    "indico_event_emails_oldest_pending_timestamp_seconds")
            .help("Unix time at which the oldest event email of the last day that is still pending was logged.")
            .unit("seconds")
            .timeDependent()
            .purpose("Shows how long emails wait. One mistyped address waits for 4.8 hours, so this alone is no fault.")
            .build();
    private static final MetricFamily NEWEST_SENT = MetricFamily.gauge(
                    "indico_event_emails_newest_sent_timestamp_seconds")
            .help("Unix time at which the newest sent event email of the last day was logged.")
            .unit("seconds")
            .timeDependent()
            .purpose("Shows that emails go out although some wait.")
            .build();
    private static final MetricFamily EVENT_ENTRIES = MetricFamily.gauge("indico_event_log_entries_1d")
            .help("Number of event log entries written in the last day, by realm.")
            .labels(EVENT_REALM)
            .timeDependent()
            .purpose("Shows what people do in Indico, by area.")
            .build();
    private static final MetricFamily NEWEST_ENTRY = MetricFamily.gauge(
                    "indico_event_log_newest_entry_timestamp_seconds")
            .help("Unix time at which the newest event log entry was written.")
            .unit("seconds")
            .timeDependent()
            .purpose("Shows whether Indico as a whole is alive: on a busy instance something is logged every few"
                    + " minutes.")
            .build();
    private static final MetricFamily USERS = MetricFamily.gauge("indico_event_log_users_1d")
            .help("Number of distinct users with an event log entry in the last day.")
            .timeDependent()
            .purpose("Shows how many people work with Indico, whether or not they logged in today.")
            .build();
    private static final MetricFamily APP_ENTRIES = MetricFamily.gauge("indico_app_log_entries_1d")
            .help("Number of application log entries written in the last day, by realm.")
            .labels(APP_REALM)
            .timeDependent()
            .profile(Profile.FULL)
            .purpose("Shows a security officer what administrators change.")
            .build();

    @Override
    public String name() {
        return "logs";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(EMAILS, OLDEST_PENDING, NEWEST_SENT, EVENT_ENTRIES, NEWEST_ENTRY, USERS, APP_ENTRIES);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Instant now = context.now();
        return List.of(emails(now), eventEntries(now), users(now), appEntries(now));
    }

    private static NewestEntries eventLog(Instant now) {
        return NewestEntries.of(LOGS, LOGS.ID, LOGS.LOGGED_DT, now);
    }

    /**
     * The function gets the beginning of the window, because it takes long to read the states of all newest emails. Each
     * state is computed once, because an email is long.
     */
    private static FamilyQuery emails(Instant now) {
        NewestEntries newest = eventLog(now);
        Field<String> state = state().as("state");
        DerivedRows rows = DerivedRows.of(
                "event_emails",
                val(now.minus(NewestEntries.DAY), LOGS.LOGGED_DT),
                after -> select(LOGS.LOGGED_DT, state)
                        .from(LOGS)
                        .where(
                                newest.areRead(),
                                LOGS.LOGGED_DT.gt(after),
                                LOGS.REALM.eq(EventLogRealm.EMAILS),
                                LOGS.TYPE.eq("email")));
        Field<Instant> loggedAt = rows.field(LOGS.LOGGED_DT);
        CommonTableExpression<?> emails = DSL.name("emails")
                .asMaterialized(
                        select(loggedAt, rows.field(state)).from(rows.table()).where(loggedAt.le(now)));
        Field<Instant> time = emails.field(loggedAt);
        Field<String> stateOf = emails.field(state);
        return newest.from(emails)
                .with(emails)
                .by(STATE, stateOf)
                .value(EMAILS, countRows())
                .value(OLDEST_PENDING, earliest(time).where(stateOf.eq("pending")))
                .value(NEWEST_SENT, latest(time).where(stateOf.eq("sent")));
    }

    /**
     * The state in an email's JSON, NULL for any other text. Escapes of U+0000 and of halves of surrogate pairs become spaces first: PostgreSQL
     * stores them, but a single one would make the query fail, because it cannot decode them.
     */
    private static Field<String> state() {
        // What a backslash in a literal means depends on a setting of the server.
        Field<String> backslash = function(DSL.name("repeat"), SQLDataType.CLOB, DSL.chr(92), inline(2));
        Field<String> undecodable = concat(backslash, inline("u(0000|[dD][89a-fA-F]..)"));
        Field<String> space = concat(backslash, inline("u0020"));
        Field<String> text = LOGS.DATA.cast(SQLDataType.CLOB);
        Field<String> repaired =
                function(DSL.name("regexp_replace"), SQLDataType.CLOB, text, undecodable, space, inline("g"));
        Field<JSON> decodable = when(text.likeRegex(undecodable), repaired.cast(SQLDataType.JSON))
                .otherwise(LOGS.DATA);
        Field<String> state = jsonGetAttributeAsText(decodable, inline("state"));
        // Each other text could be anything, so it stays in the database.
        return choose(state).when("pending", "pending").when("sent", "sent").when("failed", "failed");
    }

    private static FamilyQuery eventEntries(Instant now) {
        NewestEntries newest = eventLog(now);
        return newest.from(LOGS)
                .where(newest.areRead(), LOGS.LOGGED_DT.le(now))
                .by(EVENT_REALM, LOGS.REALM)
                .value(EVENT_ENTRIES, countRows().where(Windows.last(LOGS.LOGGED_DT, now, NewestEntries.DAY)))
                .value(NEWEST_ENTRY, latest(LOGS.LOGGED_DT));
    }

    private static FamilyQuery users(Instant now) {
        NewestEntries newest = eventLog(now);
        return newest.from(LOGS)
                .where(newest.areRead(), Windows.last(LOGS.LOGGED_DT, now, NewestEntries.DAY))
                .value(USERS, countDistinct(LOGS.USER_ID));
    }

    private static FamilyQuery appEntries(Instant now) {
        var logs = io.getindico.metrics.jooq.indico.tables.Logs.LOGS;
        NewestEntries newest = NewestEntries.of(logs, logs.ID, logs.LOGGED_DT, now);
        return newest.from(logs)
                .where(newest.areRead(), Windows.last(logs.LOGGED_DT, now, NewestEntries.DAY))
                .by(APP_REALM, logs.REALM)
                .value(APP_ENTRIES, countRows())
                .since("3.3.7");
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        var logs = io.getindico.metrics.jooq.indico.tables.Logs.LOGS;
        String why = "Indico never deletes the row of a log entry.";
        return List.of(
                FamilyHistory.exact(
                                FamilyQuery.from(LOGS)
                                        .by(EVENT_REALM, LOGS.REALM)
                                        .value(EVENT_ENTRIES, countRows()),
                                why)
                        .from(LOGS.LOGGED_DT)
                        .lasting(EVENT_ENTRIES, NewestEntries.DAY)
                        .inPartsOf(LOGS.ID),
                FamilyHistory.exact(
                                FamilyQuery.from(logs)
                                        .by(APP_REALM, logs.REALM)
                                        .value(APP_ENTRIES, countRows())
                                        .since("3.3.7"),
                                why)
                        .from(logs.LOGGED_DT)
                        .lasting(APP_ENTRIES, NewestEntries.DAY)
                        .inPartsOf(logs.ID));
    }
}
