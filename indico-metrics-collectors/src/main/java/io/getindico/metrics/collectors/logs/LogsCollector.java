package io.getindico.metrics.collectors.logs;

import static io.getindico.metrics.api.Value.countDistinct;
import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.api.Value.latest;
import static io.getindico.metrics.jooq.events.tables.Logs.LOGS;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.jsonGetAttributeAsText;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.collectors.internal.events.Windows;
import io.getindico.metrics.jooq.enums.EventLogRealm;
import java.time.Instant;
import java.util.List;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;

/**
 * Counts what Indico wrote to its logs in the last day, and the emails of events by what became of them. All emails of
 * events are logged; others are not. An email with another state than Indico's three has the state {@code unknown}.
 *
 * <p>Reads the newest 200 000 entries of {@code events.logs} three times and those of {@code indico.logs} once, by primary
 * key. If the last day may have more entries than these, the query fails.
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
            .purpose("For whoever is on call: pending emails grow within minutes if the mail server is down. An email"
                    + " fails only after ten attempts, 4.8 hours later: alert on"
                    + " `indico_event_emails_1d{state=\"failed\"} > 0`.")
            .build();
    private static final MetricFamily OLDEST_PENDING = MetricFamily.gauge(
                    "indico_event_emails_oldest_pending_timestamp_seconds")
            .help("Unix time at which the oldest still pending event email of the last day was logged.")
            .unit("seconds")
            .timeDependent()
            .purpose("Emails wait too long if `time() - indico_event_emails_oldest_pending_timestamp_seconds > 1800`."
                    + " Page only if also more than 10 emails are pending and none was sent for 30 minutes, because one"
                    + " mistyped address waits for 4.8 hours.")
            .build();
    private static final MetricFamily NEWEST_SENT = MetricFamily.gauge(
                    "indico_event_emails_newest_sent_timestamp_seconds")
            .help("Unix time at which the newest event email of the last day that was sent was logged.")
            .unit("seconds")
            .timeDependent()
            .purpose("Shows that emails go out although some wait.")
            .build();
    private static final MetricFamily EVENT_ENTRIES = MetricFamily.gauge("indico_event_log_entries_1d")
            .help("Number of event log entries written in the last day, by realm.")
            .labels(EVENT_REALM)
            .timeDependent()
            .purpose("What people do in Indico, by area.")
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
            .purpose("How many people work with Indico, whether or not they logged in today.")
            .build();
    private static final MetricFamily APP_ENTRIES = MetricFamily.gauge("indico_app_log_entries_1d")
            .help("Number of application log entries written in the last day, by realm.")
            .labels(APP_REALM)
            .timeDependent()
            .profile(Profile.FULL)
            .purpose("For security: what administrators change.")
            .build();

    /**
     * Escapes that JSON allows and PostgreSQL cannot decode: U+0000 and half of a surrogate pair. A single one anywhere
     * in an email would make the whole query fail.
     */
    private static final String UNDECODABLE = "(?i)\\\\u(0000|d[89ab]..(?!\\\\ud[c-f]))|(?<!\\\\ud[89ab]..)\\\\ud[c-f]";

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

    private static FamilyQuery eventLog(Instant now) {
        return NewestEntries.of(LOGS, LOGS.ID, LOGS.LOGGED_DT, now);
    }

    private static FamilyQuery emails(Instant now) {
        Field<String> state = when(
                LOGS.DATA.cast(SQLDataType.CLOB).notLikeRegex(inline(UNDECODABLE)),
                jsonGetAttributeAsText(LOGS.DATA, inline("state")));
        return eventLog(now)
                .where(
                        Windows.last(LOGS.LOGGED_DT, now, NewestEntries.DAY),
                        LOGS.REALM.eq(EventLogRealm.EMAILS),
                        LOGS.TYPE.eq("email"))
                .by(STATE, state)
                .value(EMAILS, countRows())
                .value(OLDEST_PENDING, earliest(LOGS.LOGGED_DT).where(state.eq("pending")))
                .value(NEWEST_SENT, latest(LOGS.LOGGED_DT).where(state.eq("sent")));
    }

    private static FamilyQuery eventEntries(Instant now) {
        return eventLog(now)
                .where(LOGS.LOGGED_DT.le(now))
                .by(EVENT_REALM, LOGS.REALM)
                .value(EVENT_ENTRIES, countRows().where(Windows.last(LOGS.LOGGED_DT, now, NewestEntries.DAY)))
                .value(NEWEST_ENTRY, latest(LOGS.LOGGED_DT));
    }

    private static FamilyQuery users(Instant now) {
        return eventLog(now)
                .where(Windows.last(LOGS.LOGGED_DT, now, NewestEntries.DAY))
                .value(USERS, countDistinct(LOGS.USER_ID));
    }

    private static FamilyQuery appEntries(Instant now) {
        var logs = io.getindico.metrics.jooq.indico.tables.Logs.LOGS;
        return NewestEntries.of(logs, logs.ID, logs.LOGGED_DT, now)
                .where(Windows.last(logs.LOGGED_DT, now, NewestEntries.DAY))
                .by(APP_REALM, logs.REALM)
                .value(APP_ENTRIES, countRows())
                .since("3.3.7");
    }
}
