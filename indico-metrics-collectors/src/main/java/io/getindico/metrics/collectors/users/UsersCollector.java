package io.getindico.metrics.collectors.users;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.users.tables.Logs.LOGS;
import static io.getindico.metrics.jooq.users.tables.RegistrationRequests.REGISTRATION_REQUESTS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static org.jooq.impl.DSL.inline;
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
import io.getindico.metrics.collectors.internal.flags.Flags;
import io.getindico.metrics.collectors.internal.history.Spans;
import io.getindico.metrics.jooq.enums.UserLogRealm;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.Field;

/**
 * Counts the users by state, the administrators, the requests for an account, and the accounts created recently.
 *
 * <p>A user has the first state that applies: {@code system}, {@code merged} into another user, {@code deleted}, {@code
 * pending} (Indico knows only the e-mail address), {@code blocked}, {@code active}. {@code indico_num_users} counts all
 * that are not deleted. Deleted and blocked administrators do not count. An account counts as created when the user log
 * says so, because somebody known only by e-mail address already has a row in {@code users.users}.
 *
 * <p>Makes one pass over each of {@code users.users}, {@code users.registration_requests} and {@code users.logs}, each in
 * a query of its own, the last one through a function. Indico has the user log since 3.3.6.
 *
 * <pre>
 * # TYPE indico_admin_users gauge
 * indico_admin_users 0.0
 * # TYPE indico_num_users gauge
 * indico_num_users 88.0
 * # TYPE indico_user_registration_requests gauge
 * indico_user_registration_requests 5.0
 * # TYPE indico_users gauge
 * indico_users{state="active"} 72.0
 * indico_users{state="blocked"} 0.0
 * indico_users{state="deleted"} 2.0
 * indico_users{state="merged"} 0.0
 * indico_users{state="pending"} 15.0
 * indico_users{state="system"} 1.0
 * # TYPE indico_users_joined_1d gauge
 * indico_users_joined_1d 2.0
 * # TYPE indico_users_joined_30d gauge
 * indico_users_joined_30d 7.0
 * # TYPE indico_users_joined_7d gauge
 * indico_users_joined_7d 5.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class UsersCollector implements MetricCollector {
    private static final Label STATE =
            Label.closed("state", "active", "blocked", "pending", "deleted", "merged", "system");

    private static final MetricFamily LIVE_USERS = MetricFamily.gauge("indico_num_users")
            .help("Number of users that are not deleted, including the system user, pending users and blocked users.")
            .purpose("Shows the growth of Indico.")
            .profile(Profile.COMPATIBLE)
            .build();
    private static final MetricFamily BY_STATE = MetricFamily.gauge("indico_users")
            .help("Number of users by state; active, blocked, pending and system users add up to indico_num_users.")
            .purpose("Shows managers how many accounts are real ones. Indico's own statistics leave out pending users.")
            .labels(STATE)
            .build();
    private static final MetricFamily ADMINS = MetricFamily.gauge("indico_admin_users")
            .help("Number of administrators who are neither deleted nor blocked.")
            .purpose("For security: a change that nobody announced.")
            .build();
    private static final MetricFamily ACCOUNT_REQUESTS = MetricFamily.gauge("indico_user_registration_requests")
            .help("Number of account requests waiting for an administrator.")
            .purpose("Shows the queue of the administrators. A jump means spam.")
            .build();
    private static final MetricFamily JOINED_1D = joined("1d", "day");
    private static final MetricFamily JOINED_7D = joined("7d", "7 days");
    private static final MetricFamily JOINED_30D = joined("30d", "30 days");

    @Override
    public String name() {
        return "users";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(LIVE_USERS, BY_STATE, ADMINS, ACCOUNT_REQUESTS, JOINED_1D, JOINED_7D, JOINED_30D);
    }

    private static MetricFamily joined(String window, String words) {
        return MetricFamily.gauge("indico_users_joined_" + window)
                .help("Number of accounts created in the last " + words + " according to the user log.")
                .purpose("Shows growth, and sign-ups by spammers.")
                .timeDependent()
                .build();
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(
                users(),
                FamilyQuery.from(REGISTRATION_REQUESTS).value(ACCOUNT_REQUESTS, countRows()),
                joined(context.now()));
    }

    private static FamilyQuery users() {
        return FamilyQuery.from(USERS)
                .by(STATE, state())
                .value(LIVE_USERS, countRows().where(USERS.IS_DELETED.isFalse()))
                .value(BY_STATE, countRows())
                .value(
                        ADMINS,
                        countRows()
                                .where(USERS.IS_ADMIN
                                        .isTrue()
                                        .and(USERS.IS_DELETED.isFalse())
                                        .and(USERS.IS_BLOCKED.isFalse())));
    }

    private static Field<String> state() {
        Field<String> blocked = Flags.choose(USERS.IS_BLOCKED, "blocked", "active");
        Field<String> pending = Flags.choose(USERS.IS_PENDING, "pending", blocked);
        Field<String> deleted = Flags.choose(USERS.IS_DELETED, "deleted", pending);
        Field<String> merged =
                when(USERS.MERGED_INTO_ID.isNotNull(), inline("merged")).otherwise(deleted);
        return Flags.choose(USERS.IS_SYSTEM, "system", merged);
    }

    private static DerivedRows accounts(Instant since) {
        return DerivedRows.of(
                "accounts_created",
                val(since, LOGS.LOGGED_DT),
                after -> select(LOGS.LOGGED_DT)
                        .from(LOGS)
                        .where(
                                LOGS.REALM.eq(UserLogRealm.USER),
                                LOGS.MODULE.eq("User"),
                                LOGS.SUMMARY.eq("User created"),
                                LOGS.LOGGED_DT.gt(after)));
    }

    private static FamilyQuery joined(Instant now) {
        DerivedRows accounts = accounts(now.minus(Duration.ofDays(30)));
        Field<Instant> createdAt = accounts.field(LOGS.LOGGED_DT);
        return FamilyQuery.from(accounts.table())
                .where(createdAt.le(now))
                .value(JOINED_1D, countRows().where(createdAt.gt(now.minus(Duration.ofDays(1)))))
                .value(JOINED_7D, countRows().where(createdAt.gt(now.minus(Duration.ofDays(7)))))
                .value(JOINED_30D, countRows())
                .since("3.3.6");
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        Spans joined = new Spans(JOINED_1D, JOINED_7D, JOINED_30D);
        DerivedRows accounts = accounts(Instant.EPOCH);
        Field<Instant> createdAt = accounts.field(LOGS.LOGGED_DT);
        return List.of(
                FamilyHistory.approximate(
                                users().since("3.3"),
                                "Indico has dated users since 3.3; older ones count from the beginning. A user has its present"
                                        + " state from the beginning, and those that were deleted for good are missing.")
                        .from(USERS.CREATED_DT),
                joined.limit(FamilyHistory.nearExact(
                                joined.count(FamilyQuery.from(accounts.table())).since("3.3.6"),
                                "The user log, which Indico has since 3.3.6, says when accounts were created; those that were deleted or"
                                        + " anonymised since are missing."))
                        .from(createdAt));
    }
}
