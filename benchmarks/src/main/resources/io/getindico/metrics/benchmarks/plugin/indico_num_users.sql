SELECT count(*) FROM users.users WHERE NOT is_deleted
