package io.getindico.metrics.exporter;

import java.util.Locale;

/** A choice of collectors. As long as there are only the compatible metrics, all choices are the same. */
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
