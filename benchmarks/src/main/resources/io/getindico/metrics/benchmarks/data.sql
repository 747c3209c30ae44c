-- Rows of an Indico that grew for twenty years: ids follow time, and children follow their parents, so that those of
-- one event lie near each other. About one row in ten is deleted at each level. Words after a colon are replaced.
-- Widths of texts are guesses; what the metrics read of a row is a few bytes of it.

-- A number from 0 to 1, always the same for a row and a purpose.
CREATE FUNCTION pg_temp.dice(bigint, purpose integer) RETURNS double precision IMMUTABLE LANGUAGE sql AS
$$ SELECT (hashint8extended($1, purpose + :seed * 1000::bigint) & 1048575) / 1048576.0 $$;

-- The parent of one of `children`, if they are handed out to `parents` in order.
CREATE FUNCTION pg_temp.parent(child bigint, children bigint, parents bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS
$$ SELECT (child * parents + children - 1) / children $$;

-- A row's place among all, which is its own, or in the shuffled variant another's: 7919 is prime, so no two rows share one.
CREATE FUNCTION pg_temp.placed(place bigint, places bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS
$$ SELECT CASE WHEN :shuffled THEN 1 + (place - 1) * 7919 % places ELSE place END $$;

CREATE FUNCTION pg_temp.words(double precision) RETURNS text IMMUTABLE LANGUAGE sql AS
$$ SELECT left(repeat('An afternoon on detectors, with coffee after the second talk. ', 16), $1::integer) $$;

INSERT INTO users.users (id, first_name, last_name, title, affiliation, phone, address, is_system, is_admin, is_blocked,
  is_pending, is_deleted, signing_secret, picture_metadata, picture_source, created_dt)
SELECT i, 'First ' || i, 'Last ' || i, 0, 'Institute ' || i % 500, '', '', i = 0, false, false,
  pg_temp.dice(i, 1) < 0.2, i > 0 AND pg_temp.dice(i, 2) < 0.1, md5(i::text)::uuid, 'null', 0,
  ':now'::timestamp - make_interval(secs => 6.3e8 * (1 - i::float8 / :users))
FROM generate_series(0, :users) i;

INSERT INTO users.identities (id, user_id, provider, identifier, multipass_data, data, last_login_dt)
SELECT i, i, 'sso', 'login' || i, '{}', jsonb_build_object('email', 'user' || i || '@example.org'),
  ':now'::timestamp - make_interval(secs => 6.3e8 * pg_temp.dice(i, 3) ^ 2)
FROM generate_series(1, :users) i;

-- Each category has four below it; only those with none below are deleted.
INSERT INTO categories.categories (id, parent_id, is_deleted, position, icon_metadata, logo_metadata, timezone,
  default_event_themes, event_creation_mode, event_creation_notification_emails, event_message_mode, event_message,
  suggestions_disabled, notify_managers, show_future_months, google_wallet_mode, google_wallet_settings,
  apple_wallet_mode, apple_wallet_settings, is_flat_view_enabled, title, description, protection_mode,
  no_access_contact)
SELECT i, CASE WHEN i > 0 THEN (i - 1) / 4 END, i > :categories / 4 AND pg_temp.dice(i, 4) < 0.13, i, 'null', 'null',
  'Europe/Zurich', '{}', 3, '{}', 0, '', false, false, 0, 0, '{}', 0, '{}', false, 'Category ' || i,
  pg_temp.words(200 * pg_temp.dice(i, 5)), CASE WHEN i = 0 THEN 0 ELSE 1 END, ''
FROM generate_series(0, :categories) i;

-- A deleted category has no live event: its parent has.
INSERT INTO events.events (id, is_deleted, is_locked, creator_id, category_id, label_message, created_dt, start_dt,
  end_dt, timezone, type, keywords, logo_metadata, stylesheet_metadata, map_url, subcontrib_speakers_can_submit,
  last_friendly_registration_id, last_friendly_contribution_id, last_friendly_session_id, title, description,
  venue_name, room_name, address, protection_mode, access_key, no_access_contact)
SELECT i, pg_temp.dice(i, 10) < 0.1, false, 1 + (pg_temp.dice(i, 11) * (:users - 1))::integer,
  CASE WHEN c.is_deleted THEN c.parent_id ELSE c.id END, '', created, starts,
  starts + make_interval(hours => 1 + (70 * pg_temp.dice(i, 12) ^ 3)::integer), 'Europe/Zurich',
  1 + (i % 3), '{}', 'null', 'null', '', false, 0, 3, 1, 'Event ' || i || pg_temp.words(60 * pg_temp.dice(i, 13)),
  pg_temp.words(greatest(0, 800 * pg_temp.dice(i, 14) - 300)), '', '', '', 1, '', ''
FROM generate_series(1, :events) i
CROSS JOIN LATERAL (SELECT ':now'::timestamp - make_interval(secs => 6.3e8 * (1 - i::float8 / :events)) AS created) a
CROSS JOIN LATERAL (
  SELECT date_trunc('hour', created) + make_interval(hours => (2400 * pg_temp.dice(i, 15))::integer) AS starts) b
JOIN categories.categories c ON c.id = (pg_temp.dice(i, 16) * :categories)::integer
ORDER BY i;

INSERT INTO events.sessions (id, friendly_id, event_id, title, code, default_contribution_duration, is_deleted,
  description, text_color, background_color, protection_mode, inherit_location, venue_name, room_name, address)
SELECT i, i, pg_temp.placed(pg_temp.parent(i, :sessions, :events), :events), 'Session ' || i, '', '20 minutes',
  pg_temp.dice(i, 20) < 0.1, pg_temp.words(100 * pg_temp.dice(i, 21)), '#1d041f', '#eeeeee', 1, true, '', '', ''
FROM generate_series(1, :sessions) i;

INSERT INTO events.contributions (id, friendly_id, event_id, code, duration, board_number, keywords, is_deleted,
  last_friendly_subcontribution_id, description, title, render_mode, protection_mode, inherit_location, venue_name,
  room_name, address)
SELECT i, i, pg_temp.placed(pg_temp.parent(i, :contributions, :events), :events), '', '20 minutes', '', '{}',
  pg_temp.dice(i, 30) < 0.1, 0, pg_temp.words(greatest(0, 600 * pg_temp.dice(i, 31) - 300)),
  'Contribution ' || i || pg_temp.words(60 * pg_temp.dice(i, 32)), 2, 1, true, '', '', ''
FROM generate_series(1, :contributions) i;

INSERT INTO events.subcontributions (id, friendly_id, contribution_id, position, code, duration, is_deleted,
  description, title, render_mode)
SELECT i, i, pg_temp.placed(pg_temp.parent(i, :subcontributions, :contributions), :contributions), i % 10, '', '10 minutes',
  pg_temp.dice(i, 40) < 0.1, '', 'Subcontribution ' || i, 2
FROM generate_series(1, :subcontributions) i;

INSERT INTO attachments.folders (id, description, is_deleted, is_default, is_always_visible, is_hidden, link_type,
  category_id, event_id, linked_event_id, session_id, contribution_id, subcontribution_id, protection_mode)
SELECT i, '', pg_temp.dice(i, 50) < 0.1, false, true, false, kind, category, coalesce(event, contribution_event,
  subcontribution_event, session_event), event, session, contribution, subcontribution, 1
FROM generate_series(1, :folders) i
CROSS JOIN LATERAL (SELECT pg_temp.dice(i, 51) AS die) a
CROSS JOIN LATERAL (
  SELECT CASE WHEN die < 0.45 THEN 3 WHEN die < 0.95 THEN 2 WHEN die < 0.97 THEN 4 WHEN die < 0.99 THEN 5 ELSE 1 END
    AS kind) b
CROSS JOIN LATERAL (
  SELECT CASE WHEN kind = 1 THEN 1 + i % :categories END AS category,
    CASE WHEN kind = 2 THEN pg_temp.placed(pg_temp.parent(i, :folders, :events), :events) END AS event,
    CASE WHEN kind = 3 THEN pg_temp.placed(pg_temp.parent(i, :folders, :contributions), :contributions) END AS contribution,
    CASE WHEN kind = 4 THEN pg_temp.parent(i, :folders, :subcontributions) END AS subcontribution,
    CASE WHEN kind = 5 THEN pg_temp.parent(i, :folders, :sessions) END AS session) c
CROSS JOIN LATERAL (
  SELECT pg_temp.placed(pg_temp.parent(contribution, :contributions, :events), :events) AS contribution_event,
    pg_temp.placed(pg_temp.parent(pg_temp.placed(pg_temp.parent(subcontribution, :subcontributions, :contributions), :contributions),
      :contributions, :events), :events) AS subcontribution_event,
    pg_temp.placed(pg_temp.parent(session, :sessions, :events), :events) AS session_event) d;

-- Every tenth attachment is a link; the others have files, of which the last is the current version.
INSERT INTO attachments.attachments (id, folder_id, user_id, is_deleted, description, modified_dt, type, link_url,
  annotations, title, protection_mode, file_id)
SELECT i, pg_temp.placed(pg_temp.parent(i, :attachments, :folders), :folders), 1 + (pg_temp.dice(i, 60) * (:users - 1))::integer,
  pg_temp.dice(i, 61) < 0.1, '', ':now'::timestamp - make_interval(secs => 6.3e8 * (1 - i::float8 / :attachments)),
  CASE WHEN i % 10 = 0 THEN 2 ELSE 1 END, CASE WHEN i % 10 = 0 THEN 'https://example.org/' || i END, '{}',
  'slides ' || i, 1,
  CASE WHEN i % 10 > 0 THEN pg_temp.placed((i - i / 10) * :files / (:attachments - :attachments / 10), :files) END
FROM generate_series(1::bigint, :attachments) i;

INSERT INTO attachments.files (id, attachment_id, user_id, filename, content_type, size, md5, storage_backend,
  storage_file_id, created_dt)
SELECT id, nth + (nth - 1) / 9, 1 + (pg_temp.dice(id, 70) * (:users - 1))::integer, 'slides-' || id || '.pdf',
  'application/pdf', (3e7 * pg_temp.dice(id, 71) ^ 4)::bigint, md5(id::text), 'default',
  'event/' || nth / 4 || '/' || id || '.pdf',
  ':now'::timestamp - make_interval(secs => 6.3e8 * (1 - i::float8 / :files))
FROM generate_series(1::bigint, :files) i
CROSS JOIN LATERAL (
  SELECT pg_temp.placed(i, :files) AS id, pg_temp.parent(i, :files, :attachments - :attachments / 10) AS nth) a
ORDER BY id;

INSERT INTO events.notes (id, is_deleted, html, link_type, event_id, linked_event_id, session_id, contribution_id,
  subcontribution_id)
SELECT i, pg_temp.dice(i, 80) < 0.1, pg_temp.words(900 * pg_temp.dice(i, 81)), kind,
  coalesce(event, contribution_event, subcontribution_event, session_event), event, session, contribution,
  subcontribution
FROM generate_series(1, :notes) i
CROSS JOIN LATERAL (SELECT pg_temp.dice(i, 82) AS die) a
CROSS JOIN LATERAL (
  SELECT CASE WHEN die < 0.7 THEN 2 WHEN die < 0.9 THEN 3 WHEN die < 0.92 THEN 4 ELSE 5 END AS kind) b
CROSS JOIN LATERAL (
  SELECT CASE WHEN kind = 2 THEN pg_temp.placed(pg_temp.parent(i, :notes, :events), :events) END AS event,
    CASE WHEN kind = 3 THEN pg_temp.placed(pg_temp.parent(i, :notes, :contributions), :contributions) END AS contribution,
    CASE WHEN kind = 4 THEN pg_temp.parent(i, :notes, :subcontributions) END AS subcontribution,
    CASE WHEN kind = 5 THEN pg_temp.parent(i, :notes, :sessions) END AS session) c
CROSS JOIN LATERAL (
  SELECT pg_temp.placed(pg_temp.parent(contribution, :contributions, :events), :events) AS contribution_event,
    pg_temp.placed(pg_temp.parent(pg_temp.placed(pg_temp.parent(subcontribution, :subcontributions, :contributions), :contributions),
      :contributions, :events), :events) AS subcontribution_event,
    pg_temp.placed(pg_temp.parent(session, :sessions, :events), :events) AS session_event) d;

INSERT INTO roombooking.locations (id, name, map_url_template, room_name_format, is_deleted)
VALUES (1, 'Site', '', '{building}/{floor}-{number}', false);

INSERT INTO roombooking.rooms (id, location_id, division, building, floor, number, notification_emails,
  reservations_need_confirmation, notifications_enabled, end_notifications_enabled, telephone, key_location, comments,
  owner_id, is_deleted, is_reservable, protection_mode)
SELECT i, 1, '', i / 20, i % 4, i % 20, '{}', pg_temp.dice(i, 90) < 0.3, true, true, '', '', '', 1 + i % :users,
  pg_temp.dice(i, 91) < 0.1, pg_temp.dice(i, 92) < 0.8, CASE WHEN pg_temp.dice(i, 93) < 0.4 THEN 2 ELSE 0 END
FROM generate_series(1, :rooms) i;

-- Each booking is for some weeks in a row, eight on average.
INSERT INTO roombooking.reservations (id, created_dt, start_dt, end_dt, repeat_frequency, repeat_interval,
  booked_for_id, booked_for_name, created_by_id, room_id, state, booking_reason, end_notification_sent, internal_note)
SELECT i, created, starts, starts + make_interval(weeks => :occurrences / :bookings - 1,
    hours => 1 + (3 * pg_temp.dice(i, 100))::integer), 2, 1,
  1 + (pg_temp.dice(i, 101) * (:users - 1))::integer, 'Last, First', 1 + (pg_temp.dice(i, 101) * (:users - 1))::integer,
  1 + (pg_temp.dice(i, 102) * (:rooms - 1))::integer,
  CASE WHEN die < 0.7 THEN 2 WHEN die < 0.88 THEN 3 WHEN die < 0.98 THEN 4 ELSE 1 END,
  pg_temp.words(60 * pg_temp.dice(i, 104)), false, ''
FROM generate_series(1, :bookings) i
CROSS JOIN LATERAL (SELECT pg_temp.dice(i, 103) AS die,
  ':now'::timestamp - make_interval(secs => 3.8e8 * (1 - i::float8 / :bookings)) AS created) a
CROSS JOIN LATERAL (SELECT date_trunc('day', created) + make_interval(days => (60 * pg_temp.dice(i, 105))::integer,
  hours => 8 + (9 * pg_temp.dice(i, 106))::integer) AS starts) b;

INSERT INTO roombooking.reservation_occurrences (reservation_id, start_dt, end_dt, notification_sent, state)
SELECT r.id, r.start_dt + make_interval(weeks => week),
  r.end_dt - make_interval(weeks => :occurrences / :bookings - 1 - week), true,
  CASE WHEN die < 0.85 THEN 2 WHEN die < 0.95 THEN 3 ELSE 4 END
FROM roombooking.reservations r
CROSS JOIN generate_series(0, :occurrences / :bookings - 1) week
CROSS JOIN LATERAL (SELECT pg_temp.dice(r.id * 64 + week, 110) AS die) a
ORDER BY r.id, week;

INSERT INTO plugin_livesync.agents (id, backend_name, name, initial_data_exported, last_run, settings)
VALUES (1, 'search', 'Search', true, ':now', '{}');

-- Half of them wait; category changes are few, except in a storm.
INSERT INTO plugin_livesync.queues (id, agent_id, timestamp, processed, change, type, category_id, event_id,
  contribution_id)
SELECT i, 1, ':now'::timestamp - make_interval(secs => :queued - i), i <= :queued / 2, 4, kind,
  CASE WHEN kind = 1 THEN 1 + (pg_temp.dice(i, 121) * (:categories - 1))::integer END,
  CASE WHEN kind = 2 THEN 1 + (pg_temp.dice(i, 122) * (:events - 1))::integer END,
  CASE WHEN kind = 3 THEN 1 + (pg_temp.dice(i, 123) * (:contributions - 1))::integer END
FROM generate_series(1, :queued) i
CROSS JOIN LATERAL (
  SELECT CASE WHEN i > :queued - 7 THEN 1 WHEN pg_temp.dice(i, 120) < 0.5 THEN 2 ELSE 3 END AS kind) a;

INSERT INTO events.logs (id, logged_dt, kind, module, type, summary, data, meta, event_id, realm, user_id)
SELECT i, ':now'::timestamp - make_interval(secs => 6.3e8 * (1 - i::float8 / :logs)), 2, 'Event', 'simple',
  'Event created', json_build_object('text', pg_temp.words(300 * pg_temp.dice(i, 130))), '{}',
  pg_temp.placed(pg_temp.parent(i, :logs, :events), :events), 1, 1 + (pg_temp.dice(i, 131) * (:users - 1))::integer
FROM generate_series(1, :logs) i;
