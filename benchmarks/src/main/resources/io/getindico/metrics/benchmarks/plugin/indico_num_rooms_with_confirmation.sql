SELECT count(*) FROM roombooking.rooms WHERE NOT is_deleted AND reservations_need_confirmation
