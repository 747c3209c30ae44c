package io.getindico.metrics.api;

import java.util.Locale;

/**
 * A set of metric families to choose from. Each profile contains the families of all smaller ones, except that {@link
 * #OPT_IN} is never chosen as a whole.
 *
 * @since 0.1.0
 */
public enum Profile {
    /** The gauges of Indico's own Prometheus plugin. */
    COMPATIBLE,
    /** What most operators look at. */
    DEFAULT,
    /** All others except those of {@link #OPT_IN}. */
    FULL,
    /**
     * Families that must be enabled by name: they carry titles or amounts of money, or need the right to read pictures.
     */
    OPT_IN;

    /**
     * The profile's name in settings.
     *
     * @return lower case, with a hyphen, such as {@code opt-in}
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
