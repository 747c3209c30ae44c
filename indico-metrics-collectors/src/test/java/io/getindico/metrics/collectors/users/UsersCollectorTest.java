package io.getindico.metrics.collectors.users;

import static io.getindico.metrics.jooq.users.tables.Logs.LOGS;
import static io.getindico.metrics.jooq.users.tables.RegistrationRequests.REGISTRATION_REQUESTS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.UserLogRealm;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jooq.Field;
import org.junit.jupiter.api.Test;

final class UsersCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new UsersCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        user(rows).insert();
        user(rows, USERS.IS_ADMIN).insert();
        user(rows, USERS.IS_PENDING, USERS.IS_ADMIN).insert();
        user(rows, USERS.IS_PENDING, USERS.IS_BLOCKED).insert();
        user(rows, USERS.IS_PENDING).insert();
        user(rows, USERS.IS_BLOCKED, USERS.IS_ADMIN).insert();
        user(rows, USERS.IS_DELETED, USERS.IS_ADMIN).insert();
        user(rows, USERS.IS_DELETED, USERS.IS_PENDING, USERS.IS_BLOCKED).insert();
        for (int i = 0; i < 4; i++) {
            user(rows, USERS.IS_DELETED).with(USERS.MERGED_INTO_ID, 0).insert();
        }
        rows.row(REGISTRATION_REQUESTS).insert();
        rows.row(REGISTRATION_REQUESTS).insert();
        Stream.of(1, 7, 30).map(Duration::ofDays).forEach(window -> {
            joined(rows, NOW.minus(window));
            joined(rows, NOW.minus(window).plus(TICK));
        });
        joined(rows, NOW);
        joined(rows, NOW.plus(TICK));
        log(rows, UserLogRealm.MANAGEMENT, "User", "User created", NOW);
        log(rows, UserLogRealm.ACL, "User", "User created", NOW);
        log(rows, UserLogRealm.USER, "Group", "User created", NOW);
        log(rows, UserLogRealm.USER, "User", "User deleted", NOW);
    }

    /** The system user, which every Indico has, counts. */
    @Test
    void aUserHasTheFirstStateThatApplies(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database))
                .containsEntry("indico_users{state=\"active\"}", 2.0)
                .containsEntry("indico_users{state=\"blocked\"}", 1.0)
                .containsEntry("indico_users{state=\"pending\"}", 3.0)
                .containsEntry("indico_users{state=\"deleted\"}", 2.0)
                .containsEntry("indico_users{state=\"merged\"}", 4.0)
                .containsEntry("indico_users{state=\"system\"}", 1.0)
                .containsEntry("indico_num_users", 2.0 + 1 + 3 + 1)
                .containsEntry("indico_user_registration_requests", 2.0);
    }

    @Test
    void onlyBlockedAndDeletedAdministratorsAreLeftOut(IndicoDatabase database, IndicoRows rows) {
        Map.of(USERS.IS_PENDING, 1.0, USERS.IS_SYSTEM, 1.0, USERS.IS_BLOCKED, 0.0, USERS.IS_DELETED, 0.0)
                .forEach((flag, expected) -> {
                    rows.deleteAll();
                    user(rows, USERS.IS_ADMIN, flag).insert();
                    assertThat(values(database)).as(flag.getName()).containsEntry("indico_admin_users", expected);
                });
    }

    @Test
    void theSystemUserIsNeitherMergedNorDeleted(IndicoDatabase database, IndicoRows rows) {
        rows.update(USERS, 0, USERS.IS_DELETED, true);
        rows.update(USERS, 0, USERS.MERGED_INTO_ID, user(rows).insert());
        assertThat(values(database))
                .containsEntry("indico_users{state=\"system\"}", 1.0)
                .containsEntry("indico_num_users", 1.0);
    }

    @Test
    void anAccountIsNewIfItWasCreatedInTheWindowUntilNow(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database))
                .containsEntry("indico_users_joined_1d", 2.0)
                .containsEntry("indico_users_joined_7d", 4.0)
                .containsEntry("indico_users_joined_30d", 6.0);
    }

    @Test
    void hostileTextsAndTimesDoNoHarm(IndicoDatabase database, IndicoRows rows) {
        log(rows, UserLogRealm.USER, "", "\n\"'\\é\u200b", Instant.parse("0001-01-01T00:00:00Z"));
        log(rows, UserLogRealm.USER, "x".repeat(65536), "", Instant.parse("9999-12-31T23:59:59Z"));
        joined(rows, Instant.parse("0001-01-01T00:00:00Z"));
        joined(rows, Instant.parse("9999-12-31T23:59:59Z"));
        assertThat(values(database)).containsAllEntriesOf(Map.of("indico_users_joined_30d", 0.0));
    }

    @SafeVarargs
    private static IndicoRows.Row user(IndicoRows rows, Field<Boolean>... flags) {
        IndicoRows.Row user = rows.row(USERS);
        for (Field<Boolean> flag : flags) {
            user.with(flag, true);
        }
        return user;
    }

    private static void joined(IndicoRows rows, Instant at) {
        log(rows, UserLogRealm.USER, "User", "User created", at);
    }

    private static void log(IndicoRows rows, UserLogRealm realm, String module, String summary, Instant at) {
        rows.row(LOGS)
                .with(LOGS.REALM, realm)
                .with(LOGS.MODULE, module)
                .with(LOGS.SUMMARY, summary)
                .with(LOGS.LOGGED_DT, at)
                .insert();
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
