package io.getindico.metrics.jooq.enums;

import org.jspecify.annotations.Nullable;

/**
 * How often a booking repeats.
 *
 * @since 0.1.0
 */
public enum RepeatFrequency implements Coded {
    NEVER(0),
    DAY(1),
    WEEK(2),
    MONTH(3);

    private final short code;

    RepeatFrequency(int code) {
        this.code = (short) code;
    }

    @Override
    public short code() {
        return code;
    }

    /** Returns the constant of a code, or null where this release of Indico knows one that we do not. */
    public static @Nullable RepeatFrequency ofCode(@Nullable Short code) {
        return Coded.find(values(), code);
    }
}
