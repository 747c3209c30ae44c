-- The role that indico-metrics logs in as. It may read the columns that the collectors read, and nothing else.
-- Made from the collectors' queries; ./mvnw verify -Dgolden.update=true writes it anew.
CREATE ROLE indico_metrics LOGIN CONNECTION LIMIT 6;
GRANT CONNECT ON DATABASE indico TO indico_metrics;
GRANT USAGE ON SCHEMA attachments, categories, events, roombooking, users TO indico_metrics;
GRANT SELECT (file_id, folder_id, is_deleted) ON attachments.attachments TO indico_metrics;
GRANT SELECT (id, size) ON attachments.files TO indico_metrics;
GRANT SELECT (contribution_id, id, is_deleted, link_type, linked_event_id, session_id, subcontribution_id) ON attachments.folders TO indico_metrics;
GRANT SELECT (id, is_deleted, parent_id, timezone) ON categories.categories TO indico_metrics;
GRANT SELECT (event_id, id, is_deleted) ON events.contributions TO indico_metrics;
GRANT SELECT (category_id, end_dt, id, is_deleted, start_dt) ON events.events TO indico_metrics;
GRANT SELECT (contribution_id, is_deleted, linked_event_id, session_id, subcontribution_id) ON events.notes TO indico_metrics;
GRANT SELECT (event_id, id, is_deleted) ON events.sessions TO indico_metrics;
GRANT SELECT (contribution_id, id, is_deleted) ON events.subcontributions TO indico_metrics;
GRANT SELECT (end_dt, reservation_id, start_dt, state) ON roombooking.reservation_occurrences TO indico_metrics;
GRANT SELECT (end_dt, id, room_id, state) ON roombooking.reservations TO indico_metrics;
GRANT SELECT (id, is_deleted, is_reservable, protection_mode, reservations_need_confirmation) ON roombooking.rooms TO indico_metrics;
GRANT SELECT (last_login_dt, user_id) ON users.identities TO indico_metrics;
GRANT SELECT (is_deleted) ON users.users TO indico_metrics;
GRANT SELECT ON public.alembic_version TO indico_metrics;
-- Where the livesync plugin is installed:
GRANT USAGE ON SCHEMA plugin_livesync TO indico_metrics;
GRANT SELECT (category_id, processed, type) ON plugin_livesync.queues TO indico_metrics;
GRANT SELECT ON public.alembic_version_plugin_livesync TO indico_metrics;
