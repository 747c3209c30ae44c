-- The role that indico-metrics logs in as. It may read the columns that the collectors read, and nothing else.
-- Run it on Indico's database, as a superuser:
--   psql -d indico -1 -v ON_ERROR_STOP=1 -f role.sql
-- It skips what this Indico does not have, such as the tables of a plugin. Run it again after you install one.
-- Generated from the collectors' queries by ./mvnw verify -Dgolden.update=true.
DO $$
DECLARE
    readable record;
BEGIN
    IF to_regclass('events.events') IS NULL THEN
        RAISE EXCEPTION 'database "%" is not Indico''s: it has no table events.events', current_database()
            USING HINT = 'Name Indico''s database: psql -d DATABASE';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'indico_metrics') THEN
        CREATE ROLE indico_metrics LOGIN CONNECTION LIMIT 6;
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO indico_metrics', current_database());
    FOR readable IN
        SELECT relnamespace::regnamespace AS schema, attrelid::regclass AS relation,
               string_agg(quote_ident(attname), ', ' ORDER BY attname) AS columns
        FROM (VALUES
            ('attachments.attachments', 'file_id, folder_id, is_deleted'),
            ('attachments.files', 'created_dt, id, size, storage_backend'),
            ('attachments.folders', 'contribution_id, id, is_deleted, link_type, linked_event_id, session_id, subcontribution_id'),
            ('categories.categories', 'event_creation_mode, id, is_deleted, parent_id, timezone'),
            ('categories.event_move_requests', 'category_id, requested_dt, state'),
            ('event_abstracts.abstract_reviews', 'abstract_id'),
            ('event_abstracts.abstracts', 'event_id, id, is_deleted, state, submitted_dt'),
            ('event_abstracts.files', 'id, size, storage_backend'),
            ('event_editing.editables', 'contribution_id, editor_id, id, is_deleted, published_revision_id, type'),
            ('event_editing.revision_files', 'file_id'),
            ('event_editing.revisions', 'created_dt, editable_id, id, is_undone, type'),
            ('event_paper_reviewing.files', 'id, size, storage_backend'),
            ('event_paper_reviewing.revisions', 'contribution_id, state, submitted_dt'),
            ('event_paper_reviewing.templates', 'id, size, storage_backend'),
            ('event_registration.form_field_data', 'field_id, id'),
            ('event_registration.form_items', 'id, is_purged, registration_form_id, retention_period'),
            ('event_registration.forms', 'end_dt, event_id, id, is_deleted, is_purged, retention_period, start_dt'),
            ('event_registration.registration_data', 'field_data_id, registration_id, size, storage_backend'),
            ('event_registration.registrations', 'checked_in, event_id, is_deleted, registration_form_id, state, submitted_dt, transaction_id'),
            ('events.contributions', 'event_id, id, is_deleted'),
            ('events.events', 'category_id, created_dt, end_dt, id, is_deleted, label_id, start_dt, type'),
            ('events.image_files', 'id, size, storage_backend'),
            ('events.labels', 'id, is_event_not_happening'),
            ('events.logs', 'id, logged_dt, realm, user_id'),
            ('events.notes', 'contribution_id, event_id, is_deleted, link_type, linked_event_id, session_id, subcontribution_id'),
            ('events.payment_transactions', 'id, provider, status, timestamp'),
            ('events.reminders', 'event_id, is_sent, scheduled_dt'),
            ('events.requests', 'created_dt, event_id, id, state, type'),
            ('events.sessions', 'event_id, id, is_deleted'),
            ('events.static_sites', 'id, requested_dt, size, state, storage_backend'),
            ('events.subcontributions', 'contribution_id, id, is_deleted'),
            ('events.vc_room_events', 'event_id, vc_room_id'),
            ('events.vc_rooms', 'id, status, type'),
            ('indico.designer_image_files', 'id, size, storage_backend'),
            ('indico.files', 'id, size, storage_backend'),
            ('oauth.application_user_links', 'application_id, id, user_id'),
            ('oauth.applications', 'id, is_enabled'),
            ('oauth.tokens', 'app_user_link_id, last_used_dt, use_count'),
            ('plugin_livesync.agents', 'backend_name, id, initial_data_exported, last_run, name'),
            ('plugin_livesync.queues', 'agent_id, category_id, processed, timestamp, type'),
            ('public.alembic_version', 'version_num'),
            ('public.alembic_version_plugin_livesync', 'version_num'),
            ('roombooking.locations', 'id, name'),
            ('roombooking.reservation_occurrences', 'end_dt, reservation_id, start_dt, state'),
            ('roombooking.reservations', 'created_dt, end_dt, id, room_id, state'),
            ('roombooking.rooms', 'capacity, id, is_deleted, is_reservable, location_id, protection_mode, reservations_need_confirmation'),
            ('users.api_keys', 'is_active, is_blocked, last_used_dt, use_count'),
            ('users.data_export_requests', 'requested_dt, state'),
            ('users.identities', 'id, last_login_dt, provider, user_id'),
            ('users.registration_requests', 'id'),
            ('users.tokens', 'last_used_dt, revoked_dt, use_count, user_id'),
            ('users.users', 'id, is_admin, is_blocked, is_deleted, is_pending, is_system, merged_into_id')
        ) AS wanted (relation, columns)
        JOIN pg_attribute ON attrelid = to_regclass(wanted.relation)
            AND attname = ANY (string_to_array(wanted.columns, ', '))
        JOIN pg_class ON pg_class.oid = attrelid
        GROUP BY relnamespace, attrelid
    LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %s TO indico_metrics', readable.schema);
        EXECUTE format('GRANT SELECT (%s) ON %s TO indico_metrics', readable.columns, readable.relation);
    END LOOP;
END
$$;
