-- The rows of an Indico that has grown for twenty years, one section for each table. A new table is a new section.
--
-- \set gives the number of rows at factor 1; SyntheticIndico scales it and replaces the words after a colon. Ids follow
-- time, and children follow their parents, so that the rows of one event lie near each other. About one row in ten is
-- deleted at each level. The widths of texts are guesses; the metrics read a few bytes of each row.

-- Returns a number from 0 to 1, always the same for a row and a purpose.
CREATE OR REPLACE FUNCTION pg_temp.dice(bigint, purpose integer) RETURNS double precision IMMUTABLE LANGUAGE sql AS
$$ SELECT (hashint8extended($1, purpose + :seed * 1000::bigint) & 1048575) / 1048576.0 $$;

-- Returns the parent of a child, if the children are divided evenly among the parents, in order.
CREATE OR REPLACE FUNCTION pg_temp.parent(child bigint, children bigint, parents bigint) RETURNS bigint
IMMUTABLE LANGUAGE sql AS
$$ SELECT (child * parents + children - 1) / children $$;

-- Returns the last child of this parent, or of an earlier one if it has none.
CREATE OR REPLACE FUNCTION pg_temp.last_child(parent bigint, children bigint, parents bigint) RETURNS bigint
IMMUTABLE LANGUAGE sql AS
$$ SELECT parent * children / parents $$;

-- Returns the id of a row at a place. Both are equal, except in the shuffled variant. 7919 is prime, so ids stay unique.
CREATE OR REPLACE FUNCTION pg_temp.placed(place bigint, places bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS
$$ SELECT CASE WHEN :shuffled THEN 1 + (place - 1) * 7919 % places ELSE place END $$;

-- Returns all ids in order, each with its place.
CREATE OR REPLACE FUNCTION pg_temp.ids(places bigint) RETURNS TABLE (id bigint, place bigint) IMMUTABLE LANGUAGE sql AS
$$ SELECT pg_temp.placed(i, places), i FROM generate_series(1, places) i ORDER BY 1 $$;

-- Returns when the n-th row was made, if the rows were made at an even pace over twenty years.
CREATE OR REPLACE FUNCTION pg_temp.moment(n bigint, rows bigint) RETURNS timestamp IMMUTABLE LANGUAGE sql AS
$$ SELECT :now - make_interval(secs => 6.3e8 * (1 - n::float8 / rows)) $$;

CREATE OR REPLACE FUNCTION pg_temp.words(double precision) RETURNS text IMMUTABLE LANGUAGE sql AS
$$ SELECT left(repeat('An afternoon on detectors, with coffee after the second talk. ', 16), $1::integer) $$;

\set users 300000
INSERT INTO users.users (id, first_name, last_name, title, affiliation, phone, address, is_system, is_admin, is_blocked,
  is_pending, is_deleted, signing_secret, picture_metadata, picture_source, created_dt)
SELECT i, 'First ' || i, 'Last ' || i, 0, 'Institute ' || i % 500, '', '', i = 0, false, false,
  i > 0 AND pg_temp.dice(i, 1) < 0.2, i > 0 AND pg_temp.dice(i, 2) < 0.1, md5(i::text)::uuid, 'null', 0,
  pg_temp.moment(i, :users)
FROM generate_series(0, :users) i
ON CONFLICT DO NOTHING;

-- Deleted and pending users cannot log in. Some of the others can in two ways, so that there are as many as users.
INSERT INTO users.identities (id, user_id, provider, identifier, multipass_data, data, last_login_dt)
SELECT 2 * u.id - nth, u.id, provider, 'login' || u.id, '{}',
  jsonb_build_object('email', 'user' || u.id || '@example.org'),
  :now - make_interval(secs => 6.3e8 * pg_temp.dice(2 * u.id - nth, 3) ^ 2)
FROM users.users u
CROSS JOIN (VALUES (0, 'sso', 1.0), (1, 'indico', 0.39)) AS logins (nth, provider, share)
WHERE u.id > 0 AND NOT u.is_pending AND NOT u.is_deleted AND pg_temp.dice(u.id, 6) < share;

-- Each category has four below it; only those with none below are deleted.
\set categories 15000
INSERT INTO categories.categories (id, parent_id, is_deleted, position, icon_metadata, logo_metadata, timezone,
  default_event_themes, event_creation_mode, event_creation_notification_emails, event_message_mode, event_message,
  suggestions_disabled, notify_managers, show_future_months, google_wallet_mode, google_wallet_settings,
  apple_wallet_mode, apple_wallet_settings, is_flat_view_enabled, title, description, protection_mode,
  no_access_contact)
SELECT i, CASE WHEN i > 0 THEN (i - 1) / 4 END, i > :categories / 4 AND pg_temp.dice(i, 4) < 0.13, i, 'null', 'null',
  'Europe/Zurich', '{}', 3, '{}', 0, '', false, false, 0, 0, '{}', 0, '{}', false, 'Category ' || i,
  pg_temp.words(200 * pg_temp.dice(i, 5)), CASE WHEN i = 0 THEN 0 ELSE 1 END, ''
FROM generate_series(0, :categories) i
ON CONFLICT DO NOTHING;

-- A deleted category lived for half of the time from its creation to now.
INSERT INTO categories.logs (id, logged_dt, kind, module, type, summary, data, meta, category_id, realm, user_id)
SELECT 2 * c.id + nth, created + nth * (:now - created) / 2, 2 + nth, 'Category', 'simple', summary, '{}', '{}', c.id, 1,
  NULL
FROM categories.categories c
CROSS JOIN (VALUES (0, 'Category created'), (1, 'Category deleted')) AS changes (nth, summary)
CROSS JOIN LATERAL (SELECT pg_temp.moment(c.id, :categories) AS created) a
WHERE c.id > 0 AND (nth = 0 OR c.is_deleted);

-- No live event is in a deleted category; it is in the parent instead. Some events are in no category.
\set events 1000000
INSERT INTO events.events (id, is_deleted, is_locked, creator_id, category_id, label_message, created_dt, start_dt,
  end_dt, timezone, type, keywords, logo_metadata, stylesheet_metadata, map_url, subcontrib_speakers_can_submit,
  last_friendly_registration_id, last_friendly_contribution_id, last_friendly_session_id, title, description,
  venue_name, room_name, address, protection_mode, access_key, no_access_contact)
SELECT e.id, pg_temp.dice(e.id, 10) < 0.1, false, 1 + (pg_temp.dice(e.id, 11) * (:users - 1))::integer,
  CASE WHEN pg_temp.dice(e.id, 17) >= 0.02 THEN CASE WHEN c.is_deleted THEN c.parent_id ELSE c.id END END,
  '', created, starts, starts + make_interval(hours => 1 + (70 * pg_temp.dice(e.id, 12) ^ 3)::integer),
  'Europe/Zurich', 1 + (e.id % 3), '{}', 'null', 'null', '', false, 0,
  pg_temp.last_child(place, :contributions, :events) - pg_temp.last_child(place - 1, :contributions, :events),
  pg_temp.last_child(place, :sessions, :events) - pg_temp.last_child(place - 1, :sessions, :events),
  'Event ' || e.id || pg_temp.words(60 * pg_temp.dice(e.id, 13)),
  pg_temp.words(greatest(0, 800 * pg_temp.dice(e.id, 14) - 300)), '', '', '', 1, '', ''
FROM pg_temp.ids(:events) e
CROSS JOIN LATERAL (SELECT pg_temp.moment(e.id, :events) AS created) a
CROSS JOIN LATERAL (
  SELECT date_trunc('hour', created) + make_interval(hours => (2400 * pg_temp.dice(e.id, 15))::integer) AS starts) b
JOIN categories.categories c ON c.id = (pg_temp.dice(e.id, 16) * :categories)::integer
ORDER BY e.id;

\set sessions 500000
INSERT INTO events.sessions (id, friendly_id, event_id, title, code, default_contribution_duration, is_deleted,
  description, text_color, background_color, protection_mode, inherit_location, venue_name, room_name, address)
SELECT i, i - pg_temp.last_child(event - 1, :sessions, :events), pg_temp.placed(event, :events), 'Session ' || i, '',
  '20 minutes', pg_temp.dice(i, 20) < 0.1, pg_temp.words(100 * pg_temp.dice(i, 21)), '#1d041f', '#eeeeee', 1, true, '',
  '', ''
FROM generate_series(1, :sessions) i
CROSS JOIN LATERAL (SELECT pg_temp.parent(i, :sessions, :events) AS event) a;

-- A contribution is in the last session of its event, if there is one that is live.
\set contributions 3000000
INSERT INTO events.contributions (id, friendly_id, event_id, session_id, code, duration, board_number, keywords,
  is_deleted, last_friendly_subcontribution_id, description, title, render_mode, protection_mode, inherit_location,
  venue_name, room_name, address)
SELECT c.id, c.id - pg_temp.last_child(event - 1, :contributions, :events), pg_temp.placed(event, :events),
  CASE WHEN session > pg_temp.last_child(event - 1, :sessions, :events) AND pg_temp.dice(session, 20) >= 0.1
    THEN session END,
  '', '20 minutes', '', '{}', pg_temp.dice(c.id, 30) < 0.1,
  pg_temp.last_child(place, :subcontributions, :contributions)
    - pg_temp.last_child(place - 1, :subcontributions, :contributions),
  pg_temp.words(greatest(0, 600 * pg_temp.dice(c.id, 31) - 300)),
  'Contribution ' || c.id || pg_temp.words(60 * pg_temp.dice(c.id, 32)), 2, 1, true, '', '', ''
FROM pg_temp.ids(:contributions) c
CROSS JOIN LATERAL (SELECT pg_temp.parent(c.id, :contributions, :events) AS event) a
CROSS JOIN LATERAL (SELECT pg_temp.last_child(event, :sessions, :events) AS session) b;

\set subcontributions 400000
INSERT INTO events.subcontributions (id, friendly_id, contribution_id, position, code, duration, is_deleted,
  description, title, render_mode)
SELECT i, i - pg_temp.last_child(contribution - 1, :subcontributions, :contributions),
  pg_temp.placed(contribution, :contributions), i % 10, '', '10 minutes', pg_temp.dice(i, 40) < 0.1, '',
  'Subcontribution ' || i, 2
FROM generate_series(1, :subcontributions) i
CROSS JOIN LATERAL (SELECT pg_temp.parent(i, :subcontributions, :contributions) AS contribution) a;

-- Returns the object that the n-th folder or note belongs to, by the code of the link's type.
CREATE OR REPLACE FUNCTION pg_temp.link(n bigint, rows bigint, type integer)
RETURNS TABLE (category bigint, event bigint, contribution bigint, subcontribution bigint, session bigint)
IMMUTABLE LANGUAGE sql AS
$$ SELECT CASE WHEN type = 1 THEN 1 + n % :categories END,
  CASE WHEN type = 2 THEN pg_temp.placed(pg_temp.parent(n, rows, :events), :events) END,
  CASE WHEN type = 3 THEN pg_temp.placed(pg_temp.parent(n, rows, :contributions), :contributions) END,
  CASE WHEN type = 4 THEN pg_temp.parent(n, rows, :subcontributions) END,
  CASE WHEN type = 5 THEN pg_temp.parent(n, rows, :sessions) END $$;

-- Returns the event of this object.
CREATE OR REPLACE FUNCTION pg_temp.event_of(event bigint, contribution bigint, subcontribution bigint, session bigint)
RETURNS bigint IMMUTABLE LANGUAGE sql AS
$$ SELECT coalesce(event, pg_temp.placed(coalesce(
  pg_temp.parent(contribution, :contributions, :events),
  pg_temp.parent(pg_temp.placed(pg_temp.parent(subcontribution, :subcontributions, :contributions), :contributions),
    :contributions, :events),
  pg_temp.parent(session, :sessions, :events)), :events)) $$;

\set folders 2500000
INSERT INTO attachments.folders (id, description, is_deleted, is_default, is_always_visible, is_hidden, link_type,
  category_id, event_id, linked_event_id, session_id, contribution_id, subcontribution_id, protection_mode)
SELECT i, '', pg_temp.dice(i, 50) < 0.1, false, true, false, type, category,
  pg_temp.event_of(event, contribution, subcontribution, session), event, session, contribution, subcontribution, 1
FROM generate_series(1, :folders) i
CROSS JOIN LATERAL (SELECT pg_temp.dice(i, 51) AS die) a
CROSS JOIN LATERAL (
  SELECT CASE WHEN die < 0.45 THEN 3 WHEN die < 0.95 THEN 2 WHEN die < 0.97 THEN 4 WHEN die < 0.99 THEN 5 ELSE 1 END
    AS type) b
CROSS JOIN LATERAL pg_temp.link(i, :folders, type) c;

-- Every tenth attachment is a link; the others have files, of which the last is the current version.
\set attachments 4000000
INSERT INTO attachments.attachments (id, folder_id, user_id, is_deleted, description, modified_dt, type, link_url,
  annotations, title, protection_mode, file_id)
SELECT i, pg_temp.placed(pg_temp.parent(i, :attachments, :folders), :folders),
  1 + (pg_temp.dice(i, 60) * (:users - 1))::integer, pg_temp.dice(i, 61) < 0.1, '', pg_temp.moment(i, :attachments),
  CASE WHEN i % 10 = 0 THEN 2 ELSE 1 END, CASE WHEN i % 10 = 0 THEN 'https://example.org/' || i END, '{}',
  'slides ' || i, 1, CASE WHEN i % 10 > 0 THEN
    pg_temp.placed(pg_temp.last_child(i - i / 10, :files, :attachments - :attachments / 10), :files) END
FROM generate_series(1, :attachments) i;

\set files 4200000
INSERT INTO attachments.files (id, attachment_id, user_id, filename, content_type, size, md5, storage_backend,
  storage_file_id, created_dt)
SELECT f.id, nth + (nth - 1) / 9, 1 + (pg_temp.dice(f.id, 70) * (:users - 1))::integer, 'slides-' || f.id || '.pdf',
  'application/pdf', (3e7 * pg_temp.dice(f.id, 71) ^ 4)::bigint, md5(f.id::text), 'default',
  'event/' || nth / 4 || '/' || f.id || '.pdf', pg_temp.moment(place, :files)
FROM pg_temp.ids(:files) f
CROSS JOIN LATERAL (SELECT pg_temp.parent(place, :files, :attachments - :attachments / 10) AS nth) a;

-- A deleted note is empty, and so is its last revision.
\set notes 300000
INSERT INTO events.notes (id, is_deleted, html, current_revision_id, link_type, event_id, linked_event_id, session_id,
  contribution_id, subcontribution_id)
SELECT i, is_deleted, CASE WHEN is_deleted THEN '' ELSE pg_temp.words(1 + 900 * pg_temp.dice(i, 81)) END,
  pg_temp.last_child(i, :note_revisions, :notes), type,
  pg_temp.event_of(event, contribution, subcontribution, session), event, session, contribution, subcontribution
FROM generate_series(1, :notes) i
CROSS JOIN LATERAL (SELECT pg_temp.dice(i, 80) < 0.1 AS is_deleted, pg_temp.dice(i, 82) AS die) a
CROSS JOIN LATERAL (
  SELECT CASE WHEN die < 0.7 THEN 2 WHEN die < 0.9 THEN 3 WHEN die < 0.92 THEN 4 ELSE 5 END AS type) b
CROSS JOIN LATERAL pg_temp.link(i, :notes, type) c;

\set note_revisions 400000
INSERT INTO events.note_revisions (id, note_id, user_id, created_dt, render_mode, source, html)
SELECT i, n.id, 1 + (pg_temp.dice(i, 83) * (:users - 1))::integer, pg_temp.moment(i, :note_revisions), 2, text, text
FROM generate_series(1, :note_revisions) i
JOIN events.notes n ON n.id = pg_temp.parent(i, :note_revisions, :notes)
CROSS JOIN LATERAL (SELECT CASE WHEN i = n.current_revision_id THEN n.html ELSE pg_temp.words(90) END AS text) a
ORDER BY i;

INSERT INTO roombooking.locations (id, name, map_url_template, room_name_format, is_deleted)
VALUES (1, 'Site', '', '{building}/{floor}-{number}', false),
  (2, 'Former site', '', '{building}/{floor}-{number}', true);

-- No live room is in the deleted location.
\set rooms 1500
INSERT INTO roombooking.rooms (id, location_id, division, building, floor, number, notification_emails,
  reservations_need_confirmation, notifications_enabled, end_notifications_enabled, telephone, key_location, comments,
  owner_id, is_deleted, is_reservable, protection_mode)
SELECT i, CASE WHEN is_deleted AND i % 2 = 0 THEN 2 ELSE 1 END, '', i / 20, i % 4, i % 20, '{}',
  pg_temp.dice(i, 90) < 0.3, true, true, '', '', '', 1 + i % :users, is_deleted, pg_temp.dice(i, 92) < 0.8,
  CASE WHEN pg_temp.dice(i, 93) < 0.4 THEN 2 ELSE 0 END
FROM generate_series(1, :rooms) i
CROSS JOIN LATERAL (SELECT pg_temp.dice(i, 91) < 0.1 AS is_deleted) a;

-- Each booking repeats for some weeks, eight on average, and all bookings lie within twelve years. To keep bookings
-- from overlapping, a room has twenty lanes, four on each working day, and each lane is cut into cells of that many
-- weeks. The n-th booking of a room takes one cell of its share.
\set bookings 400000
INSERT INTO roombooking.reservations (id, created_dt, start_dt, end_dt, repeat_frequency, repeat_interval,
  booked_for_id, booked_for_name, created_by_id, room_id, state, booking_reason, end_notification_sent, internal_note)
SELECT i, least(:now, starts - make_interval(days => (60 * pg_temp.dice(i, 105))::integer)), starts,
  starts + make_interval(weeks => weeks - 1, hours => 1 + (2 * pg_temp.dice(i, 100))::integer), 2, 1,
  1 + (pg_temp.dice(i, 101) * (:users - 1))::integer, 'Last, First', 1 + (pg_temp.dice(i, 101) * (:users - 1))::integer,
  1 + (i - 1) % :rooms, CASE WHEN die < 0.7 THEN 2 WHEN die < 0.88 THEN 3 WHEN die < 0.98 THEN 4 ELSE 1 END,
  pg_temp.words(60 * pg_temp.dice(i, 104)), false, ''
FROM generate_series(1, :bookings) i
CROSS JOIN LATERAL (SELECT pg_temp.dice(i, 103) AS die, (i - 1) / :rooms AS nth, (:bookings - 1) / :rooms + 1 AS rows,
  (:occurrences / :bookings)::integer AS weeks) a
CROSS JOIN LATERAL (SELECT 20 * (628 / weeks) AS cells) b
CROSS JOIN LATERAL (SELECT (nth * cells / rows + floor(pg_temp.dice(i, 102) * (cells / rows)))::integer AS cell) c
CROSS JOIN LATERAL (
  SELECT date_trunc('week', :now) + make_interval(
    weeks => cell / 20 * weeks + cell % 20 * weeks / 20 - 620, days => cell % 5, hours => 8 + 3 * (cell / 5 % 4))
    AS starts) d;

-- A room is not used when its booking was rejected or cancelled.
\set occurrences 3200000
INSERT INTO roombooking.reservation_occurrences (reservation_id, start_dt, end_dt, notification_sent, state)
SELECT r.id, r.start_dt + make_interval(weeks => week),
  r.end_dt - make_interval(weeks => (:occurrences / :bookings)::integer - 1 - week), true,
  CASE WHEN r.state IN (3, 4) THEN r.state WHEN die < 0.85 THEN 2 WHEN die < 0.95 THEN 3 ELSE 4 END
FROM roombooking.reservations r
CROSS JOIN generate_series(0, (:occurrences / :bookings)::integer - 1) week
CROSS JOIN LATERAL (SELECT pg_temp.dice(r.id * 64 + week, 110) AS die) a
ORDER BY r.id, week;

INSERT INTO plugin_livesync.agents (id, backend_name, name, initial_data_exported, last_run, settings)
VALUES (1, 'search', 'Search', true, :now, '{}');

-- Half of the entries are not processed. A few are about a category, and so about all events in it.
\set queued 50000
INSERT INTO plugin_livesync.queues (id, agent_id, timestamp, processed, change, type, category_id, event_id,
  contribution_id)
SELECT i, 1, :now - make_interval(secs => :queued - i), i <= :queued / 2, 4, type,
  CASE WHEN type = 1 THEN 1 + (pg_temp.dice(i, 121) * (:categories - 1))::integer END,
  CASE WHEN type = 2 THEN 1 + (pg_temp.dice(i, 122) * (:events - 1))::integer END,
  CASE WHEN type = 3 THEN 1 + (pg_temp.dice(i, 123) * (:contributions - 1))::integer END
FROM generate_series(1, :queued) i
CROSS JOIN LATERAL (
  SELECT CASE WHEN i > :queued - 7 THEN 1 WHEN pg_temp.dice(i, 120) < 0.5 THEN 2 ELSE 3 END AS type) a;

-- Every third entry is an email. Those of the last days may still wait or have failed.
\set logs 1000000
INSERT INTO events.logs (id, logged_dt, kind, module, type, summary, data, meta, event_id, realm, user_id)
SELECT i, logged, 2, CASE WHEN is_email THEN 'Emails' ELSE 'Event' END, CASE WHEN is_email THEN 'email' ELSE 'simple' END,
  CASE WHEN is_email THEN 'Sent email' ELSE 'Event created' END,
  json_build_object('text', pg_temp.words(300 * pg_temp.dice(i, 130)), 'state', CASE
    WHEN is_email AND i > :logs - 5 THEN 'pending' WHEN is_email AND pg_temp.dice(i, 132) < 0.01 THEN 'failed'
    WHEN is_email THEN 'sent' END),
  '{}', pg_temp.placed(pg_temp.parent(i, :logs, :events), :events), CASE WHEN is_email THEN 5 ELSE 1 + i % 4 END,
  1 + (pg_temp.dice(i, 131) * (:users - 1))::integer
FROM generate_series(1, :logs) i
CROSS JOIN LATERAL (SELECT pg_temp.moment(i, :logs) AS logged, i % 3 = 0 AS is_email) a;

\set app_logs 20000
INSERT INTO indico.logs (id, logged_dt, kind, module, type, summary, data, meta, realm, user_id)
SELECT i, pg_temp.moment(i, :app_logs), 2, 'Auth', 'simple', 'Changed', '{}', '{}', 1 + i % 2,
  1 + (pg_temp.dice(i, 140) * (:users - 1))::integer
FROM generate_series(1, :app_logs) i;

-- Every user has joined, and every third entry is something else.
\set user_logs 450000
INSERT INTO users.logs (id, logged_dt, kind, module, type, summary, data, meta, target_user_id, realm, user_id)
SELECT i, pg_temp.moment(i, :user_logs), 1, 'User', 'simple',
  CASE WHEN i % 3 = 0 THEN 'Changed the profile' ELSE 'User created' END, '{}', '{}', 1 + i % :users, 1, NULL
FROM generate_series(1, :user_logs) i;

INSERT INTO indico.settings (id, module, name, value)
SELECT 1000 + row_number() OVER (), module, name, value
FROM (VALUES
  ('celery', 'last_ping', to_jsonb(to_char(:now - interval '7 minutes', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'))),
  ('celery', 'last_ping_version', '"3.3.14"'),
  ('announcement', 'enabled', 'true'),
  ('announcement', 'message', '"The service is down for maintenance on Sunday."')) AS settings (module, name, value)
ON CONFLICT DO NOTHING;

\set move_requests 3000
INSERT INTO categories.event_move_requests (id, event_id, category_id, requestor_id, state, requestor_comment,
  moderator_comment, requested_dt)
SELECT i, 1 + i % :events, 1 + i % :categories, 1 + i % :users, CASE WHEN i > :move_requests - 20 THEN 0 ELSE 1 + i % 3 END,
  '', '', pg_temp.moment(i, :move_requests)
FROM generate_series(1, :move_requests) i;

INSERT INTO users.registration_requests (id, comment, email, extra_emails, user_data, identity_data, settings)
SELECT i, '', 'request' || i || '@example.org', '{}', '{}', '{}', '{}' FROM generate_series(1, 12) i;

\set tokens 6000
INSERT INTO users.tokens (id, access_token_hash, scopes, created_dt, last_used_dt, use_count, user_id, name, revoked_dt)
SELECT i, md5('token' || i), '{}', created, created + interval '1 hour', i % 500, 1 + i % :users, 'Token ' || i,
  CASE WHEN pg_temp.dice(i, 150) < 0.3 THEN created + interval '2 hours' END
FROM generate_series(1, :tokens) i
CROSS JOIN LATERAL (SELECT pg_temp.moment(i, :tokens) AS created) a;

\set api_keys 15000
INSERT INTO users.api_keys (id, token, secret, user_id, is_active, is_blocked, is_persistent_allowed, created_dt,
  last_used_dt, use_count)
SELECT i, md5('key' || i)::uuid, md5('secret' || i)::uuid, 1 + i % :users, pg_temp.dice(i, 151) < 0.8,
  pg_temp.dice(i, 152) < 0.02, false, created, created + interval '1 day', i % 2000
FROM generate_series(1, :api_keys) i
CROSS JOIN LATERAL (SELECT pg_temp.moment(i, :api_keys) AS created) a;

INSERT INTO oauth.applications (id, name, description, client_id, client_secret, allowed_scopes, redirect_uris,
  is_enabled, is_trusted, allow_pkce_flow, system_app_type)
SELECT 100 + i, 'Application ' || i, '', md5('client' || i)::uuid, md5('client-secret' || i)::uuid, '{}', '{}',
  i % 10 > 0, i % 5 = 0, false, 0
FROM generate_series(1, 40) i;

\set oauth_links 30000
INSERT INTO oauth.application_user_links (id, application_id, user_id, scopes)
SELECT i, 101 + i / :users % 40, 1 + i % :users, '{}' FROM generate_series(1, :oauth_links) i;

\set oauth_tokens 60000
INSERT INTO oauth.tokens (id, access_token_hash, scopes, created_dt, last_used_dt, use_count, app_user_link_id)
SELECT i, md5('oauth' || i), '{}', created, created + interval '1 hour', i % 100, 1 + (i - 1) % :oauth_links
FROM generate_series(1, :oauth_tokens) i
CROSS JOIN LATERAL (SELECT pg_temp.moment(i, :oauth_tokens) AS created) a;

\set forms 100000
INSERT INTO event_registration.forms (id, event_id, title, is_participation, introduction, contact_info, start_dt,
  end_dt, modification_mode, withdraw_outside_modification, is_deleted, require_login, require_user, require_captcha,
  registration_limit, publish_registrations_public, publish_registrations_participants, publish_registration_count,
  publish_checkin_enabled, moderation_enabled, reset_approval_on_modification, private, uuid, base_price, currency,
  message_pending, message_unpaid, message_complete, attach_ical, manager_notifications_enabled,
  manager_notification_recipients, tickets_enabled, ticket_google_wallet, ticket_apple_wallet, ticket_on_email,
  ticket_on_event_page, ticket_on_summary_page, tickets_for_accompanying_persons, retention_period, is_purged,
  require_privacy_policy_agreement)
SELECT i, e.id, 'Registration ' || i, false, '', '', e.created_dt,
  CASE WHEN pg_temp.dice(i, 160) < 0.6 THEN e.start_dt END, 1, true, pg_temp.dice(i, 161) < 0.1, false, false, false,
  NULL, 0, 1, false, false, false, false, false, md5('form' || i)::uuid, CASE WHEN i % 10 = 0 THEN 50 ELSE 0 END, 'EUR',
  '', '', '', false, false, '{}', false, false, false, false, false, false, false,
  CASE WHEN pg_temp.dice(i, 162) < 0.2 THEN interval '30 days' END, pg_temp.dice(i, 163) < 0.1, false
FROM generate_series(1, :forms) i
JOIN events.events e ON e.id = pg_temp.placed(pg_temp.parent(i, :forms, :events), :events);

\set registrations 2500000
INSERT INTO event_registration.registrations (id, uuid, friendly_id, event_id, registration_form_id, user_id, state,
  base_price, price_adjustment, currency, submitted_dt, email, first_name, last_name, is_deleted, ticket_uuid,
  checked_in, rejection_reason, consent_to_publish, participant_hidden, created_by_manager, apple_wallet_serial,
  transaction_id)
SELECT i, md5('registration' || i)::uuid, friendly, f.event_id, f.id, 1 + (7919 * form + friendly) % :users,
  CASE WHEN die < 0.8 THEN 1 WHEN die < 0.85 THEN 2 WHEN die < 0.88 THEN 3 WHEN die < 0.94 THEN 4 ELSE 5 END, 0, 0,
  'EUR', pg_temp.moment(i, :registrations), 'user' || i || '@example.org', 'First ' || i, 'Last ' || i,
  pg_temp.dice(i, 172) < 0.03, md5('ticket' || i)::uuid, pg_temp.dice(i, 173) < 0.3, '', 0, false, false, '',
  CASE WHEN i % 12 = 0 AND i / 12 <= :transactions THEN i / 12 END
FROM generate_series(1, :registrations) i
CROSS JOIN LATERAL (SELECT pg_temp.parent(i, :registrations, :forms) AS form, pg_temp.dice(i, 171) AS die) a
CROSS JOIN LATERAL (SELECT i - pg_temp.last_child(form - 1, :registrations, :forms) AS friendly) b
JOIN event_registration.forms f ON f.id = form
ORDER BY i;

\set transactions 200000
INSERT INTO events.payment_transactions (id, registration_id, status, amount, currency, provider, timestamp, data)
SELECT i, least(12 * i, :registrations), CASE WHEN die < 0.85 THEN 1 WHEN die < 0.9 THEN 2 WHEN die < 0.93 THEN 3
  WHEN die < 0.97 THEN 4 ELSE 5 END, 50, 'EUR', CASE WHEN i % 3 = 0 THEN 'manual' ELSE 'sixpay' END,
  pg_temp.moment(i, :transactions), '{}'
FROM generate_series(1, :transactions) i
CROSS JOIN LATERAL (SELECT pg_temp.dice(i, 180) AS die) a;

-- Five fields in each form; registrations have data for the first two.
\set form_items 500000
INSERT INTO event_registration.form_items (id, registration_form_id, type, position, title, description, is_enabled,
  is_deleted, is_required, is_manager_only, input_type, data, retention_period, is_purged)
SELECT i, pg_temp.parent(i, :form_items, :forms), 1 + i % 2, i % 5, 'Field ' || i, '', true, false, false, false, 'text',
  '{}', CASE WHEN pg_temp.dice(i, 181) < 0.05 THEN interval '60 days' END, pg_temp.dice(i, 182) < 0.02
FROM generate_series(1, :form_items) i;

\set field_data 500000
INSERT INTO event_registration.form_field_data (id, field_id, versioned_data)
SELECT i, pg_temp.parent(i, :field_data, :form_items), '{}' FROM generate_series(1, :field_data) i;

-- Every hundredth is an uploaded file.
INSERT INTO event_registration.registration_data (registration_id, field_data_id, data, filename, content_type, size,
  md5, storage_backend, storage_file_id)
SELECT r.id, d.id, '"answer"', CASE WHEN is_file THEN 'photo.jpg' END, CASE WHEN is_file THEN 'image/jpeg' END,
  CASE WHEN is_file THEN (1e6 * pg_temp.dice(r.id, 183))::bigint END, CASE WHEN is_file THEN md5(r.id::text) END,
  CASE WHEN is_file THEN 'default' END, CASE WHEN is_file THEN 'registration/' || r.id END
FROM event_registration.registrations r
CROSS JOIN LATERAL (
  SELECT pg_temp.last_child(r.registration_form_id - 1, :field_data, :forms) AS before, r.id % 100 = 0 AS is_file) a
JOIN event_registration.form_field_data d ON d.id BETWEEN before + 1 AND before + 2;

\set abstracts 200000
INSERT INTO event_abstracts.abstracts (id, uuid, friendly_id, event_id, title, submitter_id, submitted_dt, state,
  submission_comment, judgment_comment, is_deleted, description)
SELECT i, md5('abstract' || i)::uuid, i, pg_temp.placed(pg_temp.parent(i, :abstracts, :events), :events), 'Abstract ' || i,
  1 + (pg_temp.dice(i, 190) * (:users - 1))::integer, pg_temp.moment(i, :abstracts),
  CASE WHEN die < 0.6 THEN 3 WHEN die < 0.75 THEN 1 WHEN die < 0.85 THEN 4 ELSE 1 + i % 7 END, '', '',
  pg_temp.dice(i, 192) < 0.05, pg_temp.words(500 * pg_temp.dice(i, 193))
FROM generate_series(1, :abstracts) i
CROSS JOIN LATERAL (SELECT pg_temp.dice(i, 191) AS die) a;

\set abstract_reviews 250000
INSERT INTO event_abstracts.abstract_reviews (id, abstract_id, user_id, track_id, created_dt, comment, proposed_action)
SELECT i, pg_temp.parent(i, :abstract_reviews, :abstracts / 2), 1 + i % :users, NULL, pg_temp.moment(i, :abstract_reviews),
  '', 1 + i % 5
FROM generate_series(1, :abstract_reviews) i;

\set abstract_files 60000
INSERT INTO event_abstracts.files (id, abstract_id, filename, content_type, size, md5, storage_backend, storage_file_id)
SELECT i, pg_temp.parent(i, :abstract_files, :abstracts), 'abstract.pdf', 'application/pdf',
  (5e6 * pg_temp.dice(i, 194) ^ 3)::bigint, md5(i::text), 'default', 'abstract/' || i
FROM generate_series(1, :abstract_files) i;

\set paper_revisions 60000
INSERT INTO event_paper_reviewing.revisions (id, state, contribution_id, submitter_id, submitted_dt, judgment_comment)
SELECT i, CASE WHEN die < 0.6 THEN 2 ELSE 1 + i % 4 END,
  pg_temp.placed(pg_temp.parent(i, :paper_revisions, :contributions), :contributions), 1 + i % :users,
  pg_temp.moment(i, :paper_revisions), ''
FROM generate_series(1, :paper_revisions) i
CROSS JOIN LATERAL (SELECT pg_temp.dice(i, 200) AS die) a;

\set paper_files 90000
INSERT INTO event_paper_reviewing.files (id, contribution_id, revision_id, filename, content_type, size, md5,
  storage_backend, storage_file_id)
SELECT i, pg_temp.placed(pg_temp.parent(i, :paper_files, :contributions), :contributions),
  pg_temp.parent(i, :paper_files, :paper_revisions), 'paper.pdf', 'application/pdf',
  (8e6 * pg_temp.dice(i, 201) ^ 3)::bigint, md5(i::text), 'default', 'paper/' || i
FROM generate_series(1, :paper_files) i;

INSERT INTO event_paper_reviewing.templates (id, event_id, name, description, filename, content_type, size, md5,
  storage_backend, storage_file_id)
SELECT i, 1 + i % :events, 'Template', '', 'template.docx', 'application/msword', 50000 + i, md5(i::text), 'default',
  'paper-template/' || i
FROM generate_series(1, 60) i;

\set editables 120000
INSERT INTO event_editing.editables (id, contribution_id, type, editor_id, published_revision_id, is_deleted)
SELECT i, pg_temp.placed(pg_temp.parent(i, :editables, :contributions), :contributions), 1 + i % 3,
  CASE WHEN pg_temp.dice(i, 210) < 0.7 THEN 1 + i % :users END,
  CASE WHEN pg_temp.dice(i, 211) < 0.5 THEN pg_temp.last_child(i, :editing_revisions, :editables) END,
  pg_temp.dice(i, 212) < 0.02
FROM generate_series(1, :editables) i;

-- Of some editables, all revisions are undone.
\set editing_revisions 300000
INSERT INTO event_editing.revisions (id, editable_id, user_id, created_dt, type, is_undone, comment)
SELECT i, pg_temp.parent(i, :editing_revisions, :editables), 1 + i % :users, pg_temp.moment(i, :editing_revisions),
  1 + (9 * pg_temp.dice(i, 213))::integer,
  pg_temp.dice(i, 214) < 0.03 OR pg_temp.dice(pg_temp.parent(i, :editing_revisions, :editables), 215) < 0.03, ''
FROM generate_series(1, :editing_revisions) i;

-- The first ones are files of editing revisions; a few of the last are not claimed yet.
\set indico_files 400000
INSERT INTO indico.files (id, uuid, claimed, meta, filename, content_type, size, md5, storage_backend, storage_file_id,
  created_dt)
SELECT i, md5('file' || i)::uuid, i <= :indico_files - 15, CASE WHEN i % 9 = 0 AND i > :indico_files - 15
  THEN '{"deletion_failed": true}'::jsonb ELSE '{}' END, 'file.pdf', 'application/pdf',
  (9e6 * pg_temp.dice(i, 220) ^ 3)::bigint, md5(i::text), CASE WHEN i % 50 = 0 THEN 'archive' ELSE 'default' END,
  'file/' || i, pg_temp.moment(i, :indico_files)
FROM generate_series(1, :indico_files) i;

INSERT INTO event_editing.revision_files (revision_id, file_id)
SELECT pg_temp.parent(i, :indico_files * 9 / 10, :editing_revisions), i FROM generate_series(1, :indico_files * 9 / 10) i;

-- Calls for abstracts and papers.
\set calls 8000
INSERT INTO events.settings (id, module, name, value, event_id)
SELECT 4 * i + nth, module, name, value, e.id
FROM generate_series(1, :calls) i
JOIN events.events e ON e.id = pg_temp.placed(pg_temp.parent(i, :calls, :events), :events)
CROSS JOIN LATERAL (VALUES (1, 'features', 'enabled', '["abstracts", "papers"]'::jsonb),
  (2, CASE WHEN i % 2 = 0 THEN 'abstracts' ELSE 'papers' END, 'start_dt',
    to_jsonb(to_char(e.created_dt, 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'))),
  (3, CASE WHEN i % 2 = 0 THEN 'abstracts' ELSE 'papers' END, 'end_dt',
    to_jsonb(to_char(e.start_dt, 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"')))) AS settings (nth, module, name, value)
ON CONFLICT DO NOTHING;

\set surveys 12000
INSERT INTO event_surveys.surveys (id, event_id, title, uuid, introduction, anonymous, require_user, private,
  submission_limit, start_dt, end_dt, is_deleted, start_notification_sent, notifications_enabled, notify_participants,
  start_notification_emails, new_submission_emails, partial_completion, last_friendly_submission_id)
SELECT i, e.id, 'Survey ' || i, md5('survey' || i)::uuid, '', true, false, false,
  CASE WHEN i % 20 = 0 THEN 5 END, CASE WHEN i % 7 > 0 THEN e.start_dt END, CASE WHEN i % 3 > 0 THEN e.end_dt + interval '30 days' END,
  i % 11 = 0, false, false, false, '{}', '{}', false, 10
FROM generate_series(1, :surveys) i
JOIN events.events e ON e.id = pg_temp.placed(pg_temp.parent(i, :surveys, :events), :events);

\set survey_items 80000
INSERT INTO event_surveys.items (id, survey_id, position, type, title, display_as_section, is_required, field_type,
  field_data, description)
SELECT i, pg_temp.parent(i, :survey_items, :surveys), i % 7, 1 + i % 3, 'Question ' || i, false, false, 'text', '{}', ''
FROM generate_series(1, :survey_items) i;

\set survey_submissions 120000
INSERT INTO event_surveys.submissions (id, friendly_id, survey_id, submitted_dt, is_anonymous, is_submitted)
SELECT i, i, pg_temp.parent(i, :survey_submissions, :surveys), CASE WHEN i % 10 > 0 THEN
  pg_temp.moment(i, :survey_submissions) END, true, i % 10 > 0
FROM generate_series(1, :survey_submissions) i;

\set agreements 20000
INSERT INTO events.agreements (id, uuid, event_id, type, identifier, person_name, state, timestamp)
SELECT i, md5('agreement' || i), pg_temp.placed(pg_temp.parent(i, :agreements, :events), :events), 'speaker-release',
  md5(i::text), 'Person ' || i, CASE WHEN pg_temp.dice(i, 230) < 0.6 THEN 1 ELSE i % 5 END,
  pg_temp.moment(i, :agreements)
FROM generate_series(1, :agreements) i;

\set timetable_entries 2400000
INSERT INTO events.timetable_entries (id, event_id, contribution_id, type, start_dt)
SELECT i, c.event_id, c.id, 2, e.start_dt
FROM generate_series(1, :timetable_entries) i
JOIN events.contributions c ON c.id = i
JOIN events.events e ON e.id = c.event_id
WHERE i <= :contributions;

-- Some requests are repeated; the newest of an event and kind counts.
\set requests 150000
INSERT INTO events.requests (id, event_id, type, state, data, created_by_id, created_dt)
SELECT i, pg_temp.placed(pg_temp.parent(i, :requests, :events), :events),
  CASE i % 3 WHEN 0 THEN 'webcast' WHEN 1 THEN 'room-setup' ELSE 'speaker' END,
  CASE WHEN die < 0.7 THEN 1 WHEN die < 0.8 THEN 2 WHEN die < 0.9 THEN 3 ELSE 0 END, '{}', 1 + i % :users,
  pg_temp.moment(i, :requests)
FROM generate_series(1, :requests) i
CROSS JOIN LATERAL (SELECT pg_temp.dice(i, 240) AS die) a;

-- Those that are due later are not sent yet, nor are one that is due now and a few that are overdue.
\set reminders 80000
INSERT INTO events.reminders (id, event_id, creator_id, created_dt, scheduled_dt, is_sent, recipients,
  send_to_participants, all_tags, send_to_speakers, include_summary, include_description, attach_ical,
  reply_to_address, subject, message, reminder_type, render_mode)
SELECT i, e.id, 1 + i % :users, e.created_dt, due, due < :now AND pg_temp.dice(i, 241) > 0.0005, '{}', true, true, false, false, false, false,
  '', '', '', 1, 1
FROM generate_series(1, :reminders) i
JOIN events.events e ON e.id = pg_temp.placed(pg_temp.parent(i, :reminders, :events), :events)
CROSS JOIN LATERAL (SELECT CASE WHEN i = :reminders - 1 THEN :now ELSE e.start_dt - interval '1 day' END AS due) a;

\set static_sites 6000
INSERT INTO events.static_sites (id, event_id, state, requested_dt, creator_id, filename, content_type, size, md5,
  storage_backend, storage_file_id)
SELECT i, 1 + i % :events, state, pg_temp.moment(i, :static_sites), 1 + i % :users,
  CASE WHEN state = 2 THEN 'site.zip' END, CASE WHEN state = 2 THEN 'application/zip' END,
  CASE WHEN state = 2 THEN (1e8 * pg_temp.dice(i, 242) ^ 3)::bigint END, CASE WHEN state = 2 THEN md5(i::text) END,
  CASE WHEN state = 2 THEN 'default' END, CASE WHEN state = 2 THEN 'static/' || i END
FROM generate_series(1, :static_sites) i
CROSS JOIN LATERAL (SELECT CASE WHEN i > :static_sites - 3 THEN i % 2 WHEN i % 40 = 0 THEN 3 ELSE 2 + 2 * (i % 2) END
  AS state) a;

\set data_exports 2000
INSERT INTO users.data_export_requests (id, user_id, requested_dt, selected_options, include_files, state,
  max_size_exceeded)
SELECT i, i % :users + 1, pg_temp.moment(i, :data_exports), '{}', false,
  CASE WHEN i > :data_exports - 2 THEN 1 ELSE 2 + i % 3 END, false
FROM generate_series(1, least(:data_exports, :users)) i;

\set layout_images 15000
INSERT INTO events.image_files (id, event_id, filename, content_type, size, md5, storage_backend, storage_file_id,
  created_dt)
SELECT i, pg_temp.placed(pg_temp.parent(i, :layout_images, :events), :events), 'image.png', 'image/png',
  (2e6 * pg_temp.dice(i, 250) ^ 2)::bigint, md5(i::text), 'default', 'image/' || i, pg_temp.moment(i, :layout_images)
FROM generate_series(1, :layout_images) i;

INSERT INTO indico.designer_templates (id, type, title, data, is_clonable, is_system_template)
SELECT 1000 + i, 1 + i % 2, 'Template ' || i, '{}', true, false FROM generate_series(1, 40) i;

INSERT INTO indico.designer_image_files (id, template_id, filename, content_type, size, md5, storage_backend,
  storage_file_id, created_dt)
SELECT i, 1000 + i, 'badge.png', 'image/png', 30000 + i, md5(i::text), 'default', 'designer/' || i,
  pg_temp.moment(i, 40)
FROM generate_series(1, 40) i;

INSERT INTO roombooking.photos (id, data) SELECT i, decode(md5(i::text), 'hex') FROM generate_series(1, 40) i;

\set blockings 800
INSERT INTO roombooking.blockings (id, created_by_id, created_dt, start_date, end_date, reason)
SELECT i, 1 + i % :users, starts - interval '10 days', starts::date, starts::date + 3, ''
FROM generate_series(1, :blockings) i
CROSS JOIN LATERAL (SELECT pg_temp.moment(i, :blockings) + interval '20 days' AS starts) a;

INSERT INTO roombooking.blocked_rooms (id, state, blocking_id, room_id)
SELECT i, CASE WHEN i % 6 = 0 THEN i % 3 ELSE 1 END, 1 + (i - 1) / 2, 1 + i % :rooms
FROM generate_series(1, 2 * :blockings) i;

\set vc_rooms 60000
INSERT INTO events.vc_rooms (id, type, name, status, created_by_id, created_dt, data)
SELECT i, CASE WHEN i % 10 = 0 THEN 'manual' ELSE 'zoom' END, 'Room ' || i, CASE WHEN i % 8 = 0 THEN 2 ELSE 1 END,
  1 + i % :users, pg_temp.moment(i, :vc_rooms), '{}'
FROM generate_series(1, :vc_rooms) i;

INSERT INTO events.vc_room_events (id, event_id, vc_room_id, link_type, linked_event_id, show, data)
SELECT i, event, i, 1, event, true, '{}'
FROM generate_series(1, :vc_rooms) i
CROSS JOIN LATERAL (SELECT pg_temp.placed(pg_temp.parent(i, :vc_rooms, :events), :events) AS event) a;
