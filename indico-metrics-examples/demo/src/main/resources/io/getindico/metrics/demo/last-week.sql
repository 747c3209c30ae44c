-- Events of the last week, so that the demo has a normal week behind it: many at once on working days, few at weekends.
-- Each is a copy of a random event. The session's time zone is UTC.
WITH starts AS (
  SELECT hour AS starts, row_number() OVER () AS number
  FROM generate_series(date_trunc('hour', localtimestamp) - interval '7 days',
    localtimestamp - interval '1 hour', interval '1 hour') AS hours (hour)
  CROSS JOIN LATERAL generate_series(1, CASE
    WHEN extract(hour FROM hour) NOT BETWEEN 6 AND 17 THEN 0
    WHEN extract(isodow FROM hour) > 5 THEN 1
    ELSE 5 END)),
templates AS (
  SELECT e, row_number() OVER (ORDER BY random()) AS number
  FROM events.events e
  WHERE NOT is_deleted AND category_id IS NOT NULL)
INSERT INTO events.events
SELECT copy.*
FROM starts
JOIN templates USING (number)
CROSS JOIN LATERAL jsonb_populate_record(e, jsonb_build_object(
  'id', nextval('events.events_id_seq'), 'created_dt', starts - random() * interval '1 year',
  'start_dt', starts, 'end_dt', starts + (1 + 4 * random()) * interval '1 hour',
  'last_friendly_contribution_id', 0, 'last_friendly_session_id', 0)) copy;
