-- The role that indico-metrics logs in as. It may read the columns below, call the functions at the end, and nothing else.
-- Run this on Indico's database, as a superuser:
--   psql -d indico -1 -v ON_ERROR_STOP=1 -f role.sql
-- It skips what this Indico does not have, such as the tables of a plugin. Run it again after you install one.
-- The command grants of indico-metrics-exporter prints it for your settings.
DO $$
DECLARE
    login constant name := 'indico_metrics';
    readable record;
BEGIN
    IF to_regclass('events.events') IS NULL THEN
        RAISE EXCEPTION 'database "%" is not Indico''s: it has no table events.events', current_database()
            USING HINT = 'Name Indico''s database: psql -d DATABASE';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
        EXECUTE format('CREATE ROLE %I LOGIN CONNECTION LIMIT 6', login);
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), login);
    -- Where no column is named, the first one is enough to count rows.
    FOR readable IN
        SELECT relnamespace::regnamespace AS schema, attrelid::regclass AS relation,
               string_agg(quote_ident(attname), ', ' ORDER BY attname) AS columns
        FROM (VALUES
            ('attachments.attachments', 'file_id, folder_id, is_deleted'),
            ('attachments.files', 'created_dt, id, size'),
            ('attachments.folders', 'contribution_id, id, is_deleted, link_type, linked_event_id, session_id, subcontribution_id'),
            ('categories.categories', 'event_creation_mode, id, is_deleted, parent_id, timezone'),
            ('categories.event_move_requests', 'category_id, requested_dt, state'),
            ('event_abstracts.abstract_reviews', 'abstract_id'),
            ('event_abstracts.abstracts', 'event_id, id, is_deleted, state, submitted_dt'),
            ('event_editing.editables', 'contribution_id, editor_id, id, is_deleted, published_revision_id, type'),
            ('event_editing.revisions', 'created_dt, editable_id, id, is_undone, type'),
            ('event_paper_reviewing.revisions', 'contribution_id, state, submitted_dt'),
            ('event_registration.form_field_data', 'field_id, id'),
            ('event_registration.form_items', 'id, is_purged, registration_form_id, retention_period'),
            ('event_registration.forms', 'end_dt, event_id, id, is_deleted, is_purged, retention_period, start_dt'),
            ('event_registration.registration_data', 'field_data_id'),
            ('event_registration.registrations', 'checked_in, event_id, is_deleted, registration_form_id, state, submitted_dt, transaction_id'),
            ('events.contributions', 'event_id, id, is_deleted'),
            ('events.events', 'category_id, created_dt, end_dt, id, is_deleted, label_id, start_dt, type'),
            ('events.labels', 'id, is_event_not_happening'),
            ('events.logs', 'id, logged_dt, realm, user_id'),
            ('events.notes', 'contribution_id, event_id, is_deleted, link_type, linked_event_id, session_id, subcontribution_id'),
            ('events.payment_transactions', 'id, provider, status, timestamp'),
            ('events.reminders', 'event_id, is_sent, scheduled_dt'),
            ('events.requests', 'created_dt, event_id, id, state, type'),
            ('events.sessions', 'event_id, id, is_deleted'),
            ('events.static_sites', 'requested_dt, state'),
            ('events.subcontributions', 'contribution_id, id, is_deleted'),
            ('events.vc_room_events', 'event_id, vc_room_id'),
            ('events.vc_rooms', 'id, status, type'),
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
            ('users.registration_requests', ''),
            ('users.tokens', 'last_used_dt, revoked_dt, use_count, user_id'),
            ('users.users', 'id, is_admin, is_blocked, is_deleted, is_pending, is_system, merged_into_id')
        ) AS wanted (relation, columns)
        JOIN pg_attribute ON attrelid = to_regclass(wanted.relation) AND NOT attisdropped
            AND (attname = ANY (string_to_array(wanted.columns, ', ')) OR wanted.columns = '' AND attnum = 1)
        JOIN pg_class ON pg_class.oid = attrelid
        GROUP BY relnamespace, attrelid
    LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', readable.schema, login);
        EXECUTE format('GRANT SELECT (%s) ON %s TO %I', readable.columns, readable.relation, login);
    END LOOP;
    IF to_regnamespace('indico_metrics') IS NULL THEN
        CREATE SCHEMA indico_metrics;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA indico_metrics TO %I', login);
END
$$;

-- These functions read columns with contents, and return no contents. Nobody else may call them.
-- The next line allows a function that reads a column which this Indico does not have. Nothing calls it then.
SET check_function_bodies = off;

-- It reads users.logs (logged_dt, module, realm, summary).
CREATE OR REPLACE FUNCTION indico_metrics.accounts_created(timestamp(6))
RETURNS TABLE ("logged_dt" timestamp(6))
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
select "users"."logs"."logged_dt"
from "users"."logs"
where (
  "users"."logs"."realm" = 1
  and "users"."logs"."module" = 'User'
  and "users"."logs"."summary" = 'User created'
  and "users"."logs"."logged_dt" > $1
)
$$;

-- It reads indico.settings (module, name, value).
CREATE OR REPLACE FUNCTION indico_metrics.announcement()
RETURNS TABLE ("is_shown" boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
select coalesce(
  (
    bool_or((
      "indico"."settings"."name" = 'enabled'
      and "indico"."settings"."value" = cast('true' as jsonb)
    ))
    and bool_or((
      "indico"."settings"."name" = 'message'
      and coalesce(
        ("jsonb_build_array"("indico"."settings"."value")->>0),
        ''
      ) <> ''
    ))
  ),
  false
) as "is_shown"
from "indico"."settings"
where "indico"."settings"."module" = 'announcement'
$$;

-- It reads events.logs (data, id, logged_dt, realm, type).
CREATE OR REPLACE FUNCTION indico_metrics.event_emails(timestamp(6))
RETURNS TABLE ("logged_dt" timestamp(6), "state" varchar)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
select
  "events"."logs"."logged_dt",
  case (case
    when (cast("events"."logs"."data" as text) ~ ("repeat"(
      chr(92),
      2
    ) || 'u(0000|[dD][89a-fA-F]..)')) then cast(
      "regexp_replace"(
        cast("events"."logs"."data" as text),
        ("repeat"(
          chr(92),
          2
        ) || 'u(0000|[dD][89a-fA-F]..)'),
        ("repeat"(
          chr(92),
          2
        ) || 'u0020'),
        'g'
      )
      as json
    )
    else "events"."logs"."data"
  end->>'state')
    when 'pending' then 'pending'
    when 'sent' then 'sent'
    when 'failed' then 'failed'
  end as "state"
from "events"."logs"
where (
  "events"."logs"."id" > (
    select (max("events"."logs"."id") - 200000)
    from "events"."logs"
  )
  and "events"."logs"."logged_dt" > $1
  and "events"."logs"."realm" = 5
  and "events"."logs"."type" = 'email'
)
$$;

-- It reads indico.settings (module, name, value).
CREATE OR REPLACE FUNCTION indico_metrics.livesync_settings()
RETURNS TABLE ("disable_queue_runs" boolean, "skip_category_changes" boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
select
  coalesce(
    bool_or((
      "indico"."settings"."name" = 'disable_queue_runs'
      and "indico"."settings"."value" = cast('true' as jsonb)
    )),
    false
  ) as "disable_queue_runs",
  coalesce(
    bool_or((
      "indico"."settings"."name" = 'skip_category_changes'
      and "indico"."settings"."value" = cast('true' as jsonb)
    )),
    false
  ) as "skip_category_changes"
from "indico"."settings"
where "indico"."settings"."module" = 'plugin_livesync'
$$;

-- It reads indico.settings (module, name, value).
CREATE OR REPLACE FUNCTION indico_metrics.scheduler_heartbeat()
RETURNS TABLE ("ran_at" timestamp with time zone)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
select cast(
  ("jsonb_build_array"("indico"."settings"."value")->>0)
  as timestamp with time zone
) as "ran_at"
from "indico"."settings"
where (
  "indico"."settings"."module" = 'celery'
  and "indico"."settings"."name" = 'last_ping'
  and "jsonb_typeof"("indico"."settings"."value") = 'string'
  and (("jsonb_build_array"("indico"."settings"."value")->>0) ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$')
)
$$;

-- It reads indico.settings (id, module, name, value).
CREATE OR REPLACE FUNCTION indico_metrics.scheduler_version()
RETURNS TABLE ("id" int, "version" varchar)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
select
  "indico"."settings"."id",
  ("jsonb_build_array"("indico"."settings"."value")->>0) as "version"
from "indico"."settings"
where (
  "indico"."settings"."module" = 'celery'
  and "indico"."settings"."name" = 'last_ping_version'
  and "jsonb_typeof"("indico"."settings"."value") = 'string'
)
$$;

-- It reads indico.files (claimed, created_dt, meta, size).
CREATE OR REPLACE FUNCTION indico_metrics.unclaimed_files()
RETURNS TABLE ("size" bigint, "created_dt" timestamp(6), "is_waiting" boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
select
  "indico"."files"."size",
  "indico"."files"."created_dt",
  (("indico"."files"."meta"->'deletion_failed') is null) as "is_waiting"
from "indico"."files"
where "indico"."files"."claimed" = false
$$;

RESET check_function_bodies;
REVOKE ALL ON FUNCTION
    indico_metrics.accounts_created(timestamp(6)),
    indico_metrics.announcement(),
    indico_metrics.event_emails(timestamp(6)),
    indico_metrics.livesync_settings(),
    indico_metrics.scheduler_heartbeat(),
    indico_metrics.scheduler_version(),
    indico_metrics.unclaimed_files()
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    indico_metrics.accounts_created(timestamp(6)),
    indico_metrics.announcement(),
    indico_metrics.event_emails(timestamp(6)),
    indico_metrics.livesync_settings(),
    indico_metrics.scheduler_heartbeat(),
    indico_metrics.scheduler_version(),
    indico_metrics.unclaimed_files()
TO "indico_metrics";
