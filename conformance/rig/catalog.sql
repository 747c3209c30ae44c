-- The facts of a database's tables, as one JSON document.
WITH relations AS (
  SELECT c.oid, format('%s.%s', n.nspname, c.relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
), keys AS (
  SELECT k.oid, k.conrelid, k.confrelid, k.contype, k.conname,
    (SELECT json_agg(a.attname ORDER BY p.position)
     FROM unnest(k.conkey) WITH ORDINALITY p(attnum, position)
     JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.attnum) AS columns,
    (SELECT json_agg(a.attname ORDER BY p.position)
     FROM unnest(k.confkey) WITH ORDINALITY p(attnum, position)
     JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = p.attnum) AS referenced_columns
  FROM pg_constraint k
)
SELECT json_object_agg(name, json_strip_nulls(json_build_object(
  'columns',
  (SELECT json_agg(json_build_object(
     'name', a.attname,
     'type', format_type(a.atttypid, a.atttypmod),
     'nullable', NOT a.attnotnull,
     'sequence', nullif(pg_get_serial_sequence(oid::regclass::text, a.attname) IS NOT NULL, false))
     ORDER BY a.attnum)
   FROM pg_attribute a WHERE a.attrelid = oid AND a.attnum > 0 AND NOT a.attisdropped),
  'primary_key',
  (SELECT columns FROM keys WHERE conrelid = r.oid AND contype = 'p'),
  'unique',
  (SELECT json_agg(json_build_object('name', conname, 'columns', columns) ORDER BY conname)
   FROM keys WHERE conrelid = r.oid AND contype = 'u'),
  'foreign_keys',
  (SELECT json_agg(json_build_object('name', conname, 'columns', columns,
     'references', (SELECT name FROM relations WHERE oid = confrelid), 'referenced_columns', referenced_columns)
     ORDER BY conname)
   FROM keys WHERE conrelid = r.oid AND contype = 'f'),
  'indexes',
  (SELECT json_agg(json_build_object(
     'name', c.relname,
     'columns', (SELECT json_agg(pg_get_indexdef(i.indexrelid, position, false) ORDER BY position)
                 FROM generate_series(1, i.indnkeyatts) position),
     'unique', nullif(i.indisunique, false),
     'where', pg_get_expr(i.indpred, i.indrelid)) ORDER BY c.relname)
   FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
   WHERE i.indrelid = r.oid AND NOT i.indisprimary AND m.amname = 'btree'),
  'enums',
  (SELECT json_object_agg(columns ->> 0,
     (SELECT json_agg(code[1]::integer ORDER BY code[1]::integer)
      FROM regexp_matches(substring(pg_get_constraintdef(k.oid) FROM '=.*'), '\d+', 'g') code) ORDER BY columns ->> 0)
   FROM keys k WHERE conrelid = r.oid AND contype = 'c' AND conname LIKE '%valid\_enum%')
)) ORDER BY name COLLATE "C")
FROM relations r;
