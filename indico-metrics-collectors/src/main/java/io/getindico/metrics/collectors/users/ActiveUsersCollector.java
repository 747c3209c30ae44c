package io.getindico.metrics.collectors.users;

import static io.getindico.metrics.api.Value.countDistinct;
import static io.getindico.metrics.jooq.users.tables.Identities.IDENTITIES;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import java.time.Duration;
import java.util.List;

/**
 * Counts the users who logged in, with any identity, within the time given by the setting {@code age}, 48 hours by
 * default. Each user counts once; deleted and blocked users count too. Reads {@code users.identities} without an index.
 * The standard class is enough for a window of days.
 *
 * <pre>indico_num_active_users 8.0</pre>
 *
 * @since 0.1.0
 */
public final class ActiveUsersCollector implements MetricCollector {
    private static final MetricFamily ACTIVE_USERS = MetricFamily.gauge("indico_num_active_users")
            .help("Users who logged in recently: within 48 hours, or what the active-user age is set to.")
            .timeDependent()
            .profile(Profile.COMPATIBLE)
            .build();
    private static final CollectorSetting<Duration> AGE = CollectorSetting.duration("age", Duration.ofDays(2));

    @Override
    public String name() {
        return "active_users";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(ACTIVE_USERS);
    }

    @Override
    public List<CollectorSetting<?>> settings() {
        return List.of(AGE);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(FamilyQuery.from(IDENTITIES)
                .where(IDENTITIES.LAST_LOGIN_DT.gt(context.now().minus(context.setting(AGE))))
                .value(ACTIVE_USERS, countDistinct(IDENTITIES.USER_ID)));
    }
}
