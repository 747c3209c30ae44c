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
            ('attachments.files', 'id, size'),
            ('attachments.folders', 'contribution_id, id, is_deleted, link_type, linked_event_id, session_id, subcontribution_id'),
            ('categories.categories', 'id, is_deleted, parent_id, timezone'),
            ('events.contributions', 'event_id, id, is_deleted'),
            ('events.events', 'category_id, end_dt, id, is_deleted, start_dt'),
            ('events.notes', 'contribution_id, is_deleted, linked_event_id, session_id, subcontribution_id'),
            ('events.sessions', 'event_id, id, is_deleted'),
            ('events.subcontributions', 'contribution_id, id, is_deleted'),
            ('plugin_livesync.queues', 'category_id, processed, type'),
            ('public.alembic_version', 'version_num'),
            ('public.alembic_version_plugin_livesync', 'version_num'),
            ('roombooking.reservation_occurrences', 'end_dt, reservation_id, start_dt, state'),
            ('roombooking.reservations', 'end_dt, id, room_id, state'),
            ('roombooking.rooms', 'id, is_deleted, is_reservable, protection_mode, reservations_need_confirmation'),
            ('users.identities', 'last_login_dt, user_id'),
            ('users.users', 'is_deleted')
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
