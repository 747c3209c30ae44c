package io.getindico.metrics.collectors.users;

import static io.getindico.metrics.jooq.users.tables.Identities.IDENTITIES;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ActiveUsersCollectorTest extends CollectorContract {
    private static final Duration DEFAULT_AGE = Duration.ofDays(2);
    private static final List<Integer> WINDOWS = List.of(1, 7, 30, 365);
    private static final double SECONDS = NOW.getEpochSecond() + NOW.getNano() / 1e9;

    @Override
    protected MetricCollector collector() {
        return new ActiveUsersCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        int user = user(rows, USERS.IS_ADMIN);
        login(rows, user, NOW);
        login(rows, user, NOW.minusSeconds(1));
        login(rows, user(rows, USERS.IS_ADMIN), NOW.minus(DEFAULT_AGE).plus(TICK));
        login(rows, user(rows, USERS.IS_ADMIN), NOW.minus(DEFAULT_AGE));
        for (int days : WINDOWS) {
            int both = user(rows, USERS.IS_ADMIN);
            login(rows, both, NOW.minus(Duration.ofDays(days)));
            login(rows, both, NOW.minus(Duration.ofDays(days)).plus(TICK));
            login(rows, user(rows, USERS.IS_ADMIN), NOW.minus(Duration.ofDays(days)));
        }
        login(rows, user(rows, USERS.IS_ADMIN), NOW.plus(TICK));
        login(rows, user(rows, USERS.IS_ADMIN), null);
        identity(rows, user(rows, USERS.IS_ADMIN), "ldap", NOW);
        identity(rows, user(rows, USERS.IS_ADMIN), "ldap", null);
    }

    @Test
    void eachWindowCountsTheUsersOfItsLogins(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        // One at NOW, one a tick later, two others today; each window has one user at its edge and one before it.
        assertThat(values(database))
                .containsEntry("indico_users_logged_in_1d", 3.0 + 1)
                .containsEntry("indico_users_logged_in_7d", 3.0 + 2 + 2 + 1)
                .containsEntry("indico_users_logged_in_30d", 3.0 + 2 + 2 + 2 + 1)
                .containsEntry("indico_users_logged_in_365d", 3.0 + 2 + 2 + 2 + 2 + 1);
    }

    @Test
    void theNewestLoginIsNotAheadOfTheClock(IndicoDatabase database, IndicoRows rows) {
        login(rows, user(rows, USERS.IS_ADMIN), NOW.minus(TICK));
        login(rows, user(rows, USERS.IS_ADMIN), NOW);
        login(rows, user(rows, USERS.IS_ADMIN), NOW.plus(TICK));
        assertThat(values(database)).containsEntry("indico_users_newest_login_timestamp_seconds", SECONDS);
    }

    @Test
    void withoutALoginThereIsNoNewest(IndicoDatabase database, IndicoRows rows) {
        login(rows, user(rows, USERS.IS_ADMIN), null);
        login(rows, user(rows, USERS.IS_ADMIN), NOW.plus(TICK));
        assertThat(values(database)).doesNotContainKey("indico_users_newest_login_timestamp_seconds");
    }

    @Test
    void identitiesCountByProviderForAllUsers(IndicoDatabase database, IndicoRows rows) {
        int user = user(rows, USERS.IS_DELETED);
        Instant edge = NOW.minus(Duration.ofDays(30));
        identity(rows, user, "indico", edge);
        identity(rows, user, "indico", edge.plus(TICK));
        identity(rows, user, "indico", NOW.plus(TICK));
        identity(rows, user, "ldap", null);
        assertThat(values(database))
                .containsEntry("indico_identities{provider=\"indico\"}", 3.0)
                .containsEntry("indico_identities{provider=\"ldap\"}", 1.0)
                .containsEntry("indico_identities_used_30d{provider=\"indico\"}", 2.0)
                .containsEntry("indico_identities_used_30d{provider=\"ldap\"}", 0.0);
    }

    @Test
    void hostileProvidersAndTimesDoNoHarm(IndicoDatabase database, IndicoRows rows) {
        int user = user(rows, USERS.IS_ADMIN);
        identity(rows, user, "", Instant.parse("0001-01-01T00:00:00Z"));
        identity(rows, user, "\n\"'\\", Instant.parse("9999-12-31T23:59:59Z"));
        identity(rows, user, "x".repeat(65536), NOW);
        for (int i = 0; i < 100; i++) {
            identity(rows, user, "provider " + i, NOW);
        }
        assertThat(values(database))
                .containsEntry("indico_identities", 1.0)
                .containsEntry("indico_identities{provider=\"\\n\\\"'\\\\\"}", 1.0)
                .containsEntry("indico_identities{provider=\"other\"}", 53.0)
                .containsEntry("indico_users_logged_in_1d", 1.0);
    }

    @ParameterizedTest(name = "{0} ticks later than the age ago: {1}")
    @CsvSource({"-1,0", "0,0", "1,1"})
    void aLoginMustBeLaterThanTheAgeAgo(int ticks, double expected, IndicoDatabase database, IndicoRows rows) {
        login(rows, user(rows, USERS.IS_ADMIN), NOW.minus(DEFAULT_AGE).plus(TICK.multipliedBy(ticks)));
        assertActive(database, expected);
    }

    @ParameterizedTest
    @CsvSource({"1m,PT1M", "36h,PT36H", "90d,P90D"})
    void theAgeIsASetting(String setting, Duration age, IndicoDatabase database, IndicoRows rows) {
        int user = user(rows, USERS.IS_ADMIN);
        login(rows, user, NOW.minus(age));
        assertActive(database, 0, engine -> engine.setting("active_users", "age", setting));
        login(rows, user, NOW.minus(age).plus(TICK));
        assertActive(database, 1, engine -> engine.setting("active_users", "age", setting));
    }

    @Test
    void aLoginAheadOfTheClockCounts(IndicoDatabase database, IndicoRows rows) {
        login(rows, user(rows, USERS.IS_ADMIN), NOW.plusSeconds(60));
        assertActive(database, 1);
    }

    @Test
    void aUserWithSeveralIdentitiesCountsOnce(IndicoDatabase database, IndicoRows rows) {
        int user = user(rows, USERS.IS_ADMIN);
        login(rows, user, NOW);
        login(rows, user, NOW.minusSeconds(1));
        login(rows, user, NOW.minus(Duration.ofDays(400)));
        login(rows, user, null);
        login(rows, user(rows, USERS.IS_ADMIN), NOW.minusSeconds(1));
        assertActive(database, 2);
    }

    @Test
    void oneWhoNeverLoggedInIsNotActive(IndicoDatabase database, IndicoRows rows) {
        login(rows, user(rows, USERS.IS_ADMIN), null);
        user(rows, USERS.IS_ADMIN);
        assertActive(database, 0);
    }

    @Test
    void deletedBlockedAndPendingUsersAreActiveAsWell(IndicoDatabase database, IndicoRows rows) {
        Stream.of(USERS.IS_DELETED, USERS.IS_BLOCKED, USERS.IS_PENDING)
                .forEach(flag -> login(rows, user(rows, flag), NOW));
        assertActive(database, 3);
    }

    private static int user(IndicoRows rows, Field<Boolean> flag) {
        return rows.row(USERS).with(flag, true).insert();
    }

    private static void login(IndicoRows rows, int user, @Nullable Instant at) {
        identity(rows, user, "indico", at);
    }

    private static void identity(IndicoRows rows, int user, String provider, @Nullable Instant at) {
        rows.row(IDENTITIES)
                .with(IDENTITIES.USER_ID, user)
                .with(IDENTITIES.PROVIDER, provider)
                .with(IDENTITIES.LAST_LOGIN_DT, at)
                .insert();
    }

    private void assertActive(IndicoDatabase database, double expected) {
        assertActive(database, expected, UnaryOperator.identity());
    }

    private void assertActive(IndicoDatabase database, double expected, UnaryOperator<IndicoMetricsBuilder> settings) {
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database, NOW, settings)))
                .containsEntry("indico_num_active_users", expected);
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
