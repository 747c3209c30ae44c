SELECT count(*) FROM roombooking.reservation_occurrences occurrence
JOIN roombooking.reservations booking ON booking.id = occurrence.reservation_id
JOIN roombooking.rooms room ON room.id = booking.room_id
WHERE NOT room.is_deleted AND booking.state = 2 AND occurrence.state = 2
