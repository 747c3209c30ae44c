package io.getindico.metrics.jooq.enums;

import org.jspecify.annotations.Nullable;

/**
 * What happened to an object that awaits synchronisation.
 *
 * @since 0.1.0
 */
public enum LivesyncChangeType implements Coded {
    CREATED(1),
    DELETED(2),
    MOVED(3),
    DATA_CHANGED(4),
    PROTECTION_CHANGED(5),
    LOCATION_CHANGED(6),
    UNDELETED(7),
    PUBLISHED(8),
    UNPUBLISHED(9);

    private final short code;

    LivesyncChangeType(int code) {
        this.code = (short) code;
    }

    @Override
    public short code() {
        return code;
    }

    /** Returns the constant of a code, or null where this release of Indico knows one that we do not. */
    public static @Nullable LivesyncChangeType ofCode(@Nullable Short code) {
        return Coded.find(values(), code);
    }
}
