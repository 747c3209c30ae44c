package io.getindico.metrics.collectors.users;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import java.util.List;

/**
 * Counts the users that are not deleted, including the system user, blocked users, and pending users, of whom Indico
 * knows only the e-mail address. Reads {@code users.users}.
 *
 * <pre>
 * # TYPE indico_num_users gauge
 * indico_num_users 82.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class UsersCollector implements MetricCollector {
    private static final MetricFamily LIVE_USERS = MetricFamily.gauge("indico_num_users")
            .help("Users that are not deleted, the system user and pending and blocked ones included.")
            .profile(Profile.COMPATIBLE)
            .build();

    @Override
    public String name() {
        return "users";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(LIVE_USERS);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(FamilyQuery.from(USERS).where(USERS.IS_DELETED.isFalse()).value(LIVE_USERS, countRows()));
    }
}
