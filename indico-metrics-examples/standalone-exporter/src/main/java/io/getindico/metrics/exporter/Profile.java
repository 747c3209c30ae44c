package io.getindico.metrics.exporter;

import java.util.Locale;

/** A choice of collectors. All choices are the same as long as only the compatible metrics exist. */
enum Profile {
    COMPATIBLE,
    DEFAULT,
    FULL;

    static Profile parse(String text) throws BadValue {
        for (Profile profile : values()) {
            if (profile.name().toLowerCase(Locale.ROOT).equals(text)) {
                return profile;
            }
        }
        throw new BadValue("compatible, default or full");
    }
}
