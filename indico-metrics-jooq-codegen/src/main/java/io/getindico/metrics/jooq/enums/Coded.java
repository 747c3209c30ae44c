package io.getindico.metrics.jooq.enums;

import org.jspecify.annotations.Nullable;

/** A constant that Indico stores as a small integer. */
interface Coded {
    /** Returns the integer in the database. */
    short code();

    static <E extends Coded> @Nullable E find(E[] constants, @Nullable Short code) {
        if (code != null) {
            for (E constant : constants) {
                if (constant.code() == code) {
                    return constant;
                }
            }
        }
        return null;
    }
}
