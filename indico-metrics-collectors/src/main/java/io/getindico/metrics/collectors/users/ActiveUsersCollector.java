package io.getindico.metrics.collectors.users;

import static io.getindico.metrics.api.Value.countDistinct;
import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.latest;
import static io.getindico.metrics.jooq.users.tables.Identities.IDENTITIES;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;

/**
 * Counts the users who logged in within some windows of time, and the identities by provider.
 *
 * <p>Each user counts once, whatever the identity; deleted and blocked users count too. Indico keeps only the latest login
 * of an identity. The window of {@code indico_num_active_users} is the setting {@code age}, 48 hours by default. A window
 * has no upper bound, as in Indico's plugin, so a login ahead of the clock counts.
 *
 * <p>Makes two passes over {@code users.identities}, which has no index on the login: one for users, one for identities by
 * provider. The distinct counts sort only the logins in their windows; one group for each user would take more time and
 * memory.
 *
 * <pre>
 * # TYPE indico_identities gauge
 * indico_identities{provider="cern"} 26.0
 * indico_identities{provider="github"} 16.0
 * indico_identities{provider="indico"} 20.0
 * indico_identities{provider="ldap"} 21.0
 * # TYPE indico_identities_used_30d gauge
 * indico_identities_used_30d{provider="cern"} 3.0
 * indico_identities_used_30d{provider="github"} 2.0
 * indico_identities_used_30d{provider="indico"} 3.0
 * indico_identities_used_30d{provider="ldap"} 1.0
 * # TYPE indico_num_active_users gauge
 * indico_num_active_users 6.0
 * # TYPE indico_users_logged_in_1d gauge
 * indico_users_logged_in_1d 3.0
 * # TYPE indico_users_logged_in_30d gauge
 * indico_users_logged_in_30d 9.0
 * # TYPE indico_users_logged_in_365d gauge
 * indico_users_logged_in_365d 22.0
 * # TYPE indico_users_logged_in_7d gauge
 * indico_users_logged_in_7d 8.0
 * # TYPE indico_users_newest_login_timestamp_seconds gauge
 * indico_users_newest_login_timestamp_seconds 1.792863E9
 * </pre>
 *
 * @since 0.1.0
 */
public final class ActiveUsersCollector implements MetricCollector {
    private static final Label PROVIDER = Label.open("provider");

    private static final MetricFamily ACTIVE_USERS = MetricFamily.gauge("indico_num_active_users")
            .help("Number of users who logged in recently: within 48 hours, or within the active-user age that is set.")
            .purpose("Shows how busy Indico is.")
            .timeDependent()
            .profile(Profile.COMPATIBLE)
            .build();
    private static final MetricFamily LOGGED_IN_1D = loggedIn(
            "1d",
            "day",
            "Shows logins, not presence: a session lasts 31 days by default, so users who stay logged in do not show.");
    private static final MetricFamily LOGGED_IN_7D =
            loggedIn("7d", "7 days", "Shows logins without the effect of weekends.");
    private static final MetricFamily LOGGED_IN_30D = loggedIn(
            "30d", "30 days", "Shows the monthly active users, the steadiest measure of how many people use Indico.");
    private static final MetricFamily LOGGED_IN_365D = loggedIn(
            "365d",
            "365 days",
            "Shows accounts in use; indico_users{state=\"active\"} minus this are the dormant ones.");
    private static final MetricFamily NEWEST_LOGIN = MetricFamily.gauge("indico_users_newest_login_timestamp_seconds")
            .help("Unix time of the most recent login of any user.")
            .purpose(
                    "If nobody has logged in for an hour of a working day, logging in is broken, or this is a copy of the"
                            + " database.")
            .unit("seconds")
            .timeDependent()
            .build();
    private static final MetricFamily BY_PROVIDER = MetricFamily.gauge("indico_identities")
            .help("Number of login identities by provider; provider indico means a local password.")
            .purpose("Shows the administrators which ways to log in are in place.")
            .labels(PROVIDER)
            .build();
    private static final MetricFamily USED_30D = MetricFamily.gauge("indico_identities_used_30d")
            .help("Number of login identities used within the last 30 days, by provider.")
            .purpose("Shows the progress of a migration to single sign-on: who still logs in the old way.")
            .labels(PROVIDER)
            .timeDependent()
            .build();

    private static final CollectorSetting<Duration> AGE = CollectorSetting.duration("age", Duration.ofDays(2));

    private static MetricFamily loggedIn(String window, String words, String purpose) {
        return MetricFamily.gauge("indico_users_logged_in_" + window)
                .help("Number of users whose latest login was within the last " + words + ".")
                .purpose(purpose)
                .timeDependent()
                .build();
    }

    @Override
    public String name() {
        return "active_users";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(
                ACTIVE_USERS,
                LOGGED_IN_1D,
                LOGGED_IN_7D,
                LOGGED_IN_30D,
                LOGGED_IN_365D,
                NEWEST_LOGIN,
                BY_PROVIDER,
                USED_30D);
    }

    @Override
    public List<CollectorSetting<?>> settings() {
        return List.of(AGE);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Instant now = context.now();
        return List.of(
                FamilyQuery.from(IDENTITIES)
                        .value(ACTIVE_USERS, usersSince(now.minus(context.setting(AGE))))
                        .value(LOGGED_IN_1D, usersSince(daysBefore(1, now)))
                        .value(LOGGED_IN_7D, usersSince(daysBefore(7, now)))
                        .value(LOGGED_IN_30D, usersSince(daysBefore(30, now)))
                        .value(LOGGED_IN_365D, usersSince(daysBefore(365, now)))
                        .value(NEWEST_LOGIN, latest(IDENTITIES.LAST_LOGIN_DT).where(IDENTITIES.LAST_LOGIN_DT.le(now))),
                FamilyQuery.from(IDENTITIES)
                        .by(PROVIDER, IDENTITIES.PROVIDER, IDENTITIES.ID)
                        .value(BY_PROVIDER, countRows())
                        .value(USED_30D, countRows().where(isUsedSince(daysBefore(30, now)))));
    }

    private static Instant daysBefore(int days, Instant now) {
        return now.minus(Duration.ofDays(days));
    }

    private static Value usersSince(Instant since) {
        return countDistinct(IDENTITIES.USER_ID).where(isUsedSince(since));
    }

    private static Condition isUsedSince(Instant since) {
        return IDENTITIES.LAST_LOGIN_DT.gt(since);
    }
}
