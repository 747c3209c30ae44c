SELECT count(*) FROM (
  SELECT u.id FROM users.users u JOIN users.identities i ON i.user_id = u.id
  WHERE i.last_login_dt > :active_since GROUP BY u.id) active
