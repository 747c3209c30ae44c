package io.getindico.metrics.jooq.enums;

import org.jspecify.annotations.Nullable;

/**
 * What a folder of attachments, a note or a booking belongs to.
 *
 * @since 0.1.0
 */
public enum LinkType implements Coded {
    CATEGORY(1),
    EVENT(2),
    CONTRIBUTION(3),
    SUBCONTRIBUTION(4),
    SESSION(5),
    SESSION_BLOCK(6);

    private final short code;

    LinkType(int code) {
        this.code = (short) code;
    }

    @Override
    public short code() {
        return code;
    }

    /** Returns the constant of a code, or null where this release of Indico knows one that we do not. */
    public static @Nullable LinkType ofCode(@Nullable Short code) {
        return Coded.find(values(), code);
    }
}
