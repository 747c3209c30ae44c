-- What happens to the rows of a synthetic Indico after they are made. :instant is the end of its twenty years.
SET session_replication_role = replica;

-- Returns an instant between the given one and the end.
CREATE FUNCTION pg_temp.later(timestamp, share double precision) RETURNS timestamp LANGUAGE sql AS
$$ SELECT $1 + share * (:instant - $1) $$;

-- Events are a twentieth older than their parts. They and their materials are in the oldest categories.
UPDATE events.events SET created_dt = created_dt - interval '31500000 s', category_id = category_id % 5;
UPDATE attachments.folders SET category_id = category_id % 5;

-- Some unlisted events without parts, in progress for a year from their creation on, were deleted. Every second one was
-- restored. The ids of these log entries precede the others, because a scrape expects that the last ids are the newest.
INSERT INTO events.events
SELECT (jsonb_populate_record(e, jsonb_build_object('id', 1000000 + id, 'is_deleted', id % 2 = 0, 'category_id', NULL,
  'start_dt', created_dt, 'end_dt', created_dt + interval '31500000 s'))).*
FROM events.events e
WHERE id % 10 < 2;
INSERT INTO events.logs
SELECT (jsonb_populate_record(l, jsonb_build_object('id', -nth * 1000000 - l.id, 'event_id', e.id, 'realm', 1,
  'module', 'Event', 'summary', change, 'logged_dt', pg_temp.later(e.created_dt, 0.3 * nth)))).*
FROM events.events e
JOIN events.logs l ON l.id = e.id - 1000000
CROSS JOIN (VALUES (1, 'Event deleted'), (2, 'Event restored')) AS changes (nth, change)
WHERE nth = 1 OR NOT e.is_deleted;

-- Every third paper and request is a new version of the one before.
UPDATE event_paper_reviewing.revisions SET state = 4 WHERE id % 3 = 2;
UPDATE event_paper_reviewing.revisions r SET contribution_id = o.contribution_id
FROM event_paper_reviewing.revisions o WHERE r.id % 3 = 0 AND o.id = r.id - 1;
UPDATE events.requests r SET event_id = o.event_id, type = o.type
FROM events.requests o WHERE r.id % 3 = 0 AND o.id = r.id - 1;

-- Later versions of something come much later than the first one.
DO $$
DECLARE
  version record;
BEGIN
  FOR version IN VALUES ('attachments.files', 'attachment_id', 'created_dt'),
    ('events.note_revisions', 'note_id', 'created_dt'), ('events.requests', 'event_id', 'created_dt'),
    ('event_editing.revisions', 'editable_id', 'created_dt'),
    ('event_paper_reviewing.revisions', 'contribution_id', 'submitted_dt')
  LOOP
    EXECUTE format('UPDATE %1$s v SET %3$I = pg_temp.later(%3$I, 0.5)
      WHERE EXISTS (SELECT FROM %1$s o WHERE o.%2$I = v.%2$I AND o.id < v.id)',
      version.column1, version.column2, version.column3);
  END LOOP;
END $$;
UPDATE indico.files f SET created_dt = r.created_dt
FROM event_editing.revision_files v JOIN event_editing.revisions r ON r.id = v.revision_id WHERE v.file_id = f.id;

-- Decisions come later, too, but abstracts are reviewed at once.
UPDATE attachments.attachments SET modified_dt = pg_temp.later(modified_dt, 0.8) WHERE type = 1;
UPDATE event_abstracts.abstract_reviews r SET created_dt = a.submitted_dt
FROM event_abstracts.abstracts a WHERE a.id = r.abstract_id;
UPDATE event_abstracts.abstracts SET judgment_dt = pg_temp.later(submitted_dt, 0.3) WHERE state IN (3, 4, 5, 6);
UPDATE event_paper_reviewing.revisions SET judgment_dt = pg_temp.later(submitted_dt, 0.1) WHERE state <> 1;
UPDATE events.requests SET processed_dt = pg_temp.later(created_dt, 0.1) WHERE state IN (1, 2);
UPDATE event_registration.registrations SET checked_in_dt = pg_temp.later(submitted_dt, 0.3) WHERE checked_in;
UPDATE users.tokens SET revoked_dt = pg_temp.later(created_dt, 0.3) WHERE revoked_dt IS NOT NULL;

-- Nobody undoes a revision, and every editable has one.
DELETE FROM event_editing.revisions WHERE is_undone;
DELETE FROM event_editing.revision_files f
WHERE NOT EXISTS (SELECT FROM event_editing.revisions r WHERE r.id = f.revision_id);
DELETE FROM event_editing.editables e
WHERE NOT EXISTS (SELECT FROM event_editing.revisions r WHERE r.editable_id = e.id);
