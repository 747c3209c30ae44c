SELECT count(*) FROM roombooking.reservation_occurrences
