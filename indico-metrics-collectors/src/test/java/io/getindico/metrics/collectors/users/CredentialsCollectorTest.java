package io.getindico.metrics.collectors.users;

import static io.getindico.metrics.collectors.Past.day;
import static io.getindico.metrics.jooq.oauth.tables.ApplicationUserLinks.APPLICATION_USER_LINKS;
import static io.getindico.metrics.jooq.oauth.tables.Applications.APPLICATIONS;
import static io.getindico.metrics.jooq.users.tables.ApiKeys.API_KEYS;
import static io.getindico.metrics.jooq.users.tables.Tokens.TOKENS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.collectors.Past;
import io.getindico.metrics.jooq.oauth.tables.Tokens;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CredentialsCollectorTest extends CollectorContract {
    private static final Instant EDGE = NOW.minus(Duration.ofDays(90));
    private static final Instant STALE = EDGE.minus(TICK);
    private static final Instant ANCIENT = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant AHEAD = Instant.parse("9999-12-31T23:59:59Z");

    @Override
    protected MetricCollector collector() {
        return new CredentialsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        personalTokens(rows);
        oauthTokens(rows);
        keys(rows);
    }

    private static void personalTokens(IndicoRows rows) {
        int user = user(rows).insert();
        int blocked = user(rows).with(USERS.IS_BLOCKED, true).insert();
        int deleted = user(rows).with(USERS.IS_DELETED, true).insert();
        token(rows, user, NOW, null);
        token(rows, user, EDGE, null);
        token(rows, user, STALE, null);
        token(rows, user, ANCIENT, null);
        token(rows, user, STALE.minus(Duration.ofDays(1)), null);
        token(rows, user, null, null);
        token(rows, user, NOW, NOW);
        token(rows, user, null, AHEAD);
        token(rows, blocked, NOW, null);
        token(rows, deleted, STALE, null);
    }

    private static void oauthTokens(IndicoRows rows) {
        int user = user(rows).insert();
        int enabled = application(rows, true);
        int link = link(rows, user, enabled);
        oauthToken(rows, link, EDGE);
        oauthToken(rows, link, STALE);
        oauthToken(rows, link, STALE.minus(Duration.ofDays(1)));
        oauthToken(rows, link, null);
        oauthToken(rows, link, null);
        oauthToken(rows, link, null);
        oauthToken(rows, link(rows, user(rows).with(USERS.IS_BLOCKED, true).insert(), enabled), NOW);
        oauthToken(rows, link(rows, user(rows).with(USERS.IS_DELETED, true).insert(), enabled), NOW);
        oauthToken(rows, link(rows, user, application(rows, false)), null);
        oauthToken(rows, link(rows, user, application(rows, false)), NOW);
    }

    private static void keys(IndicoRows rows) {
        key(rows, NOW, true, false);
        key(rows, EDGE, true, false);
        key(rows, STALE, true, false);
        key(rows, null, true, false);
        key(rows, null, true, false);
        key(rows, null, true, false);
        for (int i = 0; i < 4; i++) {
            key(rows, NOW, true, true);
        }
        key(rows, null, false, true);
        for (int i = 0; i < 6; i++) {
            key(rows, NOW, false, false);
        }
        key(rows, null, false, false);
    }

    @Test
    void aPersonalTokenIsRevokedWithItsUser(IndicoDatabase database, IndicoRows rows) {
        personalTokens(rows);
        assertThat(values(database))
                .containsEntry("indico_personal_tokens{state=\"active\"}", 2.0)
                .containsEntry("indico_personal_tokens{state=\"stale\"}", 3.0)
                .containsEntry("indico_personal_tokens{state=\"unused\"}", 1.0)
                .containsEntry("indico_personal_tokens{state=\"revoked\"}", 4.0)
                .containsEntry("indico_api_uses{credential=\"personal_token\"}", 100.0)
                .containsEntry("indico_api_uses{credential=\"oauth_token\"}", 0.0)
                .containsEntry("indico_api_uses{credential=\"api_key\"}", 0.0);
    }

    /** The check-in application, which every Indico has, counts. */
    @Test
    void anOauthTokenIsRevokedWithItsUserOrItsApplication(IndicoDatabase database, IndicoRows rows) {
        oauthTokens(rows);
        assertThat(values(database))
                .containsEntry("indico_oauth_tokens{state=\"active\"}", 1.0)
                .containsEntry("indico_oauth_tokens{state=\"stale\"}", 2.0)
                .containsEntry("indico_oauth_tokens{state=\"unused\"}", 3.0)
                .containsEntry("indico_oauth_tokens{state=\"revoked\"}", 4.0)
                .containsEntry("indico_oauth_applications{state=\"enabled\"}", 1.0 + 1)
                .containsEntry("indico_oauth_applications{state=\"disabled\"}", 2.0)
                .containsEntry("indico_api_uses{credential=\"oauth_token\"}", 1000.0);
    }

    @Test
    void aKeyIsFirstBlockedThenReplaced(IndicoDatabase database, IndicoRows rows) {
        keys(rows);
        assertThat(values(database))
                .containsEntry("indico_api_keys{state=\"active\"}", 2.0)
                .containsEntry("indico_api_keys{state=\"stale\"}", 1.0)
                .containsEntry("indico_api_keys{state=\"unused\"}", 3.0)
                .containsEntry("indico_api_keys{state=\"blocked\"}", 5.0)
                .containsEntry("indico_api_keys{state=\"replaced\"}", 7.0)
                .containsEntry("indico_api_uses{credential=\"api_key\"}", 18.0);
    }

    @Test
    void hostileTimesAndNumbersDoNoHarm(IndicoDatabase database, IndicoRows rows) {
        int user = user(rows).insert();
        for (int i = 0; i < 3; i++) {
            rows.row(TOKENS)
                    .with(TOKENS.USER_ID, user)
                    .with(TOKENS.LAST_USED_DT, AHEAD)
                    .with(TOKENS.USE_COUNT, Integer.MAX_VALUE)
                    .insert();
        }
        assertThat(values(database))
                .containsEntry("indico_personal_tokens{state=\"active\"}", 3.0)
                .containsEntry("indico_api_uses{credential=\"personal_token\"}", 3.0 * Integer.MAX_VALUE);
    }

    @Test
    void inThePastATokenIsActiveThenStaleThenRevoked(IndicoDatabase database, IndicoRows rows) {
        int user = user(rows).insert();
        int used = token(rows, user, day(1), day(94));
        int unused = token(rows, user, null, day(93));
        int blocked = token(rows, user(rows).with(USERS.IS_BLOCKED, true).insert(), day(1), null);
        for (int token : new int[] {used, unused, blocked}) {
            rows.update(TOKENS, token, TOKENS.CREATED_DT, day(0));
        }
        Map<String, Collection<Double>> past = Past.of(collector(), database, 96);
        assertThat(past.get("indico_personal_tokens{state=\"active\"}"))
                .startsWith(1.0)
                .endsWith(1.0, 1.0, 0.0, 0.0, 0.0, 0.0);
        assertThat(past.get("indico_personal_tokens{state=\"stale\"}"))
                .startsWith(0.0)
                .endsWith(0.0, 0.0, 1.0, 1.0, 0.0, 0.0);
        assertThat(past.get("indico_personal_tokens{state=\"unused\"}"))
                .startsWith(1.0)
                .endsWith(1.0, 1.0, 1.0, 0.0, 0.0, 0.0);
        assertThat(past.get("indico_personal_tokens{state=\"revoked\"}"))
                .startsWith(1.0)
                .endsWith(1.0, 1.0, 1.0, 2.0, 3.0, 3.0);
    }

    private static IndicoRows.Row user(IndicoRows rows) {
        return rows.row(USERS);
    }

    private static int token(IndicoRows rows, int user, @Nullable Instant lastUsed, @Nullable Instant revoked) {
        return rows.row(TOKENS)
                .with(TOKENS.USER_ID, user)
                .with(TOKENS.LAST_USED_DT, lastUsed)
                .with(TOKENS.REVOKED_DT, revoked)
                .with(TOKENS.USE_COUNT, 10)
                .insert();
    }

    private static int application(IndicoRows rows, boolean isEnabled) {
        return rows.row(APPLICATIONS).with(APPLICATIONS.IS_ENABLED, isEnabled).insert();
    }

    private static int link(IndicoRows rows, int user, int application) {
        return rows.row(APPLICATION_USER_LINKS)
                .with(APPLICATION_USER_LINKS.USER_ID, user)
                .with(APPLICATION_USER_LINKS.APPLICATION_ID, application)
                .insert();
    }

    private static void oauthToken(IndicoRows rows, int link, @Nullable Instant lastUsed) {
        rows.row(Tokens.TOKENS)
                .with(Tokens.TOKENS.APP_USER_LINK_ID, link)
                .with(Tokens.TOKENS.LAST_USED_DT, lastUsed)
                .with(Tokens.TOKENS.USE_COUNT, 100)
                .insert();
    }

    private static void key(IndicoRows rows, @Nullable Instant lastUsed, boolean isActive, boolean isBlocked) {
        rows.row(API_KEYS)
                .with(API_KEYS.USER_ID, user(rows).insert())
                .with(API_KEYS.LAST_USED_DT, lastUsed)
                .with(API_KEYS.IS_ACTIVE, isActive)
                .with(API_KEYS.IS_BLOCKED, isBlocked)
                .with(API_KEYS.USE_COUNT, 1)
                .insert();
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
