-- Gives the synthetic Indico what boards are to show: weeks with days and nights, several locations, and a present in
-- which nothing is wrong. Times of events are in UTC, and those of bookings in the zone of Indico.

-- The events of the last weeks take place in working hours. Few are at weekends.
UPDATE events.events e SET start_dt = starts, end_dt = starts + (2 + e.id % 7) * interval '1 hour'
FROM (SELECT id, start_dt::date + make_interval(hours => 7 + (id % 7)::integer)
    - CASE WHEN id % 6 > 0 THEN greatest(0, extract(isodow FROM start_dt) - 5) ELSE 0 END * interval '1 day' AS starts
  FROM events.events) moved
WHERE e.id = moved.id AND e.start_dt BETWEEN localtimestamp - interval '60 days' AND localtimestamp;

-- Some are going on at any hour: of the newest events, those with the most registrations.
UPDATE events.events SET start_dt = localtimestamp + (id % 20 - 17) * interval '20 minutes',
  end_dt = localtimestamp + (id % 20 - 17) * interval '20 minutes' + (1 + id % 3) * interval '4 hours'
WHERE id IN (SELECT e.id FROM events.events e JOIN event_registration.registrations r ON r.event_id = e.id
  WHERE NOT e.is_deleted AND e.id > (SELECT max(id) - 1000 FROM events.events)
  GROUP BY e.id ORDER BY count(*) DESC LIMIT 14);

-- Four in five contributions are in the timetable, old and new ones.
DELETE FROM events.timetable_entries WHERE contribution_id % 5 = 0;

INSERT INTO events.timetable_entries (id, event_id, contribution_id, type, start_dt)
SELECT c.id, c.event_id, c.id, 2, e.start_dt
FROM events.contributions c JOIN events.events e ON e.id = c.event_id
WHERE c.id % 5 > 0 AND c.id > (SELECT max(contribution_id) FROM events.timetable_entries);

INSERT INTO roombooking.locations (id, name, map_url_template, room_name_format, is_deleted)
SELECT 10 + i, name, '', '{building}/{floor}-{number}', false
FROM unnest(ARRAY['Campus north', 'Campus south', 'Library', 'Town hall']) WITH ORDINALITY AS locations (name, i);

UPDATE roombooking.rooms SET location_id = CASE WHEN id % 5 > 0 THEN 10 + id % 5 ELSE location_id END,
  capacity = 8 + id % 12 * 6;

-- The synthetic Indico books what lies far ahead all at once.
UPDATE roombooking.reservations SET created_dt = localtimestamp - id % 720 * interval '1 hour'
WHERE created_dt > localtimestamp - interval '1 hour';

-- Bookings begin at different hours of the day, and some begin soon.
UPDATE roombooking.reservation_occurrences SET
  start_dt = start_dt + reservation_id % 3 * interval '1 hour',
  end_dt = end_dt + (reservation_id % 3 + reservation_id % 2) * interval '1 hour'
WHERE start_dt BETWEEN localtimestamp - interval '40 days' AND localtimestamp + interval '40 days';

UPDATE roombooking.reservation_occurrences SET state = 2,
  start_dt = date_trunc('minute', now() AT TIME ZONE 'Europe/Zurich') + (reservation_id % 4 - 3) * interval '20 minutes',
  end_dt = date_trunc('minute', now() AT TIME ZONE 'Europe/Zurich') + interval '50 minutes'
WHERE ctid IN (SELECT DISTINCT ON (b.room_id) o.ctid
  FROM roombooking.reservation_occurrences o JOIN roombooking.reservations b ON b.id = o.reservation_id
  WHERE b.state = 2 ORDER BY b.room_id, o.start_dt LIMIT 14);

-- Some registration forms open soon.
UPDATE event_registration.forms SET end_dt = NULL, start_dt = localtimestamp + id % 30 * interval '1 hour'
WHERE id IN (SELECT f.id FROM event_registration.forms f JOIN events.events e ON e.id = f.event_id
  WHERE NOT e.is_deleted AND NOT f.is_deleted AND NOT f.is_purged AND e.start_dt > localtimestamp + interval '2 days'
  LIMIT 6);

UPDATE event_registration.forms SET retention_period = NULL;

UPDATE event_registration.form_items SET retention_period = NULL;

UPDATE indico.files SET created_dt = localtimestamp - interval '5 hours' WHERE NOT claimed;

-- Reminders went out, and the search index is nearly up to date.
UPDATE events.reminders SET is_sent = true WHERE NOT is_sent AND scheduled_dt < localtimestamp - interval '10 minutes';

UPDATE plugin_livesync.queues SET processed = true WHERE timestamp < localtimestamp - interval '5 minutes';

-- The last weeks have a log entry every three minutes.
UPDATE events.logs SET logged_dt = localtimestamp - (newest - id) * interval '3 minutes'
FROM (SELECT max(id) AS newest FROM events.logs) last
WHERE id > newest - 15000;

UPDATE events.payment_transactions SET timestamp = localtimestamp - id % 20 * interval '1 hour'
WHERE status = 4 AND id > (SELECT max(id) - 400 FROM events.payment_transactions);

UPDATE categories.event_move_requests SET requested_dt = localtimestamp - id % 9 * interval '1 day' WHERE state = 0;

UPDATE users.users SET is_admin = true WHERE id IN (SELECT id FROM users.users
  WHERE id > 0 AND NOT is_pending AND NOT is_deleted ORDER BY id LIMIT 4);
