package io.getindico.metrics.exporter.rules;

/** What can go wrong in a {@link Simulation}. */
enum Trouble {
    EXPORTER_DOWN,
    TARGET_GONE,
    CERTIFICATE_NOT_RENEWED,
    RELOAD_REFUSED,
    DATABASE_DOWN,
    PASSWORD_CHANGED,
    /** The standby becomes the primary. What it has not replayed is lost. */
    FAILED_OVER,
    REPLAY_STOPPED,
    RIGHT_MISSING,
    TABLE_MISSING,
    RELEASE_UNKNOWN,
    /** A query of a collector that has values exceeds its budget. */
    QUERY_TOO_SLOW,
    /** The exporter restarts, and then a collector fails. */
    COLLECTOR_BROKEN,
    /** Nobody uses this Indico, as is the case for a copy. */
    UNUSED,
    CELERY_DOWN,
    MAIL_SERVER_DOWN,
    /** A third of the addresses does not exist. */
    ADDRESSES_WRONG,
    /** The mail server of every third recipient is away. */
    RECIPIENTS_AWAY,
    REMINDERS_BROKEN,
    LOGINS_BROKEN,
    SEARCH_DOWN,
    CATEGORY_CHANGES_STUCK,
    QUEUE_RUNS_DISABLED,
    /** Every minute changes more than livesync can send. */
    BULK_CHANGE,
    STORAGE_READ_ONLY,
    CLEAN_UP_BROKEN,
    PURGE_BROKEN,
    OFFLINE_COPY_HANGS,
    DATA_EXPORT_HANGS,
    DATA_EXPORT_FAILED,
    CALLBACK_LOST,
    EVENTS_DELETED,
    ADMINISTRATOR_ADDED,
    CATEGORY_OPENED,
    UPLOAD_FLOOD
}
