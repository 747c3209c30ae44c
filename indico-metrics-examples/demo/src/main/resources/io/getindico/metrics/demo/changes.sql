-- What people do on the demo's Indico, one statement for each change. The session's time zone is UTC. A new row is often
-- a copy of a random one, with some columns of its own.

-- One event begins now, and another is announced.
WITH event AS (
  INSERT INTO events.events
  SELECT copy.*
  FROM (SELECT e FROM events.events e
    WHERE NOT is_deleted AND category_id IS NOT NULL ORDER BY random() LIMIT 1) picked
  CROSS JOIN (VALUES (localtimestamp, 10 + 240 * random()),
    (localtimestamp + random() * interval '90 days', 7200)) times (starts, seconds)
  CROSS JOIN LATERAL jsonb_populate_record(e, jsonb_build_object(
    'id', nextval('events.events_id_seq'), 'created_dt', localtimestamp,
    'start_dt', starts, 'end_dt', starts + make_interval(secs => seconds),
    'last_friendly_contribution_id', 0, 'last_friendly_session_id', 0)) copy
  RETURNING id)
INSERT INTO plugin_livesync.queues (agent_id, timestamp, processed, change, type, event_id)
SELECT agent.id, localtimestamp, false, 1, 2, event.id FROM event, plugin_livesync.agents agent;

-- An event is called off.
WITH event AS (
  UPDATE events.events SET is_deleted = true
  WHERE id = (SELECT id FROM events.events
    WHERE NOT is_deleted AND start_dt > localtimestamp ORDER BY random() LIMIT 1)
  RETURNING id)
INSERT INTO plugin_livesync.queues (agent_id, timestamp, processed, change, type, event_id)
SELECT agent.id, localtimestamp, false, 2, 2, event.id FROM event, plugin_livesync.agents agent;

-- A category is added.
INSERT INTO categories.categories
SELECT copy.*
FROM (SELECT c FROM categories.categories c
  WHERE NOT is_deleted AND parent_id IS NOT NULL ORDER BY random() LIMIT 1) picked
CROSS JOIN LATERAL jsonb_populate_record(c, jsonb_build_object('id', nextval('categories.categories_id_seq'))) copy;

-- An empty category is deleted.
UPDATE categories.categories SET is_deleted = true
WHERE id = (SELECT id FROM categories.categories c
  WHERE NOT is_deleted AND parent_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM categories.categories WHERE parent_id = c.id AND NOT is_deleted)
    AND NOT EXISTS (SELECT FROM events.events WHERE category_id = c.id AND NOT is_deleted)
  ORDER BY random() LIMIT 1);

-- The protection of a category changes, and with it that of the events in it.
WITH category AS (
  UPDATE categories.categories SET protection_mode = CASE WHEN random() < 0.3 THEN 2 ELSE 1 END
  WHERE id = (SELECT category_id FROM events.events
    WHERE NOT is_deleted AND category_id > 0 ORDER BY random() LIMIT 1)
  RETURNING id)
INSERT INTO plugin_livesync.queues (agent_id, timestamp, processed, change, type, category_id)
SELECT agent.id, localtimestamp, false, 5, 1, category.id FROM category, plugin_livesync.agents agent;

-- A file is uploaded.
WITH ids AS (
  SELECT nextval('attachments.attachments_id_seq') AS attachment_id, nextval('attachments.files_id_seq') AS file_id),
picked AS (
  SELECT a, f
  FROM attachments.attachments a
  JOIN attachments.files f ON f.id = a.file_id
  JOIN attachments.folders folder ON folder.id = a.folder_id
  JOIN events.events event ON event.id = folder.linked_event_id
  WHERE NOT a.is_deleted AND NOT folder.is_deleted AND NOT event.is_deleted
  ORDER BY random() LIMIT 1),
attachment AS (
  INSERT INTO attachments.attachments
  SELECT copy.* FROM picked, ids, jsonb_populate_record(a, jsonb_build_object(
    'id', attachment_id, 'file_id', file_id, 'modified_dt', localtimestamp)) copy
  RETURNING id),
file AS (
  INSERT INTO attachments.files
  SELECT copy.* FROM picked, ids, jsonb_populate_record(f, jsonb_build_object('id', file_id,
    'attachment_id', attachment_id, 'size', 10000 + (1e7 * random())::integer, 'created_dt', localtimestamp)) copy)
INSERT INTO plugin_livesync.queues (agent_id, timestamp, processed, change, type, attachment_id)
SELECT agent.id, localtimestamp, false, 1, 7, attachment.id FROM attachment, plugin_livesync.agents agent;

-- A newer version of a file is uploaded.
WITH file AS (
  INSERT INTO attachments.files
  SELECT copy.*
  FROM (SELECT f FROM attachments.attachments a JOIN attachments.files f ON f.id = a.file_id
    WHERE NOT a.is_deleted ORDER BY random() LIMIT 1) picked
  CROSS JOIN LATERAL jsonb_populate_record(f, jsonb_build_object('id', nextval('attachments.files_id_seq'),
    'size', 10000 + (1e7 * random())::integer, 'created_dt', localtimestamp)) copy
  RETURNING id, attachment_id)
UPDATE attachments.attachments a SET file_id = file.id, modified_dt = localtimestamp
FROM file WHERE file.attachment_id = a.id;

-- An attachment is deleted.
UPDATE attachments.attachments SET is_deleted = true, modified_dt = localtimestamp
WHERE id = (SELECT id FROM attachments.attachments WHERE NOT is_deleted ORDER BY random() LIMIT 1);

-- An event gets minutes.
WITH ids AS (
  SELECT nextval('events.notes_id_seq') AS note_id, nextval('events.note_revisions_id_seq') AS revision_id),
event AS (
  SELECT id, creator_id FROM events.events e
  WHERE NOT is_deleted AND NOT EXISTS (SELECT FROM events.notes WHERE linked_event_id = e.id)
  ORDER BY random() LIMIT 1),
note AS (
  INSERT INTO events.notes (id, is_deleted, html, current_revision_id, link_type, event_id, linked_event_id)
  SELECT note_id, false, '<p>All agreed.</p>', revision_id, 2, event.id, event.id FROM event, ids)
INSERT INTO events.note_revisions (id, note_id, user_id, created_dt, render_mode, source, html)
SELECT revision_id, note_id, creator_id, localtimestamp, 1, '<p>All agreed.</p>', '<p>All agreed.</p>' FROM event, ids;

-- A note is deleted.
WITH revision AS (
  INSERT INTO events.note_revisions (note_id, user_id, created_dt, render_mode, source, html)
  SELECT id, 1, localtimestamp, 1, '', '' FROM events.notes WHERE NOT is_deleted ORDER BY random() LIMIT 1
  RETURNING id, note_id)
UPDATE events.notes SET is_deleted = true, html = '', current_revision_id = revision.id
FROM revision WHERE notes.id = revision.note_id;

-- A user logs in.
UPDATE users.identities SET last_login_dt = localtimestamp
WHERE id = (SELECT id FROM users.identities ORDER BY random() LIMIT 1);

-- Someone signs up.
WITH person AS (
  INSERT INTO users.users
  SELECT copy.*
  FROM (SELECT u FROM users.users u
    WHERE NOT is_system AND NOT is_pending AND NOT is_deleted ORDER BY random() LIMIT 1) picked
  CROSS JOIN LATERAL jsonb_populate_record(u, jsonb_build_object('id', nextval('users.users_id_seq'),
    'signing_secret', gen_random_uuid(), 'created_dt', localtimestamp)) copy
  RETURNING id)
INSERT INTO users.identities (user_id, provider, identifier, multipass_data, data, last_login_dt)
SELECT id, 'sso', 'login' || id, '{}', '{}', localtimestamp FROM person;

-- A room is booked from now on, and one that needs confirmation for a day to come. A booking ends within its day.
WITH reservation AS (
  INSERT INTO roombooking.reservations
  SELECT copy.*
  FROM (SELECT now() AT TIME ZONE 'Europe/Zurich' AS local_now, 1 + (30 * random())::integer AS days) a
  CROSS JOIN LATERAL (VALUES
    (false, 2, local_now, least(local_now + make_interval(secs => 10 + 120 * random()),
      date_trunc('day', local_now) + interval '1 day - 1 microsecond')),
    (true, 1, local_now::date + days + time '10:00', local_now::date + days + time '11:00')) wish (needs_confirmation, state, starts, ends)
  CROSS JOIN LATERAL (SELECT id FROM roombooking.rooms r
    WHERE NOT is_deleted AND is_reservable AND reservations_need_confirmation = wish.needs_confirmation
      AND NOT EXISTS (SELECT FROM roombooking.reservations other
        JOIN roombooking.reservation_occurrences o ON o.reservation_id = other.id
        WHERE other.room_id = r.id AND o.state = 2 AND o.start_dt < wish.ends AND o.end_dt > wish.starts)
    ORDER BY random() LIMIT 1) room
  CROSS JOIN (SELECT b FROM roombooking.reservations b ORDER BY random() LIMIT 1) picked
  CROSS JOIN LATERAL jsonb_populate_record(b, jsonb_build_object('id', nextval('roombooking.reservations_id_seq'),
    'room_id', room.id, 'state', wish.state, 'start_dt', starts, 'end_dt', ends, 'repeat_frequency', 0,
    'repeat_interval', 0, 'created_dt', localtimestamp, 'rejection_reason', NULL)) copy
  RETURNING id, start_dt, end_dt)
INSERT INTO roombooking.reservation_occurrences (reservation_id, start_dt, end_dt, notification_sent, state)
SELECT id, start_dt, end_dt, false, 2 FROM reservation;

-- A booking is confirmed or rejected. Some always wait.
WITH answer AS (
  UPDATE roombooking.reservations SET state = CASE WHEN random() < 0.7 THEN 2 ELSE 4 END
  WHERE id = (SELECT id FROM roombooking.reservations
    WHERE state = 1 AND start_dt > now() AT TIME ZONE 'Europe/Zurich' ORDER BY random() OFFSET 3 LIMIT 1)
  RETURNING id, state)
UPDATE roombooking.reservation_occurrences o SET state = 4
FROM answer WHERE answer.id = o.reservation_id AND answer.state = 4 AND o.state = 2;

-- A booking is cancelled.
WITH reservation AS (
  UPDATE roombooking.reservations SET state = 3
  WHERE id = (SELECT id FROM roombooking.reservations
    WHERE state = 2 AND start_dt > now() AT TIME ZONE 'Europe/Zurich' ORDER BY random() LIMIT 1)
  RETURNING id)
UPDATE roombooking.reservation_occurrences o SET state = 3
FROM reservation WHERE reservation.id = o.reservation_id AND o.state = 2;

-- A room opens.
INSERT INTO roombooking.rooms
SELECT copy.*
FROM (SELECT r FROM roombooking.rooms r WHERE NOT is_deleted ORDER BY random() LIMIT 1) picked
CROSS JOIN LATERAL jsonb_populate_record(r, jsonb_build_object('id', nextval('roombooking.rooms_id_seq'))) copy;

-- A room that nobody has booked closes, the newest first: with a room go its bookings.
UPDATE roombooking.rooms SET is_deleted = true
WHERE id = (SELECT id FROM roombooking.rooms r
  WHERE NOT is_deleted AND NOT EXISTS (SELECT FROM roombooking.reservations
    WHERE room_id = r.id AND end_dt > now() AT TIME ZONE 'Europe/Zurich')
  ORDER BY id DESC LIMIT 1);

-- The rules for a room change.
UPDATE roombooking.rooms SET is_reservable = random() < 0.8, reservations_need_confirmation = random() < 0.3,
  protection_mode = CASE WHEN random() < 0.4 THEN 2 ELSE 0 END
WHERE id = (SELECT id FROM roombooking.rooms WHERE NOT is_deleted ORDER BY random() LIMIT 1);

-- LiveSync runs, and leaves what is new to the next run.
WITH agent AS (
  UPDATE plugin_livesync.agents SET last_run = localtimestamp RETURNING id)
UPDATE plugin_livesync.queues SET processed = true
FROM agent WHERE agent_id = agent.id AND NOT processed AND queues.timestamp < localtimestamp - interval '20 seconds';
