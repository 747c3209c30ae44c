-- Takes back what happened after :instant.
SET session_replication_role = replica;

-- Rows that did not exist yet.
DO $$
DECLARE
  date record;
BEGIN
  FOR date IN SELECT table_schema, table_name, column_name FROM information_schema.columns
    WHERE column_name IN ('created_dt', 'submitted_dt', 'logged_dt', 'requested_dt', 'timestamp')
      AND data_type LIKE 'timestamp%' AND table_schema NOT IN ('pg_catalog', 'information_schema')
  LOOP
    EXECUTE format('DELETE FROM %I.%I WHERE %I > %L', date.table_schema, date.table_name, date.column_name, :instant);
  END LOOP;
END $$;

UPDATE events.events e SET is_deleted = coalesce((
  SELECT summary = 'Event deleted' FROM events.logs
  WHERE event_id = e.id AND module = 'Event' AND summary IN ('Event deleted', 'Event restored')
  ORDER BY logged_dt DESC LIMIT 1), false)
WHERE id > 1000000;
DELETE FROM categories.categories c
WHERE id > 0 AND NOT EXISTS (
  SELECT FROM categories.logs WHERE category_id = c.id AND summary = 'Category created');
UPDATE categories.categories c SET is_deleted = EXISTS (
  SELECT FROM categories.logs WHERE category_id = c.id AND summary = 'Category deleted');

-- A link has no date but that of its last change.
UPDATE attachments.attachments a SET is_deleted = is_deleted AND modified_dt <= :instant, file_id = (
  SELECT id FROM attachments.files WHERE attachment_id = a.id ORDER BY created_dt DESC, id DESC LIMIT 1);
DELETE FROM attachments.attachments WHERE CASE WHEN type = 1 THEN file_id IS NULL ELSE modified_dt > :instant END;
UPDATE events.notes n SET current_revision_id = NULL, is_deleted = (
  SELECT source = '' FROM events.note_revisions WHERE note_id = n.id ORDER BY created_dt DESC, id DESC LIMIT 1)
WHERE EXISTS (SELECT FROM events.note_revisions WHERE note_id = n.id);
DELETE FROM events.notes n WHERE NOT EXISTS (SELECT FROM events.note_revisions WHERE note_id = n.id);
DELETE FROM event_editing.editables e
WHERE NOT EXISTS (SELECT FROM event_editing.revisions r WHERE r.editable_id = e.id);
UPDATE event_editing.editables e SET published_revision_id = NULL
WHERE NOT EXISTS (SELECT FROM event_editing.revisions r WHERE r.id = e.published_revision_id);

UPDATE event_abstracts.abstracts SET state = 1 WHERE judgment_dt > :instant;
UPDATE event_paper_reviewing.revisions SET state = 1 WHERE judgment_dt > :instant;
UPDATE events.requests SET state = 0 WHERE processed_dt > :instant;
UPDATE event_registration.registrations r SET checked_in = checked_in AND checked_in_dt <= :instant, transaction_id = (
  SELECT id FROM events.payment_transactions t WHERE t.id = r.transaction_id);
UPDATE users.tokens SET revoked_dt = NULL WHERE revoked_dt > :instant;
UPDATE events.reminders SET is_sent = false WHERE scheduled_dt > :instant;

-- Parts of what did not exist yet. Users are only authors here.
DO $$
DECLARE
  part record;
  deleted bigint;
  total bigint := 1;
BEGIN
  WHILE total > 0 LOOP
    total := 0;
    FOR part IN SELECT f.conrelid::regclass AS child, c.attname AS link, f.confrelid::regclass AS parent, p.attname AS id
      FROM pg_constraint f
      JOIN pg_attribute c ON c.attrelid = f.conrelid AND c.attnum = f.conkey[1]
      JOIN pg_attribute p ON p.attrelid = f.confrelid AND p.attnum = f.confkey[1]
      WHERE f.contype = 'f' AND cardinality(f.conkey) = 1 AND f.confrelid <> 'users.users'::regclass
    LOOP
      EXECUTE format('DELETE FROM %1$s WHERE %2$I IS NOT NULL AND NOT EXISTS (SELECT FROM %3$s p WHERE p.%4$I = %1$s.%2$I)',
        part.child, part.link, part.parent, part.id);
      GET DIAGNOSTICS deleted = ROW_COUNT;
      total := total + deleted;
    END LOOP;
  END LOOP;
END $$;
