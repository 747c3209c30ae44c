package io.getindico.metrics.collectors.tolerance;

import io.getindico.metrics.jooq.IndicoRelease;
import java.util.List;
import org.jooq.DSLContext;

/**
 * A step from one release's schema to another's, in the tables and columns that metrics may be about.
 *
 * @param head the Alembic revision that it leads to
 * @param statements what a migration added is taken away, or what it adds is added
 */
public record Migration(String head, List<String> statements) {
    /** From 3.2.9 back to 3.2.0. */
    private static final List<Migration> BACK_FROM_3_2_9 = List.of(
            to("aba7935f9226"),
            to("5d05eda06776", "ALTER TABLE events.labels DROP COLUMN is_event_not_happening"),
            to("7551bd141960", "ALTER TABLE event_editing.comments DROP COLUMN undone_judgment"),
            to("b45847c0e62f"));

    /** From 3.3.12 back to 3.3.0. */
    private static final List<Migration> BACK_FROM_3_3_12 = List.of(
            to("af9d03d7073c"),
            to(
                    "932389d22b1f",
                    "ALTER TABLE event_paper_reviewing.files DROP COLUMN file_type_id",
                    "DROP TABLE event_paper_reviewing.file_types CASCADE"),
            to(
                    "869fb2760b41",
                    "ALTER TABLE events.reminders DROP COLUMN event_end_delta",
                    "ALTER TABLE attachments.attachments DROP COLUMN annotations, DROP COLUMN converted_from_id"),
            to(
                    "b4ee48f3052c",
                    "ALTER TABLE events.reminders"
                            + " DROP COLUMN subject, DROP COLUMN render_mode, DROP COLUMN reminder_type",
                    "ALTER TABLE event_registration.invitations DROP COLUMN lock_email"),
            to(
                    "4615aff776e0",
                    "ALTER TABLE events.reminders DROP COLUMN all_tags",
                    "ALTER TABLE event_registration.form_items DROP COLUMN show_if_id, DROP COLUMN show_if_values",
                    "DROP TABLE events.reminders_forms, events.reminders_tags, indico.logs CASCADE"),
            to(
                    "379ba72f4096",
                    "DROP TABLE users.logs, roombooking.location_principals CASCADE",
                    "ALTER TABLE indico.affiliations DROP COLUMN alt_names"),
            to("75db3a4a4ed4"),
            to("85f58503310c", "ALTER TABLE roombooking.room_bookable_hours DROP COLUMN id, DROP COLUMN weekday"),
            to(
                    "4e32f4d5ebe4",
                    "ALTER TABLE categories.categories DROP COLUMN apple_wallet_mode, DROP COLUMN apple_wallet_settings",
                    "ALTER TABLE event_registration.forms"
                            + " DROP COLUMN private, DROP COLUMN uuid, DROP COLUMN ticket_apple_wallet",
                    "ALTER TABLE event_registration.registrations DROP COLUMN apple_wallet_serial"));

    /** From 3.3.12 to 3.3.14. */
    private static final List<Migration> ON_FROM_3_3_12 = List.of(
            to(
                    "06a037da1ec6",
                    "ALTER TABLE event_registration.registrations"
                            + " ADD COLUMN modified_dt timestamp, ADD COLUMN created_by_id integer",
                    "ALTER TABLE event_registration.forms"
                            + " ADD COLUMN reset_approval_on_modification boolean NOT NULL DEFAULT false",
                    "ALTER TABLE event_registration.form_items ADD COLUMN internal_name varchar",
                    "ALTER TABLE indico.affiliations ADD COLUMN code varchar NOT NULL DEFAULT ''",
                    "CREATE TABLE users.favorite_contributions"
                            + " (user_id integer NOT NULL, target_id integer NOT NULL, PRIMARY KEY (user_id, target_id))"),
            to(
                    "73b2a6245c40",
                    "ALTER TABLE event_registration.forms"
                            + " ADD COLUMN withdraw_outside_modification boolean NOT NULL DEFAULT false",
                    "CREATE INDEX ON event_registration.registration_data (field_data_id)"));

    /**
     * Leads a database of one release to the schemas of others.
     *
     * @param start the release that it begins with
     * @param migrations one after the other
     */
    public record Route(IndicoRelease start, List<Migration> migrations) {}

    /** Together they pass every Alembic head from 3.2.0 to 3.3.14. */
    public static final List<Route> ROUTES = List.of(
            new Route(IndicoRelease.V3_2_9, BACK_FROM_3_2_9),
            new Route(IndicoRelease.V3_3_12, BACK_FROM_3_3_12),
            new Route(IndicoRelease.V3_3_12, ON_FROM_3_3_12));

    private static Migration to(String head, String... statements) {
        return new Migration(head, List.of(statements));
    }

    public void run(DSLContext dsl) {
        statements.forEach(dsl::execute);
        dsl.execute("UPDATE public.alembic_version SET version_num = ?", head);
    }
}
