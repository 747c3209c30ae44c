package io.getindico.metrics.testing.soak;

import org.jspecify.annotations.Nullable;

/**
 * Something that goes wrong, and how it is put right.
 *
 * @param place where; in one place, one thing goes wrong at a time
 * @param needsServer whether it can only begin and end while the server runs
 * @param mend null for what is over as soon as it has happened
 */
record Fault(
        String place,
        String name,
        boolean needsServer,
        Action strike,
        @Nullable Action mend) {
    /** One half of a fault. */
    interface Action {
        void run() throws Exception;
    }

    static Fault of(String place, String name, Action strike, Action mend) {
        return new Fault(place, name, false, strike, mend);
    }

    static Fault ofSql(String place, String name, Action strike, Action mend) {
        return new Fault(place, name, true, strike, mend);
    }

    static Fault ofAMoment(String place, String name, Action strike) {
        return new Fault(place, name, true, strike, null);
    }
}
