package io.getindico.metrics.jooq.enums;

import org.jspecify.annotations.Nullable;

/**
 * What an attachment is.
 *
 * @since 0.1.0
 */
public enum AttachmentType implements Coded {
    FILE(1),
    LINK(2);

    private final short code;

    AttachmentType(int code) {
        this.code = (short) code;
    }

    @Override
    public short code() {
        return code;
    }

    /** Returns the constant of a code, or null where this release of Indico knows one that we do not. */
    public static @Nullable AttachmentType ofCode(@Nullable Short code) {
        return Coded.find(values(), code);
    }
}
