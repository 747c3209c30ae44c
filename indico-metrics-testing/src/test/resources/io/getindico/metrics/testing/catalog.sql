-- What a database's catalog tells of its tables, one line for each fact.
WITH tables AS (
  SELECT c.oid, n.nspname || '.' || c.relname AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
), constraints AS (
  SELECT k.*, t.name,
    (SELECT string_agg(a.attname, ', ' ORDER BY p.position)
     FROM unnest(k.conkey) WITH ORDINALITY p(attnum, position)
     JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.attnum) AS columns,
    (SELECT string_agg(a.attname, ', ' ORDER BY p.position)
     FROM unnest(k.confkey) WITH ORDINALITY p(attnum, position)
     JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = p.attnum) AS referenced_columns
  FROM pg_constraint k JOIN tables t ON t.oid = k.conrelid
)
SELECT format('%s column %s %s %s%s%s', t.name, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
  CASE WHEN a.attnotnull THEN ' not null' END,
  CASE WHEN pg_get_serial_sequence(format('%I.%I', split_part(t.name, '.', 1), split_part(t.name, '.', 2)), a.attname)
    IS NOT NULL THEN ' serial' END)
FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid
WHERE a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT format('%s primary key (%s)', name, columns) FROM constraints WHERE contype = 'p'
UNION ALL
SELECT format('%s unique %s (%s)', name, conname, columns) FROM constraints WHERE contype = 'u'
UNION ALL
SELECT format('%s foreign key %s (%s) to %s (%s)', k.name, k.conname, k.columns, t.name, k.referenced_columns)
FROM constraints k JOIN tables t ON t.oid = k.confrelid
WHERE k.contype = 'f'
UNION ALL
SELECT format('%s index %s (%s)%s%s', t.name, c.relname,
  (SELECT string_agg(pg_get_indexdef(i.indexrelid, position, false), ', ' ORDER BY position)
   FROM generate_series(1, i.indnkeyatts) position),
  CASE WHEN i.indisunique THEN ' unique' END,
  ' where ' || pg_get_expr(i.indpred, i.indrelid))
FROM tables t JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class c ON c.oid = i.indexrelid
WHERE NOT i.indisprimary
UNION ALL
SELECT format('%s enum %s (%s)', name, columns,
  (SELECT string_agg(code[1], ', ')
   FROM regexp_matches(substring(pg_get_constraintdef(oid) FROM 'ARRAY\[.*\]'), '\d+', 'g') code))
FROM constraints WHERE contype = 'c'
