package io.getindico.metrics.collectors;

import io.getindico.metrics.api.engine.Reading;
import java.time.Instant;
import java.util.List;

/** Equations between families of the same rows. They hold on any rows that Indico can have. */
public final class Agreements {
    static final List<Agreement> ALL = Agreement.parse("""
            # Sums over labels are the compatible gauges.
            num_events = events
            num_active_events = ongoing_events
            num_categories = categories
            num_users = users{state!=deleted|merged}
            num_notes = notes
            num_attachment_files = stored_files{source=attachment}
            size_attachment_files = stored_file_bytes{source=attachment}
            num_active_attachment_files = attachments{object_type!=category}
            size_active_attachment_files = attachment_bytes{object_type!=category}
            num_rooms = rooms
            num_active_rooms = reservable_rooms
            num_bookings = room_bookings
            num_valid_bookings = room_bookings{state!=rejected}
            num_pending_bookings <= room_bookings{state=pending}
            room_booking_occurrences <= num_booking_occurrences
            num_valid_booking_occurrences <= room_booking_occurrences{state=valid}
            size_livesync_queues = livesync_queue_entries

            # Parts of the same whole.
            accessible_events = events
            accessible_events{access=unlisted} = unlisted_events
            ongoing_registrations = registrations{event_phase=ongoing, state!=rejected|withdrawn}
            ongoing_events + upcoming_events <= events
            events_starting_1h <= upcoming_events
            top_category_events <= events
            unclaimed_files <= stored_files{source=generic|editing}
            unclaimed_file_bytes <= stored_file_bytes{source=generic|editing}
            admin_users <= num_users
            checked_in_registrations <= registrations
            registration_forms_opening_1d <= registration_forms{state=upcoming}
            unassigned_editables <= editables{state=ready_for_review}
            published_editables <= editables
            waiting_event_requests <= event_requests{state=pending}
            ongoing_vc_rooms <= vc_rooms{state=created}
            rooms_in_use <= rooms
            reservable_rooms <= rooms
            event_emails_1d <= event_log_entries_1d{realm=emails}
            event_log_users_1d <= event_log_entries_1d
            users_logged_in_30d <= identities_used_30d

            # A longer window has at least what a shorter one has.
            events_created_1d <= events_created_7d
            events_created_7d <= events_created_30d
            events_created_30d <= events + deleted_events
            users_logged_in_1d <= users_logged_in_7d
            users_logged_in_7d <= users_logged_in_30d
            users_logged_in_30d <= users_logged_in_365d
            identities_used_30d <= identities
            users_joined_1d <= users_joined_7d
            users_joined_7d <= users_joined_30d
            registrations_submitted_1d <= registrations_submitted_7d
            registrations_submitted_7d <= registrations_submitted_30d
            abstracts_submitted_1d <= abstracts_submitted_7d
            abstracts_submitted_7d <= abstracts_submitted_30d
            attachment_uploads_1d <= num_attachment_files
            attachment_uploads_1d_bytes <= size_attachment_files
            room_bookings_created_1d <= room_bookings_created_7d
            room_bookings_created_7d <= room_bookings_created_30d
            room_bookings_created_30d <= room_bookings
            room_worktime_booked_7d_seconds <= room_worktime_booked_30d_seconds
            room_worktime_7d_seconds <= room_worktime_30d_seconds

            # Without files there are no bytes, and without rooms there is no time.
            stored_file_bytes only if stored_files
            attachment_bytes only if attachments{attachment_type=file}
            attachment_uploads_1d_bytes only if attachment_uploads_1d
            unclaimed_file_bytes only if unclaimed_files
            room_seats only if rooms
            room_worktime_30d_seconds exactly if rooms

            # An instant exists only if something was counted.
            events_newest_created_timestamp_seconds within 24h exactly if events_created_1d
            events_newest_created_timestamp_seconds within 168h exactly if events_created_7d
            events_newest_created_timestamp_seconds within 720h exactly if events_created_30d
            event_move_requests_oldest_pending_timestamp_seconds only if event_move_requests{state=pending}
            registrations_newest_timestamp_seconds within 24h exactly if registrations_submitted_1d
            registrations_newest_timestamp_seconds within 168h exactly if registrations_submitted_7d
            registrations_newest_timestamp_seconds within 720h exactly if registrations_submitted_30d
            registrations_oldest_pending_timestamp_seconds exactly if
             registrations{state=pending, event_phase=upcoming|ongoing}
            registration_forms_next_opening_timestamp_seconds exactly if registration_forms{state=upcoming}
            registration_forms_next_opening_timestamp_seconds within 24h exactly if registration_forms_opening_1d
            payments_newest_successful_timestamp_seconds only if payment_transactions{state=successful}
            payments_oldest_pending_timestamp_seconds only if payment_transactions{state=pending}
            payments_amount only if payment_transactions{state=successful}
            abstracts_oldest_submitted_timestamp_seconds exactly if
             abstracts{state=awaiting|under_review, event_phase=upcoming|ongoing}
            papers{state=submitted, event_phase=upcoming|ongoing} only if papers_oldest_submitted_timestamp_seconds
            papers_oldest_submitted_timestamp_seconds only if papers{state=submitted}
            editables_oldest_ready_timestamp_seconds only if editables{state=ready_for_review}
            calls_for_abstracts_next_deadline_timestamp_seconds only if calls_for_abstracts{state=open}
            calls_for_papers_next_deadline_timestamp_seconds only if calls_for_papers{state=open}
            event_requests_oldest_waiting_timestamp_seconds exactly if waiting_event_requests
            unsent_reminders{state=overdue} only if reminders_oldest_due_timestamp_seconds
            reminders_oldest_due_timestamp_seconds only if unsent_reminders{state=overdue|scheduled}
            static_sites_oldest_unfinished_timestamp_seconds only if static_sites{state=pending|running}
            data_exports_oldest_running_timestamp_seconds only if data_export_requests{state=running}
            unclaimed_files_oldest_waiting_timestamp_seconds exactly if unclaimed_files{state=waiting}
            room_bookings_oldest_pending_timestamp_seconds exactly if num_pending_bookings
            livesync_queue_oldest_entry_timestamp_seconds exactly if livesync_queue_entries{object_type!=category}
            livesync_queue_oldest_category_entry_timestamp_seconds exactly if
             livesync_queue_entries{object_type=category}
            event_emails_oldest_pending_timestamp_seconds exactly if event_emails_1d{state=pending}
            event_emails_newest_sent_timestamp_seconds exactly if event_emails_1d{state=sent}
            event_log_newest_entry_timestamp_seconds within 24h exactly if event_log_entries_1d
            """);

    private Agreements() {}

    /** Describes each agreement that a reading breaks. An agreement does not apply if a family needs a newer Indico. */
    public static List<String> violations(Reading reading, Instant now) {
        return violations(ALL, reading, now);
    }

    static List<String> violations(List<Agreement> agreements, Reading reading, Instant now) {
        return agreements.stream()
                .filter(agreement -> agreement.appliesTo(reading))
                .flatMap(agreement -> agreement.violations(reading, now).stream())
                .toList();
    }
}
