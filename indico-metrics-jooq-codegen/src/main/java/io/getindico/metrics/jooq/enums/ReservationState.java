package io.getindico.metrics.jooq.enums;

import org.jspecify.annotations.Nullable;

/**
 * The state of a booking.
 *
 * @since 0.1.0
 */
public enum ReservationState implements Coded {
    PENDING(1),
    ACCEPTED(2),
    CANCELLED(3),
    REJECTED(4);

    private final short code;

    ReservationState(int code) {
        this.code = (short) code;
    }

    @Override
    public short code() {
        return code;
    }

    /** Returns the constant of a code, or null where this release of Indico knows one that we do not. */
    public static @Nullable ReservationState ofCode(@Nullable Short code) {
        return Coded.find(values(), code);
    }
}
