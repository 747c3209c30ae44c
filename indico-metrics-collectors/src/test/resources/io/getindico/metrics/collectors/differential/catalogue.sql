-- The families of the wider catalogue in plain SQL, by the letter of their definitions. A paragraph is a family, named in
-- the comment before it; further columns named indico_... are families of their own. A paragraph that begins with
-- \define gives a name to a part of SQL that several families share. :now and :zone are the circumstances of a reading.

\define utc (:now AT TIME ZONE 'UTC')

\define n (SELECT :now AT TIME ZONE 'UTC' AS t) n

\define ln (SELECT :now AT TIME ZONE :zone AS t) n

\define et pg_temp.word(type, 'lecture', 'meeting', 'conference')

\define phase CASE WHEN e.start_dt > n.t THEN 'upcoming' WHEN e.end_dt >= n.t THEN 'ongoing' ELSE 'past' END

-- indico_scheduler_last_heartbeat_timestamp_seconds
SELECT extract(epoch FROM (value #>> '{}')::timestamptz) AS value FROM indico.settings WHERE module = 'celery' AND
  name = 'last_ping' AND jsonb_typeof(value) = 'string';

-- indico_scheduler_info
SELECT value #>> '{}' AS version, 1 AS value FROM indico.settings WHERE module = 'celery' AND name =
  'last_ping_version' AND jsonb_typeof(value) = 'string';

-- indico_announcement_enabled
SELECT COALESCE(bool_or(name = 'enabled' AND value = 'true') AND bool_or(name = 'message' AND COALESCE(value #>>
  '{}', '') <> ''), false)::int AS value FROM indico.settings WHERE module = 'announcement';

-- indico_ongoing_events
SELECT :et AS event_type, count(*) AS value FROM events.events WHERE NOT is_deleted AND end_dt >= :utc AND start_dt
  <= :utc GROUP BY 1;

-- indico_events
SELECT :et AS event_type, count(*) AS value FROM events.events WHERE NOT is_deleted GROUP BY 1;

-- indico_deleted_events
SELECT :et AS event_type, count(*) AS value FROM events.events WHERE is_deleted GROUP BY 1;

-- indico_unlisted_events
SELECT count(*) AS value FROM events.events WHERE NOT is_deleted AND category_id IS NULL;

-- indico_events_created_1d
SELECT :et AS event_type, count(*) FILTER (WHERE e.created_dt > n.t - interval '1 day') AS value, count(*) FILTER
  (WHERE e.created_dt > n.t - interval '7 days') AS indico_events_created_7d, count(*) AS indico_events_created_30d
  FROM events.events e, :n WHERE e.created_dt > n.t - interval '30 days' AND e.created_dt <= n.t GROUP BY 1;

-- indico_events_newest_created_timestamp_seconds
SELECT extract(epoch FROM created_dt AT TIME ZONE 'UTC') AS value FROM events.events WHERE created_dt <= :utc ORDER
  BY created_dt DESC LIMIT 1;

-- indico_upcoming_events
SELECT :et AS event_type, count(*) AS value FROM events.events WHERE NOT is_deleted AND start_dt > :utc GROUP BY 1;

-- indico_events_today
SELECT :et AS event_type, count(*) AS value FROM events.events, (SELECT (date_trunc('day', :now AT TIME ZONE :zone)
  AT TIME ZONE :zone) AT TIME ZONE 'UTC' AS d0, ((date_trunc('day', :now AT TIME ZONE :zone) + interval '1 day') AT
  TIME ZONE :zone) AT TIME ZONE 'UTC' AS d1) w WHERE NOT is_deleted AND end_dt > w.d0 AND start_dt < w.d1 GROUP BY 1;

-- indico_events_starting_1h
SELECT count(*) AS value FROM events.events e, :n WHERE NOT e.is_deleted AND e.start_dt > n.t AND e.start_dt <= n.t
  + interval '1 hour';

-- indico_upcoming_events_peak_1d
SELECT COALESCE(max(x.n), 0) AS value FROM (SELECT sum(s.d) OVER (ORDER BY s.t, s.d DESC ROWS UNBOUNDED PRECEDING)
  AS n FROM (SELECT GREATEST(e.start_dt, n.t) AS t, 1 AS d FROM events.events e, :n WHERE NOT e.is_deleted AND
  e.end_dt > n.t AND e.start_dt <= n.t + interval '1 day' UNION ALL SELECT e.end_dt, -1 FROM events.events e, :n
  WHERE NOT e.is_deleted AND e.end_dt > n.t AND e.end_dt <= n.t + interval '1 day' AND e.start_dt <= n.t + interval
  '1 day') s) x;

-- indico_accessible_events
WITH RECURSIVE cat(id, mode) AS (SELECT id, protection_mode FROM categories.categories WHERE parent_id IS NULL UNION
  ALL SELECT c.id, CASE c.protection_mode WHEN 1 THEN cat.mode ELSE c.protection_mode END FROM categories.categories
  c JOIN cat ON c.parent_id = cat.id) SELECT CASE WHEN e.category_id IS NULL THEN 'unlisted' WHEN
  COALESCE(NULLIF(e.protection_mode, 1), cat.mode) = 0 THEN 'public' WHEN COALESCE(NULLIF(e.protection_mode, 1),
  cat.mode) = 2 THEN 'protected' ELSE 'unknown' END AS access, count(*) AS value FROM events.events e LEFT JOIN cat
  ON cat.id = e.category_id WHERE NOT e.is_deleted GROUP BY 1;

-- indico_top_category_events
WITH RECURSIVE t(id, top, title) AS (SELECT id, id, title FROM categories.categories WHERE parent_id = 0 AND NOT
  is_deleted UNION ALL SELECT c.id, t.top, t.title FROM categories.categories c JOIN t ON c.parent_id = t.id WHERE
  NOT c.is_deleted) SELECT t.title AS category, count(e.id) AS value FROM t LEFT JOIN events.events e ON
  e.category_id = t.id AND NOT e.is_deleted GROUP BY 1 ORDER BY min(t.top);

-- indico_categories
SELECT pg_temp.word(event_creation_mode, 'restricted', 'moderated', 'open') AS event_creation_mode, count(*) AS value FROM
  categories.categories WHERE NOT is_deleted GROUP BY 1;

-- indico_event_move_requests
SELECT pg_temp.word(r.state + 1, 'pending', 'accepted', 'rejected', 'withdrawn') AS state, count(*) AS value FROM
  categories.event_move_requests r GROUP BY 1;

-- indico_event_move_requests_oldest_pending_timestamp_seconds
SELECT pg_temp.epoch(min(r.requested_dt)) AS value FROM categories.event_move_requests r JOIN categories.categories c ON
  c.id = r.category_id AND NOT c.is_deleted WHERE r.state = 0 HAVING count(*) > 0;

-- indico_users
SELECT CASE WHEN is_system THEN 'system' WHEN merged_into_id IS NOT NULL THEN 'merged' WHEN is_deleted THEN
  'deleted' WHEN is_pending THEN 'pending' WHEN is_blocked THEN 'blocked' ELSE 'active' END AS state, count(*) AS
  value FROM users.users GROUP BY 1;

-- indico_admin_users
SELECT count(*) AS value FROM users.users WHERE is_admin AND NOT is_deleted AND NOT is_blocked;

-- indico_users_logged_in_1d
SELECT count(DISTINCT user_id) AS value FROM users.identities WHERE last_login_dt > :utc - interval '1 day';

-- indico_users_logged_in_7d
SELECT count(DISTINCT user_id) AS value FROM users.identities WHERE last_login_dt > :utc - interval '7 days';

-- indico_users_logged_in_30d
SELECT count(DISTINCT user_id) AS value FROM users.identities WHERE last_login_dt > :utc - interval '30 days';

-- indico_users_logged_in_365d
SELECT count(DISTINCT user_id) AS value FROM users.identities WHERE last_login_dt > :utc - interval '365 days';

-- indico_users_newest_login_timestamp_seconds
SELECT pg_temp.epoch(max(last_login_dt)) AS value FROM users.identities WHERE last_login_dt <= :utc HAVING count(*) > 0;

-- indico_identities
SELECT provider, count(*) AS value FROM users.identities GROUP BY 1 ORDER BY min(id);

-- indico_identities_used_30d
SELECT provider, count(*) FILTER (WHERE last_login_dt > :utc - interval '30 days') AS value FROM users.identities
  GROUP BY 1 ORDER BY min(id);

-- indico_user_registration_requests
SELECT count(*) AS value FROM users.registration_requests;

-- indico_users_joined_1d
SELECT count(*) FILTER (WHERE l.logged_dt > n.t - interval '1 day') AS value, count(*) FILTER (WHERE l.logged_dt >
  n.t - interval '7 days') AS indico_users_joined_7d, count(*) AS indico_users_joined_30d FROM users.logs l, :n
  WHERE l.realm = 1 AND l.module = 'User' AND l.summary = 'User created' AND l.logged_dt > n.t - interval '30 days'
  AND l.logged_dt <= n.t;

-- indico_personal_tokens
SELECT CASE WHEN t.revoked_dt IS NOT NULL OR u.is_blocked OR u.is_deleted THEN 'revoked' WHEN t.last_used_dt IS NULL
  THEN 'unused' WHEN t.last_used_dt < :utc - interval '90 days' THEN 'stale' ELSE 'active' END AS state, count(*) AS
  value FROM users.tokens t JOIN users.users u ON u.id = t.user_id GROUP BY 1;

-- indico_oauth_tokens
SELECT CASE WHEN u.is_blocked OR u.is_deleted OR NOT a.is_enabled THEN 'revoked' WHEN t.last_used_dt IS NULL THEN
  'unused' WHEN t.last_used_dt < :utc - interval '90 days' THEN 'stale' ELSE 'active' END AS state, count(*) AS
  value FROM oauth.tokens t JOIN oauth.application_user_links l ON l.id = t.app_user_link_id JOIN users.users u ON
  u.id = l.user_id JOIN oauth.applications a ON a.id = l.application_id GROUP BY 1;

-- indico_api_keys
SELECT CASE WHEN is_blocked THEN 'blocked' WHEN NOT is_active THEN 'replaced' WHEN last_used_dt IS NULL THEN
  'unused' WHEN last_used_dt < :utc - interval '90 days' THEN 'stale' ELSE 'active' END AS state, count(*) AS value
  FROM users.api_keys GROUP BY 1;

-- indico_oauth_applications
SELECT CASE WHEN is_enabled THEN 'enabled' ELSE 'disabled' END AS state, count(*) AS value FROM oauth.applications
  GROUP BY 1;

-- indico_api_uses
SELECT 'personal_token' AS credential, COALESCE(sum(use_count), 0) AS value FROM users.tokens UNION ALL SELECT
  'oauth_token', COALESCE(sum(use_count), 0) FROM oauth.tokens UNION ALL SELECT 'api_key', COALESCE(sum(use_count),
  0) FROM users.api_keys;

-- indico_registration_forms
SELECT CASE WHEN f.is_purged THEN 'purged' WHEN f.start_dt IS NULL THEN 'unscheduled' WHEN f.start_dt > n.t THEN
  'upcoming' WHEN f.end_dt <= n.t THEN 'closed' ELSE 'open' END AS state, count(*) AS value FROM
  event_registration.forms f JOIN events.events e ON e.id = f.event_id AND NOT e.is_deleted, :n WHERE NOT
  f.is_deleted GROUP BY 1;

-- indico_registration_forms_opening_1d
SELECT count(*) AS value FROM event_registration.forms f JOIN events.events e ON e.id = f.event_id AND NOT
  e.is_deleted, :n WHERE NOT f.is_deleted AND NOT f.is_purged AND f.start_dt > n.t AND f.start_dt <= n.t + interval
  '1 day';

-- indico_registration_forms_next_opening_timestamp_seconds
SELECT pg_temp.epoch(min(f.start_dt)) AS value FROM event_registration.forms f JOIN events.events e ON e.id = f.event_id AND
  NOT e.is_deleted, :n WHERE NOT f.is_deleted AND NOT f.is_purged AND f.start_dt > n.t HAVING count(*) > 0;

-- indico_registration_retention_overdue
SELECT 'form' AS scope, count(*) AS value FROM event_registration.forms f JOIN events.events e ON e.id = f.event_id
  WHERE f.retention_period IS NOT NULL AND NOT f.is_purged AND e.end_dt::date + f.retention_period <= :utc::date - 1
  UNION ALL SELECT 'field', count(*) FROM event_registration.form_items i JOIN event_registration.forms f ON f.id =
  i.registration_form_id JOIN events.events e ON e.id = f.event_id WHERE i.retention_period IS NOT NULL AND NOT
  i.is_purged AND e.end_dt::date + i.retention_period <= :utc::date - 1 AND EXISTS (SELECT 1 FROM
  event_registration.form_field_data d JOIN event_registration.registration_data x ON x.field_data_id = d.id WHERE
  d.field_id = i.id);

\define reg FROM event_registration.registrations r JOIN event_registration.forms f ON f.id = r.registration_form_id
  AND NOT f.is_deleted JOIN events.events e ON e.id = r.event_id AND NOT e.is_deleted, :n WHERE NOT r.is_deleted

-- indico_registrations
SELECT pg_temp.word(r.state, 'complete', 'pending', 'rejected', 'withdrawn', 'unpaid') AS state, :phase AS event_phase,
  count(*) AS value :reg GROUP BY 1, 2;

-- indico_checked_in_registrations
SELECT count(*) AS value :reg AND r.checked_in;

-- indico_registrations_submitted_1d
SELECT count(*) FILTER (WHERE r.submitted_dt > n.t - interval '1 day') AS value, count(*) FILTER (WHERE
  r.submitted_dt > n.t - interval '7 days') AS indico_registrations_submitted_7d, count(*) AS
  indico_registrations_submitted_30d FROM event_registration.registrations r, :n WHERE r.submitted_dt > n.t -
  interval '30 days' AND r.submitted_dt <= n.t;

-- indico_registrations_newest_timestamp_seconds
SELECT pg_temp.epoch(max(submitted_dt)) AS value FROM event_registration.registrations WHERE submitted_dt <= :utc HAVING
  count(*) > 0;

-- indico_registrations_oldest_pending_timestamp_seconds
SELECT pg_temp.epoch(min(r.submitted_dt)) AS value :reg AND r.state = 2 AND e.end_dt >= n.t HAVING count(*) > 0;

-- indico_ongoing_registrations
SELECT x.state, sum(x.n) AS value FROM :n JOIN events.events e ON NOT e.is_deleted AND e.end_dt >= n.t AND
  e.start_dt <= n.t CROSS JOIN LATERAL (SELECT CASE WHEN r.checked_in THEN 'checked_in' ELSE 'expected' END AS
  state, count(*) AS n FROM event_registration.registrations r JOIN event_registration.forms f ON f.id =
  r.registration_form_id AND NOT f.is_deleted WHERE r.event_id = e.id AND NOT r.is_deleted AND r.state NOT IN (3, 4)
  GROUP BY 1) x GROUP BY 1;

-- indico_payment_transactions
SELECT provider, pg_temp.word(status, 'successful', 'cancelled', 'failed', 'pending', 'rejected') AS state, count(*) AS
  value FROM events.payment_transactions GROUP BY 1, 2 ORDER BY min(id);

-- indico_payments_newest_successful_timestamp_seconds
SELECT provider, pg_temp.epoch(max(timestamp)) AS value FROM events.payment_transactions WHERE status = 1 AND timestamp <=
  :utc GROUP BY 1 ORDER BY min(id);

-- indico_payments_oldest_pending_timestamp_seconds
SELECT pg_temp.epoch(min(t.timestamp)) AS value FROM event_registration.registrations r JOIN events.payment_transactions t
  ON t.id = r.transaction_id JOIN events.events e ON e.id = r.event_id AND NOT e.is_deleted, :n WHERE NOT
  r.is_deleted AND t.status = 4 AND e.end_dt >= n.t HAVING count(*) > 0;

-- indico_payments_amount
SELECT t.provider, t.currency, sum(t.amount) AS value FROM event_registration.registrations r JOIN
  events.payment_transactions t ON t.id = r.transaction_id WHERE NOT r.is_deleted AND t.status = 1 GROUP BY 1, 2
  ORDER BY min(t.id);

-- indico_contributions
SELECT CASE WHEN t.id IS NOT NULL THEN 'scheduled' ELSE 'unscheduled' END AS state, count(*) AS value FROM
  events.contributions c JOIN events.events e ON e.id = c.event_id AND NOT e.is_deleted LEFT JOIN
  events.timetable_entries t ON t.contribution_id = c.id WHERE NOT c.is_deleted GROUP BY 1;

-- indico_subcontributions
SELECT count(*) AS value FROM events.subcontributions s JOIN events.contributions c ON c.id = s.contribution_id AND
  NOT c.is_deleted JOIN events.events e ON e.id = c.event_id AND NOT e.is_deleted WHERE NOT s.is_deleted;

-- indico_sessions
SELECT count(*) AS value FROM events.sessions s JOIN events.events e ON e.id = s.event_id AND NOT e.is_deleted WHERE
  NOT s.is_deleted;

\define abs FROM event_abstracts.abstracts a JOIN events.events e ON e.id = a.event_id AND NOT e.is_deleted, :n
  WHERE NOT a.is_deleted

-- indico_abstracts
SELECT COALESCE((ARRAY[CASE WHEN EXISTS (SELECT 1 FROM event_abstracts.abstract_reviews v WHERE v.abstract_id =
  a.id) THEN 'under_review' ELSE 'awaiting'
  END,'withdrawn','accepted','rejected','merged','duplicate','invited'])[a.state], 'unknown') AS state, :phase AS
  event_phase, count(*) AS value :abs GROUP BY 1, 2;

-- indico_abstracts_submitted_1d
SELECT count(*) FILTER (WHERE a.submitted_dt > n.t - interval '1 day') AS value, count(*) FILTER (WHERE
  a.submitted_dt > n.t - interval '7 days') AS indico_abstracts_submitted_7d, count(*) AS
  indico_abstracts_submitted_30d FROM event_abstracts.abstracts a, :n WHERE a.state <> 7 AND a.submitted_dt > n.t -
  interval '30 days' AND a.submitted_dt <= n.t;

-- indico_abstracts_oldest_submitted_timestamp_seconds
SELECT pg_temp.epoch(min(a.submitted_dt)) AS value :abs AND a.state = 1 AND e.end_dt >= n.t HAVING count(*) > 0;

\define pap FROM (SELECT DISTINCT ON (contribution_id) contribution_id, state, submitted_dt FROM
  event_paper_reviewing.revisions ORDER BY contribution_id, submitted_dt DESC) l JOIN events.contributions c ON c.id
  = l.contribution_id AND NOT c.is_deleted JOIN events.events e ON e.id = c.event_id AND NOT e.is_deleted, :n

-- indico_papers
SELECT pg_temp.word(l.state, 'submitted', 'accepted', 'rejected', 'to_be_corrected') AS state, :phase AS event_phase,
  count(*) AS value :pap GROUP BY 1, 2;

-- indico_papers_oldest_submitted_timestamp_seconds
SELECT pg_temp.epoch(min(l.submitted_dt)) AS value :pap WHERE l.state = 1 AND e.end_dt >= n.t - interval '365 days' HAVING
  count(*) > 0;

\define ed FROM event_editing.editables ed JOIN events.contributions c ON c.id = ed.contribution_id AND NOT
  c.is_deleted JOIN events.events e ON e.id = c.event_id AND NOT e.is_deleted LEFT JOIN (SELECT DISTINCT ON
  (editable_id) editable_id, type, created_dt FROM event_editing.revisions WHERE NOT is_undone ORDER BY editable_id,
  created_dt DESC) l ON l.editable_id = ed.id

\define type pg_temp.word(ed.type, 'paper', 'slides', 'poster') AS editable_type

-- indico_editables
SELECT :type, pg_temp.word(l.type, 'new', 'ready_for_review', 'needs_submitter_confirmation', 'accepted_submitter',
  'needs_submitter_changes', 'needs_submitter_changes', 'accepted', 'rejected', 'ready_for_review',
  'ready_for_review') AS state, count(*) AS value :ed WHERE NOT ed.is_deleted GROUP BY 1, 2;

-- indico_unassigned_editables
SELECT :type, count(*) FILTER (WHERE l.type IN (2, 9, 10) AND ed.editor_id IS NULL) AS value,
  count(ed.published_revision_id) AS indico_published_editables :ed WHERE NOT ed.is_deleted GROUP BY 1;

-- indico_editables_oldest_ready_timestamp_seconds
SELECT pg_temp.epoch(min(l.created_dt)) AS value :ed, :n WHERE NOT ed.is_deleted AND l.type IN (2, 9, 10) AND e.end_dt >=
  n.t - interval '365 days' HAVING count(*) > 0;

\define cfa FROM events.events e JOIN (SELECT event_id, max((value #>> '{}')::timestamptz) FILTER (WHERE name =
  'start_dt') AS start_dt, max((value #>> '{}')::timestamptz) FILTER (WHERE name = 'end_dt') AS end_dt FROM
  events.settings WHERE module = 'abstracts' AND name IN ('start_dt', 'end_dt') AND jsonb_typeof(value) = 'string'
  GROUP BY 1) s ON s.event_id = e.id JOIN events.settings f ON f.event_id = e.id AND f.module = 'features' AND
  f.name = 'enabled' AND f.value @> '["abstracts"]' WHERE NOT e.is_deleted AND s.start_dt IS NOT NULL

-- indico_calls_for_abstracts
SELECT CASE WHEN s.start_dt > :now THEN 'upcoming' WHEN s.end_dt <= :now THEN 'closed' ELSE 'open' END AS state,
  count(*) AS value :cfa GROUP BY 1;

-- indico_calls_for_abstracts_next_deadline_timestamp_seconds
SELECT extract(epoch FROM min(s.end_dt)) AS value :cfa AND s.start_dt <= :now AND s.end_dt > :now HAVING count(*)
  > 0;

\define cfp FROM events.events e JOIN (SELECT event_id, max((value #>> '{}')::timestamptz) FILTER (WHERE name =
  'start_dt') AS start_dt, max((value #>> '{}')::timestamptz) FILTER (WHERE name = 'end_dt') AS end_dt FROM
  events.settings WHERE module = 'paper_reviewing' AND name IN ('start_dt', 'end_dt') AND jsonb_typeof(value) =
  'string' GROUP BY 1) s ON s.event_id = e.id JOIN events.settings f ON f.event_id = e.id AND f.module = 'features'
  AND f.name = 'enabled' AND f.value @> '["papers"]' WHERE NOT e.is_deleted AND s.start_dt IS NOT NULL

-- indico_calls_for_papers
SELECT CASE WHEN s.start_dt > :now THEN 'upcoming' WHEN s.end_dt <= :now THEN 'closed' ELSE 'open' END AS state,
  count(*) AS value :cfp GROUP BY 1;

-- indico_calls_for_papers_next_deadline_timestamp_seconds
SELECT extract(epoch FROM min(s.end_dt)) AS value :cfp AND s.start_dt <= :now AND s.end_dt > :now HAVING count(*)
  > 0;

-- indico_surveys
SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM event_surveys.items i WHERE i.survey_id = s.id AND i.type = 1) THEN
  'not_ready' WHEN s.start_dt IS NULL OR s.start_dt > n.t THEN 'ready_to_open' WHEN s.submission_limit <= (SELECT
  count(*) FROM event_surveys.submissions b WHERE b.survey_id = s.id) THEN 'limit_reached' WHEN s.end_dt <= n.t THEN
  'finished' ELSE 'active' END AS state, count(*) AS value FROM event_surveys.surveys s JOIN events.events e ON e.id
  = s.event_id AND NOT e.is_deleted, :n WHERE NOT s.is_deleted GROUP BY 1;

-- indico_survey_submissions
SELECT CASE WHEN b.is_submitted THEN 'submitted' ELSE 'draft' END AS state, count(*) AS value FROM
  event_surveys.submissions b JOIN event_surveys.surveys s ON s.id = b.survey_id AND NOT s.is_deleted JOIN
  events.events e ON e.id = s.event_id AND NOT e.is_deleted GROUP BY 1;

-- indico_agreements
SELECT a.type AS agreement_type, pg_temp.word(a.state + 1, 'pending', 'accepted', 'rejected', 'accepted_on_behalf',
  'rejected_on_behalf') AS state, count(*) AS value FROM events.agreements a JOIN events.events e ON e.id =
  a.event_id AND NOT e.is_deleted GROUP BY 1, 2 ORDER BY min(a.id);

\define req FROM (SELECT DISTINCT ON (r.event_id, r.type) r.id, r.event_id, r.type, r.state, r.created_dt FROM
  events.requests r ORDER BY r.event_id, r.type, r.created_dt DESC) q JOIN events.events e ON e.id = q.event_id AND
  NOT e.is_deleted, :n

-- indico_event_requests
SELECT q.type AS request_type, pg_temp.word(q.state + 1, 'pending', 'accepted', 'rejected', 'withdrawn') AS state, count(*)
  AS value :req GROUP BY 1, 2 ORDER BY min(q.id);

-- indico_waiting_event_requests
SELECT q.type AS request_type, count(*) FILTER (WHERE q.state = 0 AND e.end_dt >= n.t) AS value :req GROUP BY 1
  ORDER BY min(q.id);

-- indico_event_requests_oldest_waiting_timestamp_seconds
SELECT q.type AS request_type, pg_temp.epoch(min(q.created_dt)) AS value :req WHERE q.state = 0 AND e.end_dt >= n.t GROUP BY
  1 ORDER BY min(q.id);

\define rem FROM events.reminders r JOIN events.events e ON e.id = r.event_id LEFT JOIN events.labels l ON l.id =
  e.label_id, :n WHERE NOT r.is_sent

\define sup e.is_deleted OR COALESCE(l.is_event_not_happening, false)

-- indico_unsent_reminders
SELECT CASE WHEN :sup THEN 'suppressed' WHEN r.scheduled_dt <= n.t - interval '10 minutes' THEN 'overdue' ELSE
  'scheduled' END AS state, count(*) AS value :rem GROUP BY 1;

-- indico_reminders_oldest_due_timestamp_seconds
SELECT pg_temp.epoch(min(r.scheduled_dt)) AS value :rem AND r.scheduled_dt <= n.t AND NOT (:sup) HAVING count(*) > 0;

-- indico_static_sites
SELECT pg_temp.word(state + 1, 'pending', 'running', 'success', 'failed', 'expired') AS state, count(*) AS value FROM
  events.static_sites GROUP BY 1;

-- indico_static_sites_oldest_unfinished_timestamp_seconds
SELECT pg_temp.epoch(min(s.requested_dt)) AS value FROM events.static_sites s, :n WHERE s.state IN (0, 1) AND s.requested_dt
  > n.t - interval '7 days' AND s.requested_dt <= n.t HAVING count(*) > 0;

-- indico_data_export_requests
SELECT pg_temp.word(state + 1, 'none', 'running', 'success', 'failed', 'expired') AS state, count(*) AS value FROM
  users.data_export_requests GROUP BY 1;

-- indico_data_exports_oldest_running_timestamp_seconds
SELECT pg_temp.epoch(min(r.requested_dt)) AS value FROM users.data_export_requests r, :n WHERE r.state = 1 AND
  r.requested_dt > n.t - interval '7 days' AND r.requested_dt <= n.t HAVING count(*) > 0;

-- indico_attachment_uploads_1d
SELECT count(*) AS value, COALESCE(sum(x.size), 0) AS indico_attachment_uploads_1d_bytes FROM attachments.files x,
  :n WHERE x.created_dt > n.t - interval '1 day' AND x.created_dt <= n.t;

\define att FROM attachments.attachments a JOIN attachments.folders f ON f.id = a.folder_id AND NOT f.is_deleted
  LEFT JOIN attachments.files x ON x.id = a.file_id LEFT JOIN events.events e ON e.id = f.event_id LEFT JOIN
  categories.categories k ON k.id = f.category_id LEFT JOIN events.sessions s ON s.id = f.session_id LEFT JOIN
  events.subcontributions sc ON sc.id = f.subcontribution_id LEFT JOIN events.contributions c ON c.id =
  COALESCE(f.contribution_id, sc.contribution_id) WHERE NOT a.is_deleted AND NOT COALESCE(e.is_deleted,
  k.is_deleted) AND NOT COALESCE(s.is_deleted, false) AND NOT COALESCE(sc.is_deleted, false) AND NOT
  COALESCE(c.is_deleted, false)

-- indico_attachments
SELECT CASE a.type WHEN 1 THEN 'file' WHEN 2 THEN 'link' ELSE 'unknown' END AS attachment_type, pg_temp.word(f.link_type,
  'category', 'event', 'contribution', 'subcontribution', 'session') AS object_type, count(*) AS value :att GROUP BY
  1, 2;

-- indico_attachment_bytes
SELECT pg_temp.word(f.link_type, 'category', 'event', 'contribution', 'subcontribution', 'session') AS object_type,
  COALESCE(sum(x.size), 0) AS value :att AND a.type = 1 GROUP BY 1;

-- indico_stored_files
SELECT source, backend, count(*) AS value, COALESCE(sum(size), 0) AS indico_stored_file_bytes FROM (SELECT
  'attachment' AS source, storage_backend AS backend, size FROM attachments.files UNION ALL SELECT CASE WHEN EXISTS
  (SELECT 1 FROM event_editing.revision_files v WHERE v.file_id = g.id) THEN 'editing' ELSE 'generic' END,
  g.storage_backend, g.size FROM indico.files g UNION ALL SELECT 'abstract', storage_backend, size FROM
  event_abstracts.files UNION ALL SELECT 'paper', storage_backend, size FROM event_paper_reviewing.files UNION ALL
  SELECT 'paper_template', storage_backend, size FROM event_paper_reviewing.templates UNION ALL SELECT
  'registration', storage_backend, size FROM event_registration.registration_data WHERE storage_backend IS NOT NULL
  UNION ALL SELECT 'layout_image', storage_backend, size FROM events.image_files UNION ALL SELECT 'static_site',
  storage_backend, size FROM events.static_sites WHERE storage_backend IS NOT NULL UNION ALL SELECT
  'designer_image', storage_backend, size FROM indico.designer_image_files) f GROUP BY 1, 2;

-- indico_unclaimed_files
SELECT CASE WHEN (meta -> 'deletion_failed') IS NOT NULL THEN 'deletion_failed' ELSE 'waiting' END AS state,
  count(*) AS value, COALESCE(sum(size), 0) AS indico_unclaimed_file_bytes FROM indico.files WHERE NOT claimed GROUP
  BY 1;

-- indico_unclaimed_files_oldest_waiting_timestamp_seconds
SELECT pg_temp.epoch(min(created_dt)) AS value FROM indico.files WHERE NOT claimed AND (meta -> 'deletion_failed') IS NULL
  HAVING count(*) > 0;

-- indico_database_blob_bytes
SELECT source, COALESCE(sum(n), 0) AS value FROM (SELECT 'event_logo' AS source, octet_length(logo) AS n FROM
  events.events UNION ALL SELECT 'category_icon', octet_length(icon) FROM categories.categories UNION ALL SELECT
  'category_logo', octet_length(logo) FROM categories.categories UNION ALL SELECT 'user_picture',
  octet_length(picture) FROM users.users UNION ALL SELECT 'room_photo', octet_length(data) FROM roombooking.photos
  UNION ALL SELECT 'agreement', octet_length(attachment) FROM events.agreements) b GROUP BY 1;

-- indico_notes
SELECT pg_temp.word(n.link_type, NULL, 'event', 'contribution', 'subcontribution', 'session') AS object_type, count(*) AS
  value FROM events.notes n JOIN events.events e ON e.id = n.event_id AND NOT e.is_deleted LEFT JOIN events.sessions
  s ON s.id = n.session_id LEFT JOIN events.subcontributions sc ON sc.id = n.subcontribution_id LEFT JOIN
  events.contributions c ON c.id = COALESCE(n.contribution_id, sc.contribution_id) WHERE NOT n.is_deleted AND NOT
  COALESCE(s.is_deleted, false) AND NOT COALESCE(sc.is_deleted, false) AND NOT COALESCE(c.is_deleted, false) GROUP
  BY 1;

-- indico_rooms
SELECT l.name AS location, count(*) AS value, count(*) FILTER (WHERE r.is_reservable) AS indico_reservable_rooms,
  COALESCE(sum(r.capacity), 0) AS indico_room_seats FROM roombooking.rooms r JOIN roombooking.locations l ON l.id =
  r.location_id WHERE NOT r.is_deleted GROUP BY 1 ORDER BY min(l.id);

\define book FROM roombooking.reservations b JOIN roombooking.rooms r ON r.id = b.room_id AND NOT r.is_deleted

-- indico_room_bookings
SELECT pg_temp.word(b.state, 'pending', 'accepted', 'cancelled', 'rejected') AS state, count(*) AS value :book GROUP BY 1;

-- indico_room_bookings_created_1d
SELECT count(*) FILTER (WHERE b.created_dt > n.t - interval '1 day') AS value, count(*) FILTER (WHERE b.created_dt >
  n.t - interval '7 days') AS indico_room_bookings_created_7d, count(*) AS indico_room_bookings_created_30d :book,
  :n WHERE b.created_dt > n.t - interval '30 days' AND b.created_dt <= n.t;

-- indico_room_bookings_oldest_pending_timestamp_seconds
SELECT pg_temp.epoch(min(b.created_dt)) AS value :book, :ln WHERE b.state = 1 AND b.end_dt >= n.t HAVING count(*) > 0;

-- indico_room_booking_occurrences
SELECT pg_temp.word(o.state - 1, 'valid', 'cancelled', 'rejected') AS state, count(*) AS value FROM
  roombooking.reservation_occurrences o JOIN roombooking.reservations b ON b.id = o.reservation_id JOIN
  roombooking.rooms r ON r.id = b.room_id AND NOT r.is_deleted GROUP BY 1;

-- indico_rooms_in_use
SELECT l.name AS location, count(DISTINCT r.id) FILTER (WHERE o.reservation_id IS NOT NULL) AS value FROM :ln CROSS
  JOIN roombooking.rooms r JOIN roombooking.locations l ON l.id = r.location_id LEFT JOIN (roombooking.reservations
  b JOIN roombooking.reservation_occurrences o ON o.reservation_id = b.id AND o.state = 2 AND b.state IN (2, 3)) ON
  b.room_id = r.id AND o.start_dt <= n.t AND o.end_dt > n.t AND o.start_dt > n.t - interval '2 days' WHERE NOT
  r.is_deleted GROUP BY 1 ORDER BY min(l.id);

-- indico_room_bookings_starting_1h
SELECT count(*) AS value FROM :ln JOIN roombooking.reservation_occurrences o ON o.state = 2 AND o.start_dt > n.t AND
  o.start_dt <= n.t + interval '1 hour' JOIN roombooking.reservations b ON b.id = o.reservation_id AND b.state = 2
  JOIN roombooking.rooms r ON r.id = b.room_id AND NOT r.is_deleted;

-- indico_room_booked_today_seconds
SELECT l.name AS location, COALESCE(sum(GREATEST(0, extract(epoch FROM LEAST(x.end_dt, w.d + interval '1 day') -
  GREATEST(x.start_dt, w.d)))) FILTER (WHERE x.room_id IS NOT NULL), 0) AS value FROM (SELECT date_trunc('day',
  :now AT TIME ZONE :zone) AS d) w CROSS JOIN roombooking.rooms r JOIN roombooking.locations l ON l.id =
  r.location_id LEFT JOIN (SELECT b.room_id, o.start_dt, o.end_dt FROM roombooking.reservation_occurrences o JOIN
  roombooking.reservations b ON b.id = o.reservation_id WHERE o.state = 2 AND b.state IN (2, 3)) x ON x.room_id =
  r.id AND x.start_dt >= w.d - interval '30 days' AND x.start_dt < w.d + interval '1 day' AND x.end_dt > w.d WHERE
  NOT r.is_deleted GROUP BY 1 ORDER BY min(l.id);

-- indico_room_worktime_booked_7d_seconds
SELECT l.name AS location, COALESCE(sum(x.s) FILTER (WHERE x.d >= w.d - 7), 0) AS value, COALESCE(sum(x.s), 0) AS
  indico_room_worktime_booked_30d_seconds FROM (SELECT (:now AT TIME ZONE :zone)::date AS d) w CROSS JOIN
  roombooking.rooms r JOIN roombooking.locations l ON l.id = r.location_id LEFT JOIN (SELECT b.room_id,
  o.start_dt::date AS d, GREATEST(0, extract(epoch FROM LEAST(o.end_dt::time, time '12:30') -
  GREATEST(o.start_dt::time, time '08:30'))) + GREATEST(0, extract(epoch FROM LEAST(o.end_dt::time, time '17:30') -
  GREATEST(o.start_dt::time, time '13:30'))) AS s FROM roombooking.reservation_occurrences o JOIN
  roombooking.reservations b ON b.id = o.reservation_id, (SELECT (:now AT TIME ZONE :zone)::date AS d) v WHERE
  o.state = 2 AND o.start_dt >= v.d - 30 AND o.start_dt < v.d AND o.end_dt::date < v.d AND extract(dow FROM
  o.start_dt) BETWEEN 1 AND 5) x ON x.room_id = r.id WHERE NOT r.is_deleted GROUP BY 1 ORDER BY min(l.id);

-- indico_room_worktime_7d_seconds
SELECT l.name AS location, count(*) * 28800 * (SELECT count(*) FROM generate_series(w.d - 7, w.d - 1, interval '1
  day') g WHERE extract(dow FROM g) BETWEEN 1 AND 5) AS value, count(*) * 28800 * (SELECT count(*) FROM
  generate_series(w.d - 30, w.d - 1, interval '1 day') g WHERE extract(dow FROM g) BETWEEN 1 AND 5) AS
  indico_room_worktime_30d_seconds FROM (SELECT (:now AT TIME ZONE :zone)::date AS d) w CROSS JOIN roombooking.rooms
  r JOIN roombooking.locations l ON l.id = r.location_id WHERE NOT r.is_deleted GROUP BY l.name, w.d ORDER BY
  min(l.id);

-- indico_room_blockings
SELECT CASE WHEN end_date < d.t THEN 'past' WHEN start_date > d.t THEN 'future' ELSE 'active' END AS state, count(*)
  AS value FROM roombooking.blockings, (SELECT (:now AT TIME ZONE :zone)::date AS t) d GROUP BY 1;

-- indico_blocked_rooms
SELECT pg_temp.word(br.state + 1, 'pending', 'accepted', 'rejected') AS state, count(*) AS value FROM
  roombooking.blocked_rooms br JOIN roombooking.blockings b ON b.id = br.blocking_id WHERE b.end_date >= (:now AT
  TIME ZONE :zone)::date GROUP BY 1;

-- indico_vc_rooms
SELECT type AS vc_type, pg_temp.word(status, 'created', 'deleted') AS state, count(*) AS value FROM events.vc_rooms GROUP BY
  1, 2 ORDER BY min(id);

-- indico_ongoing_vc_rooms
SELECT v.type AS vc_type, count(DISTINCT v.id) FILTER (WHERE e.id IS NOT NULL) AS value FROM events.vc_rooms v LEFT
  JOIN (events.vc_room_events a JOIN events.events e ON e.id = a.event_id AND NOT e.is_deleted AND e.end_dt >= :utc
  AND e.start_dt <= :utc) ON a.vc_room_id = v.id AND v.status = 1 GROUP BY 1 ORDER BY min(v.id);

-- indico_livesync_queue_entries
SELECT g.name AS agent, pg_temp.word(q.type, 'category', 'event', 'contribution', 'subcontribution', 'session', 'note',
  'attachment') AS object_type, count(*) AS value FROM plugin_livesync.queues q JOIN plugin_livesync.agents g ON
  g.id = q.agent_id WHERE NOT q.processed GROUP BY 1, 2 ORDER BY min(g.id);

-- indico_livesync_processed_entries
SELECT g.name AS agent, count(q.id) AS value FROM plugin_livesync.agents g LEFT JOIN plugin_livesync.queues q ON
  q.agent_id = g.id AND q.processed GROUP BY 1 ORDER BY min(g.id);

-- indico_livesync_queue_oldest_entry_timestamp_seconds
SELECT g.name AS agent, pg_temp.epoch(min(q.timestamp)) AS value FROM plugin_livesync.queues q JOIN plugin_livesync.agents g
  ON g.id = q.agent_id WHERE NOT q.processed AND q.type <> 1 GROUP BY 1 ORDER BY min(g.id);

-- indico_livesync_queue_oldest_category_entry_timestamp_seconds
SELECT g.name AS agent, pg_temp.epoch(min(q.timestamp)) AS value FROM plugin_livesync.queues q JOIN plugin_livesync.agents g
  ON g.id = q.agent_id WHERE NOT q.processed AND q.type = 1 GROUP BY 1 ORDER BY min(g.id);

-- indico_livesync_agent_last_run_timestamp_seconds
SELECT name AS agent, pg_temp.epoch(min(last_run)) AS value, min(initial_data_exported::int) AS
  indico_livesync_agent_initial_export_done FROM plugin_livesync.agents GROUP BY 1 ORDER BY min(id);

-- indico_livesync_agent_info
SELECT name AS agent, backend_name AS backend, 1 AS value FROM plugin_livesync.agents GROUP BY 1, 2 ORDER BY min(id);

-- indico_livesync_queue_runs_disabled
SELECT COALESCE((SELECT (value = 'true')::int FROM indico.settings WHERE module = 'plugin_livesync' AND name =
  'disable_queue_runs'), 0) AS value;

-- indico_livesync_category_changes_skipped
SELECT COALESCE((SELECT (value = 'true')::int FROM indico.settings WHERE module = 'plugin_livesync' AND name =
  'skip_category_changes'), 0) AS value;

\define tail FROM events.logs l, :n WHERE l.id > (SELECT COALESCE(max(id), 0) - 200000 FROM events.logs) AND
  l.logged_dt > n.t - interval '1 day' AND l.logged_dt <= n.t

-- indico_event_emails_1d
SELECT CASE WHEN l.data ->> 'state' IN ('pending', 'sent', 'failed') THEN l.data ->> 'state' ELSE 'unknown' END AS
  state, count(*) AS value :tail AND l.realm = 5 AND l.type = 'email' GROUP BY 1;

-- indico_event_emails_oldest_pending_timestamp_seconds
SELECT pg_temp.epoch(min(l.logged_dt)) AS value :tail AND l.realm = 5 AND l.type = 'email' AND l.data ->> 'state' =
  'pending' HAVING count(*) > 0;

-- indico_event_emails_newest_sent_timestamp_seconds
SELECT pg_temp.epoch(max(l.logged_dt)) AS value :tail AND l.realm = 5 AND l.type = 'email' AND l.data ->> 'state' = 'sent'
  HAVING count(*) > 0;

-- indico_event_log_entries_1d
SELECT pg_temp.word(l.realm, 'event', 'management', 'participants', 'reviewing', 'emails') AS realm, count(*) AS value :tail
  GROUP BY 1;

-- indico_event_log_users_1d
SELECT count(DISTINCT l.user_id) AS value :tail;

-- indico_event_log_newest_entry_timestamp_seconds
SELECT pg_temp.epoch(max(l.logged_dt)) AS value FROM events.logs l WHERE l.id > (SELECT COALESCE(max(id), 0) - 200000 FROM
  events.logs) AND l.logged_dt <= :utc HAVING count(*) > 0;

-- indico_app_log_entries_1d
SELECT pg_temp.word(l.realm, 'system', 'admin', 'emails') AS realm, count(*) AS value FROM indico.logs l, :n WHERE l.id >
  (SELECT COALESCE(max(id), 0) - 200000 FROM indico.logs) AND l.logged_dt > n.t - interval '1 day' AND l.logged_dt
  <= n.t GROUP BY 1;
