package io.getindico.metrics.jooq.enums;

import org.jspecify.annotations.Nullable;

/**
 * The state of one occurrence of a booking; Indico leaves out code 1.
 *
 * @since 0.1.0
 */
public enum ReservationOccurrenceState implements Coded {
    VALID(2),
    CANCELLED(3),
    REJECTED(4);

    private final short code;

    ReservationOccurrenceState(int code) {
        this.code = (short) code;
    }

    @Override
    public short code() {
        return code;
    }

    /** Returns the constant of a code, or null where this release of Indico knows one that we do not. */
    public static @Nullable ReservationOccurrenceState ofCode(@Nullable Short code) {
        return Coded.find(values(), code);
    }
}
