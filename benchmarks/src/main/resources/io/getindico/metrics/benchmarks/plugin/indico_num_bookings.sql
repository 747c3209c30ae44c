SELECT count(*) FROM roombooking.reservations booking JOIN roombooking.rooms room ON room.id = booking.room_id
WHERE NOT room.is_deleted
