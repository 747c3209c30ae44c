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
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ActiveUsersCollectorTest extends CollectorContract {
    private static final Duration DEFAULT_AGE = Duration.ofDays(2);

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
    void aUserCountsOnceWhateverTheIdentities(IndicoDatabase database, IndicoRows rows) {
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
        rows.row(IDENTITIES)
                .with(IDENTITIES.USER_ID, user)
                .with(IDENTITIES.LAST_LOGIN_DT, at)
                .insert();
    }

    private void assertActive(IndicoDatabase database, double expected) {
        assertActive(database, expected, UnaryOperator.identity());
    }

    private void assertActive(IndicoDatabase database, double expected, UnaryOperator<IndicoMetricsBuilder> settings) {
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database, NOW, settings)))
                .isEqualTo(Map.of("indico_num_active_users", expected));
    }
}
