package io.getindico.metrics.collectors.tolerance;

import static io.getindico.metrics.jooq.event_registration.tables.Forms.FORMS;
import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Subcontributions.SUBCONTRIBUTIONS;
import static io.getindico.metrics.jooq.oauth.tables.ApplicationUserLinks.APPLICATION_USER_LINKS;
import static io.getindico.metrics.jooq.oauth.tables.Applications.APPLICATIONS;
import static io.getindico.metrics.jooq.users.tables.Tokens.TOKENS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.collectors.Gauges;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.jooq.enums.EventType;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import org.jooq.TableField;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a row counts if a migration permits NULL in a flag. {@code docs/reliability.md} says the same. */
final class NullFlagTest {
    @AutoClose
    private final IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest());

    private final IndicoRows rows = IndicoRows.into(database.dsl());

    @BeforeEach
    void permitNull() {
        database.prepare();
        for (TableField<?, Boolean> flag : List.of(
                USERS.IS_SYSTEM,
                USERS.IS_DELETED,
                USERS.IS_PENDING,
                USERS.IS_BLOCKED,
                APPLICATIONS.IS_ENABLED,
                FORMS.IS_PURGED,
                FORMS.IS_DELETED,
                EVENTS.IS_DELETED,
                CONTRIBUTIONS.IS_DELETED)) {
            database.dsl().alterTable(flag.getTable()).alter(flag).dropNotNull().execute();
        }
    }

    @Test
    void aUserIsUnknownUnlessAnEarlierFlagDecides() {
        user().with(USERS.IS_BLOCKED, null).with(USERS.IS_ADMIN, true).insert();
        user().with(USERS.IS_BLOCKED, null).with(USERS.IS_PENDING, true).insert();
        user().with(USERS.IS_PENDING, null).with(USERS.IS_BLOCKED, true).insert();
        user().with(USERS.IS_DELETED, null).with(USERS.MERGED_INTO_ID, 0).insert();
        user().with(USERS.IS_DELETED, null).insert();
        user().with(USERS.IS_DELETED, null).with(USERS.IS_BLOCKED, true).insert();
        user().with(USERS.IS_SYSTEM, null).insert();

        assertThat(values())
                .containsEntry("indico_users{state=\"active\"}", 0.0)
                .containsEntry("indico_users{state=\"blocked\"}", 0.0)
                .containsEntry("indico_users{state=\"deleted\"}", 0.0)
                .containsEntry("indico_users{state=\"merged\"}", 1.0)
                .containsEntry("indico_users{state=\"pending\"}", 1.0)
                .containsEntry("indico_users{state=\"system\"}", 1.0)
                .containsEntry("indico_users{state=\"unknown\"}", 5.0)
                .containsEntry("indico_num_users", 5.0)
                .containsEntry("indico_admin_users", 0.0);
    }

    @Test
    void anOauthApplicationAndItsTokensAreUnknown() {
        int application =
                rows.row(APPLICATIONS).with(APPLICATIONS.IS_ENABLED, null).insert();
        for (boolean isBlocked : new boolean[] {false, true}) {
            int link = rows.row(APPLICATION_USER_LINKS)
                    .with(APPLICATION_USER_LINKS.APPLICATION_ID, application)
                    .with(
                            APPLICATION_USER_LINKS.USER_ID,
                            user().with(USERS.IS_BLOCKED, isBlocked).insert())
                    .insert();
            var tokens = io.getindico.metrics.jooq.oauth.tables.Tokens.TOKENS;
            rows.row(tokens).with(tokens.APP_USER_LINK_ID, link).insert();
        }

        assertThat(values())
                .containsEntry("indico_oauth_applications{state=\"enabled\"}", 1.0)
                .containsEntry("indico_oauth_applications{state=\"disabled\"}", 0.0)
                .containsEntry("indico_oauth_applications{state=\"unknown\"}", 1.0)
                .containsEntry("indico_oauth_tokens{state=\"revoked\"}", 1.0)
                .containsEntry("indico_oauth_tokens{state=\"unused\"}", 0.0)
                .containsEntry("indico_oauth_tokens{state=\"unknown\"}", 1.0);
    }

    @Test
    void aTokenIsUnknownWithItsUserUnlessItIsRevoked() {
        int user = user().with(USERS.IS_BLOCKED, null).insert();
        rows.row(TOKENS).with(TOKENS.USER_ID, user).insert();
        rows.row(TOKENS).with(TOKENS.USER_ID, user).with(TOKENS.REVOKED_DT, NOW).insert();

        assertThat(values())
                .containsEntry("indico_personal_tokens{state=\"revoked\"}", 1.0)
                .containsEntry("indico_personal_tokens{state=\"unused\"}", 0.0)
                .containsEntry("indico_personal_tokens{state=\"unknown\"}", 1.0);
    }

    @Test
    void aFormThatMayBePurgedIsUnknownAndOneThatMayBeDeletedIsNotCounted() {
        int event = rows.row(EVENTS).with(EVENTS.IS_DELETED, false).insert();
        for (TableField<?, Boolean> flag : List.of(FORMS.IS_PURGED, FORMS.IS_DELETED)) {
            rows.row(FORMS)
                    .with(FORMS.EVENT_ID, event)
                    .with(FORMS.IS_PURGED, false)
                    .with(FORMS.IS_DELETED, false)
                    .with(FORMS.START_DT, NOW.plus(Duration.ofHours(1)))
                    .with(flag, null)
                    .insert();
        }

        assertThat(values())
                .containsEntry("indico_registration_forms{state=\"upcoming\"}", 0.0)
                .containsEntry("indico_registration_forms{state=\"purged\"}", 0.0)
                .containsEntry("indico_registration_forms{state=\"unknown\"}", 1.0)
                .containsEntry("indico_registration_forms_opening_1d", 0.0)
                .doesNotContainKey("indico_registration_forms_next_opening_timestamp_seconds");
    }

    @Test
    void anObjectThatMayBeDeletedIsNotCounted() {
        int event = rows.row(EVENTS)
                .with(EVENTS.TYPE, EventType.MEETING)
                .with(EVENTS.IS_DELETED, null)
                .insert();
        rows.row(CONTRIBUTIONS)
                .with(CONTRIBUTIONS.EVENT_ID, event)
                .with(CONTRIBUTIONS.IS_DELETED, false)
                .insert();
        int contribution = rows.row(CONTRIBUTIONS)
                .with(
                        CONTRIBUTIONS.EVENT_ID,
                        rows.row(EVENTS).with(EVENTS.IS_DELETED, false).insert())
                .with(CONTRIBUTIONS.IS_DELETED, null)
                .insert();
        rows.row(SUBCONTRIBUTIONS)
                .with(SUBCONTRIBUTIONS.CONTRIBUTION_ID, contribution)
                .insert();

        assertThat(values())
                .containsEntry("indico_num_events", 1.0)
                .containsEntry("indico_events{event_type=\"meeting\"}", 0.0)
                .containsEntry("indico_deleted_events{event_type=\"meeting\"}", 0.0)
                .as("of an event that may be deleted, or may be deleted itself")
                .containsEntry("indico_contributions{state=\"unscheduled\"}", 0.0)
                .as("of a contribution that may be deleted")
                .containsEntry("indico_subcontributions", 1.0);
    }

    private IndicoRows.Row user() {
        return rows.row(USERS)
                .with(USERS.IS_SYSTEM, false)
                .with(USERS.IS_DELETED, false)
                .with(USERS.IS_PENDING, false)
                .with(USERS.IS_BLOCKED, false);
    }

    private SortedMap<String, Double> values() {
        Gauges gauges = Gauges.read(database.dataSource(), NOW, builder -> builder.extraFamilies(List.of("*")));
        assertThat(gauges.failures()).isEmpty();
        return ExpositionText.values(ExpositionText.of(gauges.reading().metrics()));
    }
}
