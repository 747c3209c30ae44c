package io.getindico.metrics.jooq.enums;

import org.jspecify.annotations.Nullable;

/**
 * The state of a request for a service at an event, such as a webcast.
 *
 * @since 0.1.0
 */
public enum RequestState implements Coded {
    PENDING(0),
    ACCEPTED(1),
    REJECTED(2),
    WITHDRAWN(3);

    private final short code;

    RequestState(int code) {
        this.code = (short) code;
    }

    @Override
    public short code() {
        return code;
    }

    /** Returns the constant of a code, or null where this release of Indico knows one that we do not. */
    public static @Nullable RequestState ofCode(@Nullable Short code) {
        return Coded.find(values(), code);
    }
}
