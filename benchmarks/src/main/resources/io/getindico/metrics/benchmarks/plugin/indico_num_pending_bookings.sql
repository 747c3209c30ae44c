SELECT count(*) FROM roombooking.reservations booking JOIN roombooking.rooms room ON room.id = booking.room_id
WHERE NOT room.is_deleted AND booking.state = 1 AND booking.end_dt >= :local_now
