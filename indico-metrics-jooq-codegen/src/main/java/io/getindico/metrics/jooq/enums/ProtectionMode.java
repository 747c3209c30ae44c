package io.getindico.metrics.jooq.enums;

import org.jspecify.annotations.Nullable;

/**
 * Who may see an object.
 *
 * @since 0.1.0
 */
public enum ProtectionMode implements Coded {
    PUBLIC(0),
    INHERITING(1),
    PROTECTED(2);

    private final short code;

    ProtectionMode(int code) {
        this.code = (short) code;
    }

    @Override
    public short code() {
        return code;
    }

    /** Returns the constant of a code, or null where this release of Indico knows one that we do not. */
    public static @Nullable ProtectionMode ofCode(@Nullable Short code) {
        return Coded.find(values(), code);
    }
}
