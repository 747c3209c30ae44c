SELECT count(*) FROM roombooking.rooms WHERE NOT is_deleted AND is_reservable
