WITH RECURSIVE chain (id, path, is_deleted) AS (
  SELECT id, ARRAY[id], is_deleted FROM categories.categories WHERE parent_id IS NULL
  UNION ALL
  SELECT child.id, chain.path || child.id, chain.is_deleted OR child.is_deleted
  FROM categories.categories child JOIN chain ON child.parent_id = chain.id)
SELECT coalesce(sum((
  SELECT count(*) FROM events.events event JOIN chain ON chain.id = event.category_id
  WHERE chain.path @> ARRAY[entry.category_id] AND NOT chain.is_deleted AND NOT event.is_deleted)), 0)
FROM plugin_livesync.queues entry
WHERE NOT entry.processed AND entry.type = 1
