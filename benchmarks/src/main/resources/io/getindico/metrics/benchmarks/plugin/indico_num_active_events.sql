SELECT count(*) FROM events.events WHERE NOT is_deleted AND start_dt <= :now AND end_dt >= :now
