-- The rows of an Indico that has grown for twenty years, one section for each table. A new table is a new section.
--
-- \set gives the number of rows at factor 1; SyntheticIndico scales it and replaces the words after a colon. Ids follow
-- time, and children follow their parents, so that the rows of one event lie near each other. About one row in ten is
-- deleted at each level. The widths of texts are guesses; the metrics read a few bytes of each row.

-- A number from 0 to 1, always the same for a row and a purpose.
CREATE OR REPLACE FUNCTION pg_temp.dice(bigint, purpose integer) RETURNS double precision IMMUTABLE LANGUAGE sql AS
$$ SELECT (hashint8extended($1, purpose + :seed * 1000::bigint) & 1048575) / 1048576.0 $$;

-- The parent of one of `children` that are dealt out to `parents` in order.
CREATE OR REPLACE FUNCTION pg_temp.parent(child bigint, children bigint, parents bigint) RETURNS bigint
IMMUTABLE LANGUAGE sql AS
$$ SELECT (child * parents + children - 1) / children $$;

-- The last child of that parent or of one before it.
CREATE OR REPLACE FUNCTION pg_temp.last_child(parent bigint, children bigint, parents bigint) RETURNS bigint
IMMUTABLE LANGUAGE sql AS
$$ SELECT parent * children / parents $$;

-- The id of a row at a place. They are the same, except in the shuffled variant: 7919 is prime, so ids stay unique.
CREATE OR REPLACE FUNCTION pg_temp.placed(place bigint, places bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS
$$ SELECT CASE WHEN :shuffled THEN 1 + (place - 1) * 7919 % places ELSE place END $$;

-- All ids in order, each with its place.
CREATE OR REPLACE FUNCTION pg_temp.ids(places bigint) RETURNS TABLE (id bigint, place bigint) IMMUTABLE LANGUAGE sql AS
$$ SELECT pg_temp.placed(i, places), i FROM generate_series(1, places) i ORDER BY 1 $$;

-- When the n-th of so many rows was made, at an even pace over twenty years.
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

-- What the n-th of so many folders or notes hangs on, by the code of the link's type.
CREATE OR REPLACE FUNCTION pg_temp.link(n bigint, rows bigint, type integer)
RETURNS TABLE (category bigint, event bigint, contribution bigint, subcontribution bigint, session bigint)
IMMUTABLE LANGUAGE sql AS
$$ SELECT CASE WHEN type = 1 THEN 1 + n % :categories END,
  CASE WHEN type = 2 THEN pg_temp.placed(pg_temp.parent(n, rows, :events), :events) END,
  CASE WHEN type = 3 THEN pg_temp.placed(pg_temp.parent(n, rows, :contributions), :contributions) END,
  CASE WHEN type = 4 THEN pg_temp.parent(n, rows, :subcontributions) END,
  CASE WHEN type = 5 THEN pg_temp.parent(n, rows, :sessions) END $$;

-- The event around it.
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

-- Each booking is for some weeks in a row, eight on average, over twelve years. So that no two bookings meet, a room has
-- twenty lanes, four on each working day, and a lane is cut into cells of so many weeks. The n-th booking of a room
-- takes one cell of those that are its share.
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

-- Half of them wait; few are about a category, which stands for all events in it.
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

\set logs 1000000
INSERT INTO events.logs (id, logged_dt, kind, module, type, summary, data, meta, event_id, realm, user_id)
SELECT i, pg_temp.moment(i, :logs), 2, 'Event', 'simple', 'Event created',
  json_build_object('text', pg_temp.words(300 * pg_temp.dice(i, 130))), '{}',
  pg_temp.placed(pg_temp.parent(i, :logs, :events), :events), 1, 1 + (pg_temp.dice(i, 131) * (:users - 1))::integer
FROM generate_series(1, :logs) i;
