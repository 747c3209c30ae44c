SELECT count(*) FROM roombooking.rooms WHERE NOT is_deleted
