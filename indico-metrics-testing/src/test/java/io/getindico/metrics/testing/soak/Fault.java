package io.getindico.metrics.testing.soak;

import org.jspecify.annotations.Nullable;

/**
 * A fault, and its repair.
 *
 * @param place where it happens; only one fault is active at each place
 * @param needsServer whether it can begin and end only while the server runs
 * @param mend ends the fault; null if it ends by itself
 */
record Fault(
        String place,
        String name,
        boolean needsServer,
        Action strike,
        @Nullable Action mend) {
    /** Begins or ends a fault. */
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
