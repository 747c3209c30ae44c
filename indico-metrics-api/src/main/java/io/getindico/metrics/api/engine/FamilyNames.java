package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.MetricFamily;
import java.util.function.Predicate;

/** The two names of a counter or info: the client's model leaves the type's suffix away, a scrape shows it. */
final class FamilyNames {
    private FamilyNames() {}

    static String modelName(MetricFamily family) {
        String name = family.name();
        return name.substring(0, name.length() - suffix(family).length());
    }

    private static String suffix(MetricFamily family) {
        return switch (family.type()) {
            case GAUGE -> "";
            case COUNTER -> "_total";
            case INFO -> "_info";
        };
    }

    static boolean matches(MetricFamily family, Predicate<String> names) {
        return names.test(family.name()) || names.test(modelName(family));
    }
}
