package io.getindico.metrics.jooq.enums;

import org.jspecify.annotations.Nullable;

/**
 * The kind of an object that awaits synchronisation.
 *
 * @since 0.1.0
 */
public enum LivesyncEntryType implements Coded {
    CATEGORY(1),
    EVENT(2),
    CONTRIBUTION(3),
    SUBCONTRIBUTION(4),
    SESSION(5),
    NOTE(6),
    ATTACHMENT(7);

    private final short code;

    LivesyncEntryType(int code) {
        this.code = (short) code;
    }

    @Override
    public short code() {
        return code;
    }

    /** Returns the constant of a code, or null where this release of Indico knows one that we do not. */
    public static @Nullable LivesyncEntryType ofCode(@Nullable Short code) {
        return Coded.find(values(), code);
    }
}
