package io.getindico.metrics.testing;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import io.getindico.metrics.jooq.IndicoRelease;
import java.util.Map;
import org.jooq.DSLContext;

/** The rows of a freshly prepared Indico. */
final class PreparedRows {
    private static final String REVISION = "version_num";

    /** JSON, because PostgreSQL then ignores the columns that a release does not have. */
    private static final Map<String, String> ROWS = Map.of(
            "users.users",
            """
            [{"id": 0, "first_name": "Indico", "last_name": "System", "title": 0, "affiliation": "", "phone": "",
              "address": "", "is_system": true, "is_admin": false, "is_blocked": false, "is_pending": false,
              "is_deleted": false, "signing_secret": "00000000-0000-4000-8000-000000000001", "picture_metadata": {},
              "picture_source": 0, "created_dt": "2026-01-01T00:00:00"}]""",
            "categories.categories",
            """
            [{"id": 0, "is_deleted": false, "position": 1, "icon_metadata": {}, "logo_metadata": {},
              "timezone": "Europe/Zurich", "default_event_themes": {"lecture": "lecture", "meeting": "standard"},
              "event_creation_mode": 1, "event_creation_notification_emails": [], "event_message_mode": 0,
              "event_message": "", "suggestions_disabled": false, "notify_managers": false, "show_future_months": 0,
              "google_wallet_mode": 0, "google_wallet_settings": {}, "apple_wallet_mode": 0,
              "apple_wallet_settings": {}, "is_flat_view_enabled": false, "title": "Home", "description": "",
              "protection_mode": 0, "no_access_contact": ""}]""",
            "indico.designer_templates",
            """
            [{"id": 1, "type": 1, "title": "Default ticket", "data": {}, "is_clonable": true,
              "is_system_template": true},
             {"id": 2, "type": 1, "title": "Default badge", "data": {}, "is_clonable": true,
              "is_system_template": true}]""",
            "oauth.applications",
            """
            [{"id": 1, "name": "Checkin App", "description": "", "client_id": "00000000-0000-4000-8000-000000000002",
              "client_secret": "00000000-0000-4000-8000-000000000003", "allowed_scopes": ["registrants"],
              "redirect_uris": ["http://localhost"], "is_enabled": true, "is_trusted": true, "allow_pkce_flow": true,
              "system_app_type": 1}]""");

    private PreparedRows() {}

    static void insert(DSLContext dsl, IndicoRelease release) {
        release.revisions()
                .forEach((versions, revision) -> dsl.insertInto(table(name("public", versions)))
                        .columns(field(name(REVISION), String.class))
                        .values(revision)
                        .execute());
        ROWS.forEach((table, rows) -> dsl.execute(
                "INSERT INTO %s SELECT * FROM json_populate_recordset(NULL::%<s, CAST(? AS json))".formatted(table),
                rows));
        dsl.execute("UPDATE indico.designer_templates SET category_id = 0");
        dsl.execute("UPDATE categories.categories SET default_ticket_template_id = 1, default_badge_template_id = 2");
        Sequences.advance(dsl);
    }
}
