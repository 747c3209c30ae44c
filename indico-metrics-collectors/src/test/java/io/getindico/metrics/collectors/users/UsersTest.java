package io.getindico.metrics.collectors.users;

import static io.getindico.metrics.collectors.Indico.NOW;
import static io.getindico.metrics.collectors.Indico.TICK;
import static io.getindico.metrics.jooq.users.tables.Identities.IDENTITIES;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.collectors.Gauges;
import io.getindico.metrics.collectors.Indico;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsersTest {
    private static final Duration DEFAULT_AGE = Duration.ofDays(2);

    @RegisterExtension
    private static final Indico INDICO = new Indico();

    @Test
    void onlyDeletedUsersAreLeftOut() {
        Stream.of(USERS.IS_SYSTEM, USERS.IS_PENDING, USERS.IS_BLOCKED, USERS.IS_ADMIN)
                .forEach(UsersTest::user);
        user(USERS.IS_DELETED);
        assertThat(INDICO.read("users").value("indico_num_users")).isEqualTo(4);
    }

    @ParameterizedTest(name = "{0} ticks later than the age ago: {1}")
    @CsvSource({"-1,0", "0,0", "1,1"})
    void aLoginMustBeLaterThanTheAgeAgo(int ticks, int expected) {
        login(user(USERS.IS_ADMIN), NOW.minus(DEFAULT_AGE).plus(TICK.multipliedBy(ticks)));
        assertThat(active()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1m,PT1M", "36h,PT36H", "90d,P90D"})
    void theAgeIsASetting(String setting, Duration age) {
        int user = user(USERS.IS_ADMIN);
        login(user, NOW.minus(age));
        assertThat(active(setting)).isZero();
        login(user, NOW.minus(age).plus(TICK));
        assertThat(active(setting)).isOne();
    }

    @Test
    void aLoginAheadOfTheClockCounts() {
        login(user(USERS.IS_ADMIN), NOW.plusSeconds(60));
        assertThat(active()).isOne();
    }

    @Test
    void aUserCountsOnceWhateverTheIdentities() {
        int user = user(USERS.IS_ADMIN);
        login(user, NOW);
        login(user, NOW.minusSeconds(1));
        login(user, NOW.minus(Duration.ofDays(400)));
        login(user, null);
        login(user(USERS.IS_ADMIN), NOW.minusSeconds(1));
        assertThat(active()).isEqualTo(2);
    }

    @Test
    void oneWhoNeverLoggedInIsNotActive() {
        login(user(USERS.IS_ADMIN), null);
        user(USERS.IS_ADMIN);
        assertThat(active()).isZero();
    }

    @Test
    void deletedBlockedAndPendingUsersAreActiveAsWell() {
        Stream.of(USERS.IS_DELETED, USERS.IS_BLOCKED, USERS.IS_PENDING).forEach(flag -> login(user(flag), NOW));
        assertThat(active()).isEqualTo(3);
    }

    private static int user(Field<Boolean> flag) {
        return INDICO.rows().row(USERS).with(flag, true).insert();
    }

    private static void login(int user, @Nullable Instant at) {
        INDICO.rows()
                .row(IDENTITIES)
                .with(IDENTITIES.USER_ID, user)
                .with(IDENTITIES.LAST_LOGIN_DT, at)
                .insert();
    }

    private static double active() {
        return INDICO.read("active_users").value("indico_num_active_users");
    }

    private static double active(String age) {
        return Gauges.read(
                        INDICO.database().dataSource(),
                        NOW,
                        settings -> settings.setting("active_users", "age", age).include(List.of("active_users")))
                .value("indico_num_active_users");
    }
}
