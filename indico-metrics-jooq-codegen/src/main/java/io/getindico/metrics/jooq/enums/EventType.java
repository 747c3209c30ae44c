package io.getindico.metrics.jooq.enums;

import org.jspecify.annotations.Nullable;

/**
 * The kind of an event.
 *
 * @since 0.1.0
 */
public enum EventType implements Coded {
    LECTURE(1),
    MEETING(2),
    CONFERENCE(3);

    private final short code;

    EventType(int code) {
        this.code = (short) code;
    }

    @Override
    public short code() {
        return code;
    }

    /** Returns the constant of a code, or null where this release of Indico knows one that we do not. */
    public static @Nullable EventType ofCode(@Nullable Short code) {
        return Coded.find(values(), code);
    }
}
