SELECT count(*) FROM events.notes link
:live_link
