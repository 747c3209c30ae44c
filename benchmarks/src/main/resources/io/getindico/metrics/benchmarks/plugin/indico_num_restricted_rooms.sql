SELECT count(*) FROM roombooking.rooms WHERE NOT is_deleted AND protection_mode = 2
