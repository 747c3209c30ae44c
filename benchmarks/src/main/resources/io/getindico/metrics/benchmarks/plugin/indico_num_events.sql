SELECT count(*) FROM events.events WHERE NOT is_deleted
