package io.getindico.metrics.collectors.users;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.sum;
import static io.getindico.metrics.jooq.oauth.tables.ApplicationUserLinks.APPLICATION_USER_LINKS;
import static io.getindico.metrics.jooq.oauth.tables.Applications.APPLICATIONS;
import static io.getindico.metrics.jooq.users.tables.ApiKeys.API_KEYS;
import static io.getindico.metrics.jooq.users.tables.Tokens.TOKENS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.least;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.collectors.internal.flags.Flags;
import io.getindico.metrics.collectors.internal.history.Instants;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Counts the credentials for Indico's API by state, and the requests made with them.
 *
 * <p>A credential is {@code active} if it was used within 90 days, {@code stale} if it was used earlier, and {@code unused}
 * if it was never used. Three states take precedence. A personal token is {@code revoked} if it was revoked or its user
 * is blocked or deleted. An OAuth token is {@code revoked} if its user is blocked or deleted or its application is
 * disabled. A legacy key of the HTTP API is {@code blocked} by an administrator, or {@code replaced} by a newer key of
 * its user. The collector does not read the names of applications, tokens and users.
 *
 * <p>The number of requests is the sum over the rows that exist. Indico deletes an OAuth token when it is revoked.
 *
 * <p>Makes one pass over each of {@code users.tokens}, {@code oauth.tokens}, {@code users.api_keys} and {@code
 * oauth.applications}, each in a query of its own. Tokens are joined with {@code users.users}, OAuth tokens also with
 * {@code oauth.application_user_links} and {@code oauth.applications}.
 *
 * <pre>
 * # TYPE indico_api_keys gauge
 * indico_api_keys{state="active"} 4.0
 * indico_api_keys{state="blocked"} 1.0
 * indico_api_keys{state="replaced"} 3.0
 * indico_api_keys{state="stale"} 2.0
 * indico_api_keys{state="unused"} 2.0
 * # TYPE indico_api_uses gauge
 * indico_api_uses{credential="api_key"} 23.0
 * indico_api_uses{credential="oauth_token"} 108.0
 * indico_api_uses{credential="personal_token"} 43.0
 * # TYPE indico_oauth_applications gauge
 * indico_oauth_applications{state="disabled"} 1.0
 * indico_oauth_applications{state="enabled"} 2.0
 * # TYPE indico_oauth_tokens gauge
 * indico_oauth_tokens{state="active"} 2.0
 * indico_oauth_tokens{state="revoked"} 4.0
 * indico_oauth_tokens{state="stale"} 1.0
 * indico_oauth_tokens{state="unused"} 1.0
 * # TYPE indico_personal_tokens gauge
 * indico_personal_tokens{state="active"} 6.0
 * indico_personal_tokens{state="revoked"} 1.0
 * indico_personal_tokens{state="stale"} 0.0
 * indico_personal_tokens{state="unused"} 8.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class CredentialsCollector implements MetricCollector {
    private static final Duration STALE_AFTER = Duration.ofDays(90);

    private static final Label TOKEN_STATE = Label.closed("state", "active", "stale", "unused", "revoked");
    private static final Label KEY_STATE = Label.closed("state", "active", "stale", "unused", "blocked", "replaced");
    private static final Label APPLICATION_STATE = Label.closed("state", "enabled", "disabled");
    private static final Label CREDENTIAL = Label.closed("credential", "personal_token", "oauth_token", "api_key");

    private static final MetricFamily PERSONAL_TOKENS = MetricFamily.gauge("indico_personal_tokens")
            .help(
                    "Number of personal access tokens: used within 90 days, earlier, never, or revoked (also if the user is"
                            + " blocked or deleted).")
            .purpose("For security: shows which credentials to clean up.")
            .labels(TOKEN_STATE)
            .timeDependent()
            .build();
    private static final MetricFamily OAUTH_TOKENS = MetricFamily.gauge("indico_oauth_tokens")
            .help("Number of OAuth tokens: used within 90 days, earlier, never, or revoked (user blocked or deleted,"
                    + " application disabled).")
            .purpose("For security: shows which credentials to clean up.")
            .labels(TOKEN_STATE)
            .timeDependent()
            .build();
    private static final MetricFamily KEYS = MetricFamily.gauge("indico_api_keys")
            .help("Number of legacy HTTP API keys: used within 90 days, earlier, never, blocked by an administrator, or"
                    + " replaced by a newer key.")
            .purpose(
                    "Answers whether the old API can be switched off: that depends on keys in use, not on their number.")
            .labels(KEY_STATE)
            .timeDependent()
            .build();
    private static final MetricFamily OAUTH_APPLICATIONS = MetricFamily.gauge("indico_oauth_applications")
            .help("Number of OAuth applications by state, including Indico's own check-in app.")
            .purpose("For security: a change should have been announced.")
            .labels(APPLICATION_STATE)
            .build();
    private static final MetricFamily USES = MetricFamily.gauge("indico_api_uses")
            .help(
                    "Number of API requests made with existing credentials since their creation; drops when a credential is"
                            + " deleted.")
            .purpose("Shows the load of the API, check-in apps included, which nothing else in the database shows:"
                    + " delta(indico_api_uses[1h]).")
            .labels(CREDENTIAL)
            .build();

    @Override
    public String name() {
        return "credentials";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(PERSONAL_TOKENS, OAUTH_TOKENS, KEYS, OAUTH_APPLICATIONS, USES);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Instant now = context.now();
        return List.of(personalTokens(now), oauthTokens(now), keys(now), applications());
    }

    private static FamilyQuery personalTokens(Instant now) {
        return FamilyQuery.from(TOKENS.join(USERS).on(USERS.ID.eq(TOKENS.USER_ID)))
                .by(
                        TOKEN_STATE,
                        Flags.choose(
                                TOKENS.REVOKED_DT.isNotNull().or(isUserDisabled()),
                                "revoked",
                                used(TOKENS.LAST_USED_DT, now)))
                .constant(CREDENTIAL, "personal_token")
                .value(PERSONAL_TOKENS, countRows())
                .value(USES, sum(TOKENS.USE_COUNT));
    }

    private static FamilyQuery oauthTokens(Instant now) {
        var tokens = io.getindico.metrics.jooq.oauth.tables.Tokens.TOKENS;
        return FamilyQuery.from(tokens.join(APPLICATION_USER_LINKS)
                        .on(APPLICATION_USER_LINKS.ID.eq(tokens.APP_USER_LINK_ID))
                        .join(USERS)
                        .on(USERS.ID.eq(APPLICATION_USER_LINKS.USER_ID))
                        .join(APPLICATIONS)
                        .on(APPLICATIONS.ID.eq(APPLICATION_USER_LINKS.APPLICATION_ID)))
                .by(
                        TOKEN_STATE,
                        Flags.choose(
                                isUserDisabled().or(APPLICATIONS.IS_ENABLED.isFalse()),
                                "revoked",
                                used(tokens.LAST_USED_DT, now)))
                .constant(CREDENTIAL, "oauth_token")
                .value(OAUTH_TOKENS, countRows())
                .value(USES, sum(tokens.USE_COUNT));
    }

    private static FamilyQuery keys(Instant now) {
        return FamilyQuery.from(API_KEYS)
                .by(
                        KEY_STATE,
                        Flags.choose(
                                API_KEYS.IS_BLOCKED,
                                "blocked",
                                Flags.choose(
                                        API_KEYS.IS_ACTIVE.isFalse(), "replaced", used(API_KEYS.LAST_USED_DT, now))))
                .constant(CREDENTIAL, "api_key")
                .value(KEYS, countRows())
                .value(USES, sum(API_KEYS.USE_COUNT));
    }

    private static FamilyQuery applications() {
        return FamilyQuery.from(APPLICATIONS)
                .by(APPLICATION_STATE, Flags.choose(APPLICATIONS.IS_ENABLED, "enabled", "disabled"))
                .value(OAUTH_APPLICATIONS, countRows());
    }

    private static Condition isUserDisabled() {
        return USERS.IS_BLOCKED.isTrue().or(USERS.IS_DELETED.isTrue());
    }

    /** The states of credentials that still work. */
    private static Field<String> used(Field<Instant> lastUsed, Instant now) {
        return when(lastUsed.isNull(), inline("unused"))
                .when(lastUsed.lt(now.minus(STALE_AFTER)), inline("stale"))
                .otherwise(inline("active"));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        Table<?> states = DSL.values(row(inline("active")), row(inline("stale")), row(inline("revoked")))
                .as("states", "state");
        Field<String> state = field(DSL.name("states", "state"), SQLDataType.VARCHAR);
        Field<Instant> created = TOKENS.CREATED_DT;
        Field<Instant> revoked = when(isUserDisabled(), created).otherwise(TOKENS.REVOKED_DT);
        // A token is not yet stale at the instant itself.
        Field<Instant> stale = Instants.later(TOKENS.LAST_USED_DT, STALE_AFTER.plusNanos(1000));
        return List.of(FamilyHistory.approximate(
                        FamilyQuery.from(TOKENS.join(USERS)
                                        .on(USERS.ID.eq(TOKENS.USER_ID))
                                        .crossJoin(states))
                                .where(
                                        state.ne("stale").or(stale.isNotNull()),
                                        state.ne("revoked").or(revoked.isNotNull()))
                                .by(
                                        TOKEN_STATE,
                                        when(state.eq("active").and(stale.isNull()), inline("unused"))
                                                .otherwise(state))
                                .value(PERSONAL_TOKENS, countRows()),
                        "A token that was ever used counts as used from its creation on, and a user that is blocked or deleted"
                                + " today has always been.")
                .from(when(state.eq("active"), created)
                        .when(state.eq("stale"), greatest(created, stale))
                        .otherwise(revoked))
                .until(when(state.eq("active"), least(stale, revoked)).when(state.eq("stale"), revoked)));
    }
}
